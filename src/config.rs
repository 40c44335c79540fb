//! The configuration: from a TOML file, `TANDEM_*` variables and the command line; the later wins. Every fault is told at
//! once, each with where it comes from.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

/// How a server runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The database: `sqlite:<file>` or `postgres://...`. Default `sqlite:tandem.db`, in the working directory.
    pub database: String,
    /// Where to listen. Default 127.0.0.1:50051.
    pub listen: SocketAddr,
    /// Where to serve calendars over plain HTTP. Default none: nowhere.
    pub calendar_listen: Option<SocketAddr>,
    /// The certificate chain, PEM.
    pub tls_cert: Option<PathBuf>,
    /// Its key, PEM.
    pub tls_key: Option<PathBuf>,
    /// Whether to speak plaintext beyond loopback. Default false.
    pub allow_plaintext: bool,
    /// Whether to serve reflection. Default false.
    pub reflection: bool,
    /// What to log, in the words of `tracing`. Default `info`.
    pub log: String,
    /// How long open streams may take to end at shutdown, seconds. Default 8: with what comes after, a server that is told
    /// to end has ended within ten.
    pub shutdown_seconds: u32,
    /// How many connections at once. Default 20000.
    pub max_connections: u32,
    /// How long the journal reaches back, hours; at least 72. Default 72.
    pub journal_hours: u32,
}

/// The settings by name: the key in the file, and the variable in lower case without `TANDEM_`.
const NAMES: [&str; 11] = [
    "database",
    "listen",
    "calendar_listen",
    "tls_cert",
    "tls_key",
    "allow_plaintext",
    "reflection",
    "log",
    "shutdown_seconds",
    "max_connections",
    "journal_hours",
];

/// Values from one place.
#[derive(Clone, Debug)]
pub struct Source {
    /// How a fault names a setting of this place, with `{}` for its name: `tandem.toml: {}`, `TANDEM_{}`, `--{}`.
    pub place: &'static str,
    /// Setting and value.
    pub values: BTreeMap<String, String>,
}

/// Everything that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFaults(pub Vec<String>);

impl std::fmt::Display for ConfigFaults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the configuration cannot be used:")?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}

impl std::error::Error for ConfigFaults {}

impl Source {
    /// From the text of a TOML file.
    pub fn file(text: &str) -> Result<Source, ConfigFaults> {
        let table: toml::Table = text
            .parse()
            .map_err(|error| ConfigFaults(vec![format!("the file is no TOML: {error}")]))?;
        let values = table
            .into_iter()
            .map(|(name, value)| (name, plain(&value)))
            .collect();
        Ok(Source {
            place: "file: {}",
            values,
        })
    }

    /// From variables: those that begin with `TANDEM_`.
    pub fn variables(variables: impl Iterator<Item = (String, String)>) -> Source {
        let values = variables
            .filter_map(|(name, value)| Some((name.strip_prefix("TANDEM_")?.to_ascii_lowercase(), value)))
            // Others of the family: where the file is, and what the tests are told.
            .filter(|(name, _)| NAMES.contains(&name.as_str()))
            .collect();
        Source {
            place: "TANDEM_{}",
            values,
        }
    }

    /// From the command line.
    pub fn command_line(values: BTreeMap<String, String>) -> Source {
        Source {
            place: "--{}",
            values,
        }
    }

    fn name(&self, setting: &str) -> String {
        let setting = match self.place {
            "TANDEM_{}" => setting.to_ascii_uppercase(),
            "--{}" => setting.replace('_', "-"),
            _ => setting.to_owned(),
        };
        self.place.replace("{}", &setting)
    }
}

/// Reads settings and gathers what is wrong with them.
struct Reader<'s> {
    sources: &'s [Source],
    faults: Vec<String>,
}

