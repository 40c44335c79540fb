//! The house: the sources keep the design's one direction.

use std::fs;
use std::path::{Path, PathBuf};

const PURE: &[&str] = &[
    "id.rs",
    "moment.rs",
    "geo.rs",
    "triage.rs",
    "printable.rs",
    "refusal.rs",
    "roster",
    "shift",
    "filling",
    "request",
    "board",
    "travel",
    "matching",
    "dispatch",
    "streaming",
    "transfer",
    "hours",
    "coverage",
];

/// Where each word may stand: everywhere else it is a fault.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("chrono_tz", &["src/shift/civil.rs"]),
    ("jiff", &["src/shift/civil.rs"]),
    ("sea_orm", &["src/store/", "migrations/"]),
    ("sqlx", &["src/store/"]),
    ("tonic", &["src/grpc/", "src/cli/"]),
    ("prost", &["src/grpc/", "src/cli/"]),
    ("Status::new(", &["src/grpc/status.rs"]),
    ("Status::with_", &["src/grpc/status.rs"]),
    ("SystemTime", &["src/clock.rs"]),
    // The one place of the pure part that knows of a fault: an offer whose end nobody looks at.
    (
        "sabotage",
        &[
            "src/lib.rs",
            "src/main.rs",
            "src/sabotage.rs",
            "src/cli/",
            "src/desk/",
            "src/store/",
            "src/dispatch/decide/member.rs",
        ],
    ),
];

/// What the pure part must not know.
const IMPURE: &[&str] = &[
    "async ",
    ".await",
    "tokio",
    "std::fs",
    "std::net",
    "std::env",
    "Instant",
    "HashMap",
    "HashSet",
    "getrandom",
    "println!",
    "tracing",
    "crate::desk",
    "crate::store",
    "crate::grpc",
    "crate::cli",
    "crate::clock",
    "crate::config",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    found.sort();
    assert!(!found.is_empty(), "no sources in {folder}");
    found
        .into_iter()
        .map(|path| {
            let name = path
                .strip_prefix(root())
                .expect("inside")
                .to_string_lossy()
                .into_owned();
            (name, code_of(&fs::read_to_string(&path).expect("text")))
        })
        .collect()
}

/// The code without its comments, which may name what the code must not.
fn code_of(text: &str) -> String {
    text.lines()
        .map(|line| line.find("//").map_or(line, |at| &line[..at]))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_pure_part_knows_no_clock_no_input_and_no_shell() {
    for pure in PURE {
        assert!(
            root().join("src").join(pure).exists(),
            "there is no {pure}: who looks after it now?"
        );
    }
    let mut faults = Vec::new();
    for (name, code) in sources("src") {
        let inside = name.strip_prefix("src/").expect("inside");
        let pure = PURE
            .iter()
            .any(|pure| inside == *pure || inside.starts_with(&format!("{pure}/")));
        if !pure {
            continue;
        }
        for word in IMPURE {
            if code.contains(word) {
                faults.push(format!("{name} says `{word}`"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn each_library_stays_in_its_place() {
    let mut faults = Vec::new();
    for (name, code) in sources("src").into_iter().chain(sources("migrations")) {
        for (word, places) in ONLY_IN {
            if code.contains(word) && !places.iter().any(|place| name.starts_with(place)) {
                faults.push(format!("{name} says `{word}`"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_migration_never_imports_an_entity() {
    for (name, code) in sources("migrations") {
        assert!(
            !code.contains("entity"),
            "{name} imports an entity: published migrations are frozen"
        );
    }
}

#[test]
fn the_desk_and_the_store_do_not_know_the_wire() {
    let mut faults = Vec::new();
    for (name, code) in sources("src/desk").into_iter().chain(sources("src/store")) {
        for word in ["crate::grpc", "crate::cli"] {
            if code.contains(word) {
                faults.push(format!("{name} says `{word}`"));
            }
        }
        if name.starts_with("src/store/") && code.contains("crate::desk") {
            faults.push(format!("{name} says `crate::desk`"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_file_is_too_long_for_one_sitting() {
    let mut long = Vec::new();
    for folder in ["src", "migrations", "tests/it"] {
        for (name, code) in sources(folder) {
            let lines = code.lines().count();
            if lines > 500 {
                long.push(format!("{name} has {lines} lines"));
            }
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}
