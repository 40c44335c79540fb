//! The whole life of a call, by a client of another language that has nothing but `proto/`.

use std::io::Write as _;
use std::process::Command;

use crate::harness::on_each_database;

#[test]
fn a_python_client_does_the_whole_life_of_a_call() {
    let Some(python) = std::env::var_os("TANDEM_PYTHON") else {
        assert!(
            std::env::var_os("TANDEM_REQUIRE_POSTGRES").is_none(),
            "whoever demands PostgreSQL demands the Python client too: set TANDEM_PYTHON"
        );
        // Written past the test runner's capture, which swallows what passing tests print.
        let _ = writeln!(
            std::io::stderr(),
            "TANDEM_PYTHON is not set: the Python client did not run"
        );
        return;
    };
    on_each_database(async |database| {
        let client = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/client.py");
        let done = Command::new(&python)
            .arg(client)
            .env("TANDEM_BIN", env!("CARGO_BIN_EXE_tandem"))
            .env("TANDEM_DATABASE", database.url())
            .output()
            .unwrap();
        assert!(
            done.status.success(),
            "{}{}",
            String::from_utf8_lossy(&done.stdout),
            String::from_utf8_lossy(&done.stderr)
        );
    });
}
