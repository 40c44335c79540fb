//! `tandem roster`, as a person and a nightly job use it.

use std::path::Path;
use std::process::{Command, Output};

use tandem::grpc::pb;

use super::{STAFF, exported};
use crate::harness::on_sqlite;
use crate::harness::town::Town;

async fn tandem(arguments: Vec<String>, token: String) -> Output {
    let run = move || {
        Command::new(env!("CARGO_BIN_EXE_tandem"))
            .arg("roster")
            .args(arguments)
            .env("TANDEM_TOKEN", token)
            .output()
            .unwrap()
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn written(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[test]
fn a_table_goes_in_and_out_on_the_command_line() {
    on_sqlite(async |database| {
        let town = Town::open(database, 0, 0).await;
        let folder = tempfile::tempdir().unwrap();
        let token = super::keeper_token_of(&town).await;
        let mapping = written(folder.path(), "payroll.toml", STAFF);
        let bad = written(
            folder.path(),
            "bad.csv",
            "Emp No,Full Name,Radio\n000001,Ana,Adam 1\n2,Bo,Adam 2\n",
        );
        let server = format!("http://{}", town.address);
        let asked = |verb: &[&str]| {
            let rest = verb.iter().map(|word| (*word).to_owned());
            ["--address".to_owned(), server.clone()]
                .into_iter()
                .chain(rest)
                .collect::<Vec<_>>()
        };
        let import = |file: &str| asked(&["import", "responders", file, "--mapping", &mapping]);

        let done = tandem(import(&bad), token.clone()).await;
        assert_eq!(done.status.code(), Some(1), "{done:?}");
        let said = text(&done.stdout);
        assert!(said.starts_with("nothing was applied"), "{said}");
        assert!(said.contains("3    Emp No  LEADING_ZEROS_LOST"), "{said}");
        let progress = text(&done.stderr);
        assert!(
            progress.contains("sending: 100 %\n") && !progress.contains('\x1b'),
            "{progress}"
        );

        let good = written(
            folder.path(),
            "good.csv",
            "Emp No,Full Name,Radio\n000001,Ana,Adam 1\n000002,Bo,Adam 2\n",
        );
        let done = tandem(import(&good), token.clone()).await;
        assert_eq!(done.status.code(), Some(0), "{done:?}");
        assert!(text(&done.stdout).contains("created"), "{done:?}");

        let done = tandem(asked(&["export", "responders"]), token.clone()).await;
        assert_eq!(done.status.code(), Some(0), "{done:?}");
        assert_eq!(
            text(&done.stdout),
            exported(&town.admin, pb::RosterKind::Responders).await
        );

        let done = tandem(asked(&["export", "responders"]), "tdm_rubbish".to_owned()).await;
        assert_eq!(done.status.code(), Some(1));
        assert!(text(&done.stderr).contains("UNAUTHENTICATED"), "{done:?}");
        town.close().await;
    });
}
