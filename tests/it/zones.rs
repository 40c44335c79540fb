//! Wall clocks and recurrence against a second opinion that shares no code: Python's zoneinfo and dateutil.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::Command;

use tandem::moment::Moment;
use tandem::shift::civil::{nearest, tzdb_version, zone_names};
use tandem::shift::date::LocalDate;
use tandem::shift::pattern::{Cadence, Recurrence};

const SEED: &str = "20260308";
const RULES: usize = 1_000;

/// What the second opinion says; nothing where there is no Python and nobody demands one.
fn second_opinion() -> Option<String> {
    let Some(python) = std::env::var_os("TANDEM_PYTHON") else {
        assert!(
            std::env::var_os("TANDEM_REQUIRE_POSTGRES").is_none(),
            "whoever demands PostgreSQL demands the second opinion too: set TANDEM_PYTHON"
        );
        // Written past the test runner's capture, which swallows what passing tests print.
        let _ = writeln!(
            std::io::stderr(),
            "TANDEM_PYTHON is not set: no second opinion on zones"
        );
        return None;
    };
    let done = Command::new(&python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/zones.py"))
        .args([tzdb_version(), "2026", "2030", SEED, &RULES.to_string()])
        .env("PYTHONTZPATH", "")
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    Some(String::from_utf8(done.stdout).unwrap())
}

fn dates(listed: &str) -> BTreeSet<LocalDate> {
    let each = listed.split(',').filter(|date| *date != "-");
    each.map(|date| date.parse().unwrap()).collect()
}

#[test]
fn clocks_and_rules_mean_what_a_second_implementation_says() {
    let Some(told) = second_opinion() else { return };
    let (mut zone, mut zones, mut moments, mut rules) = ("", BTreeSet::new(), 0, 0);
    for line in told.lines() {
        let parts: Vec<&str> = line.split(' ').collect();
        match parts[..] {
            ["zone", name] => {
                zone = name;
                zones.insert(name);
            }
            ["at", date, minute, epoch] => {
                let found = nearest(date.parse().unwrap(), minute.parse().unwrap(), zone);
                let expected = Moment::from_seconds(epoch.parse().unwrap());
                assert_eq!(found, Ok(expected), "{zone} {line}");
                moments += 1;
            }
            ["dates", start, from, to, rule, except, extra, expected] => {
                let cadence = Cadence {
                    starts_on: start.parse().unwrap(),
                    recurrence: Recurrence::Rule(rule.parse().unwrap()),
                    except_dates: dates(except),
                    extra_dates: dates(extra),
                };
                let found = cadence.dates(from.parse().unwrap(), to.parse().unwrap());
                assert_eq!(found, dates(expected), "seed {SEED}: {line}");
                rules += 1;
            }
            _ => panic!("not understood: {line}"),
        }
    }
    assert_eq!(zones, zone_names().collect(), "the same zones");
    assert!(moments > 100_000, "{moments}");
    assert_eq!(rules, RULES);
}
