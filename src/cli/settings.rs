//! Settings from where they come: the file is read, the variables are taken, the flags are added. What they mean is for
//! [`crate::config`].

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::PathBuf;

use tracing_subscriber::EnvFilter;

use super::failure::Failure;
use crate::config::{Config, ConfigFaults, Source};

/// Flags that every command knows.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Everywhere")]
pub(super) struct Everywhere {
    /// A TOML file with settings, named like the flags with `_` for `-`; also TANDEM_CONFIG
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The database: sqlite:FILE or postgres://NAME:PASSWORD@HOST/DATABASE [default: sqlite:tandem.db]
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    /// What to log to standard error: a level, or levels by module such as `warn,tandem=debug` [default: info]
    #[arg(long, global = true, value_name = "FILTER")]
    log: Option<String>,
}

impl Everywhere {
    /// The flags that were given, by setting.
    pub(super) fn flags(&self) -> BTreeMap<String, String> {
        given([("database", self.database.clone()), ("log", self.log.clone())])
    }

    /// The configuration: these flags over the variables over the file.
    pub(super) fn config(&self, flags: BTreeMap<String, String>) -> Result<Config, Failure> {
        let from_variable = std::env::var_os("TANDEM_CONFIG").filter(|path| !path.is_empty());
        let path = self.config.clone().or(from_variable.map(PathBuf::from));
        let mut sources = Vec::new();
        let mut faults = Vec::new();
        if let Some(path) = path {
            let text = std::fs::read_to_string(&path).map_err(|why| Failure::File { path, why })?;
            match Source::file(&text) {
                Ok(source) => sources.push(source),
                Err(ConfigFaults(found)) => faults = found,
            }
        }
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        sources.push(Source::variables(variables));
        sources.push(Source::command_line(flags));
        match Config::from_sources(&sources) {
            Ok(config) if faults.is_empty() => Ok(config),
            Ok(_) => Err(ConfigFaults(faults).into()),
            Err(ConfigFaults(more)) => Err(ConfigFaults([faults, more].concat()).into()),
        }
    }
}

/// Those that have a value.
pub(super) fn given<const N: usize>(flags: [(&str, Option<String>); N]) -> BTreeMap<String, String> {
    flags
        .into_iter()
        .filter_map(|(setting, value)| Some((setting.to_owned(), value?)))
        .collect()
}

/// Logs to standard error.
pub(super) fn start_logging(filter: &str) {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
}
