//! A throw-away PostgreSQL cluster for one run of the tests: made from the installed programs in a fresh folder, on a
//! unix socket alone, with fsync on, and gone when this process is gone, however it ends.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};

use sqlx::Connection;
use tandem::store::Backend;

use super::{Database, apart, migrate};

const TEMPLATE: &str = "tandem_template";
/// Waits for the end of its standard input, which is the end of the tests' process, and then clears up: again and
/// again, should something that was just starting still write.
const WATCHDOG: &str = r#"
read -r _
until "$@" stop -m immediate; rm -rf "$FOLDER"; [ ! -e "$FOLDER" ]; do sleep 0.2; done
"#;

pub(crate) struct Cluster {
    folder: PathBuf,
    made: AtomicU64,
    /// Two copies of one template at once are refused.
    copying: Mutex<()>,
    /// Its standard input is open as long as this process lives.
    _watchdog: Child,
}

/// The cluster of this run; `None` where PostgreSQL is not installed.
pub(crate) fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    CLUSTER
        .get_or_init(|| {
            let Some(programs) = programs() else {
                assert!(
                    std::env::var_os("TANDEM_REQUIRE_POSTGRES").is_none_or(|value| value != "1"),
                    "PostgreSQL is not installed, and TANDEM_REQUIRE_POSTGRES=1 demands it"
                );
                // Written past the test runner's capture, which swallows what passing tests print.
                let _ = writeln!(
                    std::io::stderr(),
                    "PostgreSQL is not installed: the database tests ran on SQLite only"
                );
                return None;
            };
            Some(Cluster::start(&programs))
        })
        .as_ref()
}

impl Cluster {
    fn start(programs: &Path) -> Cluster {
        let folder = tempfile::Builder::new()
            .prefix("tandem-pg-")
            .tempdir_in(if Path::new("/tmp").is_dir() {
                PathBuf::from("/tmp")
            } else {
                std::env::temp_dir()
            })
            .unwrap()
            .keep();
        // initdb and postgres refuse to run as root.
        let owner = (whoami() == "0").then_some("postgres");
        if let Some(owner) = owner {
            finish(Command::new("chown").arg(owner).arg(&folder));
        }
        let data = folder.join("data");
        let program = |name: &str| -> Vec<std::ffi::OsString> {
            let path = programs.join(name).into_os_string();
            match owner {
                Some(owner) => vec!["runuser".into(), "-u".into(), owner.into(), "--".into(), path],
                None => vec![path],
            }
        };
        let command = |line: &[std::ffi::OsString]| {
            let mut command = Command::new(&line[0]);
            command.args(&line[1..]).current_dir(&folder);
            command
        };
        let mut control = program("pg_ctl");
        control.extend(["--pgdata".into(), data.clone().into_os_string()]);
        // The watchdog comes first, so that nothing is left behind, whatever happens.
        let watchdog = Command::new("sh")
            .args(["-c", WATCHDOG, "watchdog"])
            .args(&control)
            .env("FOLDER", &folder)
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        finish(
            command(&program("initdb"))
                .args([
                    "--username=postgres",
                    "--auth=trust",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--no-sync",
                ])
                .arg("--pgdata")
                .arg(&data),
        );
        let options = format!(
            "-k {} -c listen_addresses='' -c fsync=on -c synchronous_commit=on -c max_connections=200",
            folder.display()
        );
        finish(
            command(&control)
                .args(["-w", "-l"])
                .arg(folder.join("log"))
                .args(["-o", &options])
                .arg("start"),
        );
        let cluster = Cluster {
            folder,
            made: AtomicU64::new(0),
            copying: Mutex::new(()),
            _watchdog: watchdog,
        };
        cluster.ask(format!("CREATE DATABASE {TEMPLATE}"));
        apart(migrate(cluster.url(TEMPLATE)));
        cluster
    }

    /// A fresh database.
    pub(crate) fn database(&self, migrated: bool) -> Database {
        let name = format!("test_{}", self.made.fetch_add(1, Ordering::Relaxed));
        let template = if migrated { TEMPLATE } else { "template0" };
        {
            let _one_at_a_time = self.copying.lock();
            self.ask(format!("CREATE DATABASE {name} TEMPLATE {template}"));
        }
        Database {
            url: self.url(&name),
            backend: Backend::Postgres,
            _folder: None,
        }
    }

    fn url(&self, database: &str) -> String {
        format!(
            "postgres:///{database}?host={}&user=postgres",
            self.folder.display()
        )
    }

    fn ask(&self, sql: String) {
        let url = self.url("postgres");
        apart(async move {
            let mut connection = sqlx::PgConnection::connect(&url).await.unwrap();
            sqlx::query(sqlx::AssertSqlSafe(sql))
                .execute(&mut connection)
                .await
                .unwrap();
            connection.close().await.unwrap();
        });
    }
}

/// Where `initdb`, `pg_ctl` and `postgres` are: on the path, or where Debian keeps them.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let mut debian: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .collect();
    debian.sort();
    places.extend(debian.into_iter().rev());
    places.into_iter().find(|place| {
        ["initdb", "pg_ctl", "postgres"]
            .iter()
            .all(|name| place.join(name).is_file())
    })
}

fn whoami() -> String {
    let output = Command::new("id").arg("-u").output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Runs a command to its end; what it said is shown if it failed.
fn finish(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