impl Reader<'_> {
    /// The value of the last source that has it; the default when none does or it cannot be read.
    fn read<T>(&mut self, setting: &str, default: T, parse: impl Fn(&str) -> Result<T, &'static str>) -> T {
        let found = self
            .sources
            .iter()
            .rev()
            .find_map(|source| Some((source, source.values.get(setting)?)));
        let Some((source, text)) = found else {
            return default;
        };
        parse(text).unwrap_or_else(|why| {
            self.faults.push(format!("{}: {why}", source.name(setting)));
            default
        })
    }

    /// Where the value of a setting comes from, for a fault that only shows beside others.
    fn place(&self, setting: &str) -> String {
        let mut from = self
            .sources
            .iter()
            .rev()
            .filter(|source| source.values.contains_key(setting));
        from.next()
            .map_or_else(|| setting.to_owned(), |source| source.name(setting))
    }

    fn number(&mut self, setting: &str, default: u32, least: u32, most: u32, why: &'static str) -> u32 {
        self.read(setting, default, |text| {
            let number = text.parse().ok().filter(|number| (least..=most).contains(number));
            number.ok_or(why)
        })
    }

    fn switch(&mut self, setting: &str) -> bool {
        self.read(setting, false, |text| {
            text.parse().map_err(|_| "neither true nor false")
        })
    }
}

impl Config {
    /// From the sources, the later ones winning. Faults are told all at once.
    pub fn from_sources(sources: &[Source]) -> Result<Config, ConfigFaults> {
        let mut reader = Reader {
            sources,
            faults: unknown(sources),
        };
        let path = |text: &str| {
            if text.is_empty() {
                Err("empty")
            } else {
                Ok(Some(PathBuf::from(text)))
            }
        };
        let config = Config {
            database: reader.read("database", "sqlite:tandem.db".to_owned(), |text| {
                let known = ["sqlite:", "postgres://", "postgresql://"];
                if known.iter().any(|scheme| text.starts_with(scheme)) {
                    Ok(text.to_owned())
                } else {
                    Err("neither sqlite:<file> nor postgres://...")
                }
            }),
            listen: reader.read("listen", SocketAddr::from(([127, 0, 0, 1], 50051)), |text| {
                text.parse().map_err(|_| "not an address such as 127.0.0.1:50051")
            }),
            calendar_listen: reader.read("calendar_listen", None, |text| {
                let address = text.parse().map(Some);
                address.map_err(|_| "not an address such as 127.0.0.1:8080")
            }),
            tls_cert: reader.read("tls_cert", None, path),
            tls_key: reader.read("tls_key", None, path),
            allow_plaintext: reader.switch("allow_plaintext"),
            reflection: reader.switch("reflection"),
            log: reader.read("log", "info".to_owned(), |text| {
                let filter = tracing_subscriber::EnvFilter::try_new(text);
                filter
                    .map(|_| text.to_owned())
                    .map_err(|_| "not a filter such as info or warn,tandem=debug")
            }),
            shutdown_seconds: reader.number(
                "shutdown_seconds",
                8,
                1,
                300,
                "not a number of seconds from 1 to 300",
            ),
            max_connections: reader.number(
                "max_connections",
                20_000,
                1,
                1_000_000,
                "not a number from 1 to 1000000",
            ),
            journal_hours: reader.number(
                "journal_hours",
                72,
                72,
                87_600,
                "not a number of hours from 72 to 87600",
            ),
        };
        let alone = match (&config.tls_cert, &config.tls_key) {
            (Some(_), None) => Some("tls_cert"),
            (None, Some(_)) => Some("tls_key"),
            (Some(_), Some(_)) | (None, None) => None,
        };
        if let Some(setting) = alone {
            let place = reader.place(setting);
            reader
                .faults
                .push(format!("{place}: tls_cert and tls_key, both or none"));
        }
        if config.tls_cert.is_none() && !config.listen.ip().is_loopback() && !config.allow_plaintext {
            let (place, listen) = (reader.place("listen"), config.listen);
            reader.faults.push(format!(
                "{place}: {listen} is beyond loopback; give tls_cert and tls_key, or say allow_plaintext"
            ));
        }
        if let Some(listen) = config.calendar_listen.filter(|listen| !listen.ip().is_loopback())
            && !config.allow_plaintext
        {
            let place = reader.place("calendar_listen");
            reader.faults.push(format!(
                "{place}: {listen} is beyond loopback; put TLS before it, or say allow_plaintext"
            ));
        }
        let faults = reader.faults;
        if faults.is_empty() {
            Ok(config)
        } else {
            Err(ConfigFaults(faults))
        }
    }
}

