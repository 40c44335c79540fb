//! Libraries that are loaded before a server's own, to stand between it and the system.

use std::path::Path;
use std::process::Command;

/// Compiles `tests/shim/<name>.c` into the folder, by the C compiler that building Tandem needs anyway.
pub(crate) fn shim(name: &str, folder: &Path) -> String {
    let shim = folder.join(format!("{name}.so"));
    let source = format!("{}/tests/shim/{name}.c", env!("CARGO_MANIFEST_DIR"));
    let compiled = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .arg(&shim)
        .args([source.as_str(), "-ldl", "-lpthread"])
        .status()
        .unwrap();
    assert!(compiled.success(), "{source} is compiled");
    shim.to_str().unwrap().to_owned()
}