/// A value of the file as a variable would have it. What is neither text, number nor switch is no value of a setting.
fn plain(value: &toml::Value) -> String {
    let number = || value.as_integer().map(|number| number.to_string());
    let switch = || value.as_bool().map(|switch| switch.to_string());
    let text = value.as_str().map(str::to_owned);
    text.or_else(number)
        .or_else(switch)
        .unwrap_or_else(|| value.type_str().to_owned())
}

fn unknown(sources: &[Source]) -> Vec<String> {
    sources
        .iter()
        .flat_map(|source| source.values.keys().map(move |name| (source, name)))
        .filter(|(_, name)| !NAMES.contains(&name.as_str()))
        .map(|(source, name)| format!("{}: no such setting", source.name(name)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(values: &[(&str, &str)]) -> Source {
        let owned = values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Source::variables(owned.collect::<Vec<_>>().into_iter())
    }

    #[test]
    fn nothing_at_all_is_a_configuration() {
        let config = Config::from_sources(&[]).expect("defaults");
        assert_eq!(config.database, "sqlite:tandem.db");
        assert!(config.listen.ip().is_loopback());
    }

    #[test]
    fn the_command_line_wins_over_variables_and_those_over_the_file() {
        let file =
            Source::file("journal_hours = 100\nlisten = \"127.0.0.1:1\"\nreflection = true").expect("TOML");
        let variables = variables(&[("TANDEM_LISTEN", "127.0.0.1:2"), ("TANDEM_JOURNAL_HOURS", "200")]);
        let line = Source::command_line([("listen".to_owned(), "127.0.0.1:3".to_owned())].into());
        let config = Config::from_sources(&[file, variables, line]).expect("good");
        assert_eq!(
            (config.listen.port(), config.journal_hours, config.reflection),
            (3, 200, true)
        );
    }

    #[test]
    fn every_fault_is_told_at_once_with_its_place() {
        let file = Source::file("journal_hours = 5\ncolour = \"blue\"").expect("TOML");
        let variables = variables(&[
            ("TANDEM_LISTEN", "everywhere"),
            ("TANDEM_TLS_CERT", "a.pem"),
            ("TANDEM_LOG", "a=b=c"),
        ]);
        let line = Source::command_line([("database".to_owned(), "mysql://".to_owned())].into());
        let ConfigFaults(faults) = Config::from_sources(&[file, variables, line]).expect_err("bad");
        let starts = [
            "file: colour",
            "--database",
            "TANDEM_LISTEN",
            "TANDEM_LOG",
            "file: journal_hours",
            "TANDEM_TLS_CERT: tls_cert and tls_key",
        ];
        assert_eq!(faults.len(), starts.len(), "{faults:?}");
        for (fault, start) in faults.iter().zip(starts) {
            assert!(fault.starts_with(start), "{fault}");
        }
    }

    #[test]
    fn plaintext_beyond_loopback_must_be_said() {
        let anyway = ("TANDEM_ALLOW_PLAINTEXT", "true");
        for listen in [
            ("TANDEM_LISTEN", "0.0.0.0:50051"),
            ("TANDEM_CALENDAR_LISTEN", "0.0.0.0:8080"),
        ] {
            assert!(Config::from_sources(&[variables(&[listen])]).is_err());
            assert!(Config::from_sources(&[variables(&[listen, anyway])]).is_ok());
        }
    }
}
