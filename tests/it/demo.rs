//! The demonstration: one seed tells one story, and its client half plays against a server that it did not start.

use std::process::{Command, Stdio};

use tandem::cli::demo::incident::incidents;
use tandem::cli::demo::world::{FIRST_DAY, people};
use tandem::cli::demo::{Cast, Chance, Habits, Hiring, Planned, Screen, Timekeeper, found, hire, play};
use tandem::clock::Clock;
use tandem::shift::civil;

use crate::harness::on_each_database;
use crate::harness::process::Served;

fn demonstration(arguments: &[&str]) -> std::process::Child {
    Command::new(env!("CARGO_BIN_EXE_tandem"))
        .arg("demo")
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn one_seed_tells_one_story_at_any_speed_and_another_seed_another() {
    let runs = [
        &["--calls", "12", "--seed", "7"][..],
        &["--calls", "12", "--seed", "7", "--speed", "50000"],
        &["--calls", "12", "--seed", "8"],
    ];
    let stories = runs.map(demonstration).map(|child| {
        let ended = child.wait_with_output().unwrap();
        assert!(ended.status.success());
        String::from_utf8(ended.stdout).unwrap()
    });
    let [first, second, other] = stories;
    assert_eq!(first, second);
    assert_ne!(first.replace("seed 7", "seed 8"), other);
    for word in [
        "CALL ",
        "SENDS ",
        "not ",
        "accepted ",
        "on scene ",
        "cleared ",
        "CLOSED",
        "12 matched",
        "12 closed",
    ] {
        assert!(first.contains(word), "no {word}");
    }
}

/// What the command line prints for `tandem token create`.
fn token(database: &str, arguments: &[&str]) -> String {
    let made = Command::new(env!("CARGO_BIN_EXE_tandem"))
        .args(["token", "create", "--database", database, "--log", "error"])
        .args(arguments)
        .stderr(Stdio::null())
        .output()
        .unwrap();
    assert!(made.status.success(), "{arguments:?}");
    String::from_utf8(made.stdout).unwrap().trim().to_owned()
}

#[test]
fn its_client_half_plays_against_a_server_that_it_did_not_start() {
    on_each_database(async |database| {
        let url = database.url();
        let served = Served::start(url, &[]);
        let admin = token(url, &["--role", "admin", "--subject", "me"]);
        found(served.address, &admin).await.unwrap();

        let clock = Clock::process();
        let local = |seconds| civil::to_local(clock.now().plus_seconds(seconds), "UTC").unwrap();
        let today = clock.now().micros() / 86_400_000_000;
        let days_later = u64::try_from(today).unwrap() - 18_022;
        assert_eq!(FIRST_DAY.to_string(), "2019-05-06", "day 18,022 of the epoch");
        // A small crew: two clinicians who travel, one at the telephone, four officers.
        let crew = people()
            .into_iter()
            .enumerate()
            .filter(|(place, _)| [0, 1, 2, 8, 9, 10, 11].contains(place));
        let hirings: Vec<_> = crew
            .map(|(_, person)| Hiring {
                person: person.later(days_later),
                windows: vec![(local(-3600), local(10 * 3600))],
                zone: "UTC".to_owned(),
            })
            .collect();
        let here = ["--jurisdiction", "st-louis"];
        let hr = token(url, &["--role", "hr", "--subject", "me", here[0], here[1]]);
        let ids = hire(served.address, &hr, &hirings).await.unwrap();
        let responders = hirings.into_iter().zip(ids).map(|(hiring, id)| {
            let token = token(url, &["--role", "responder", "--subject", &id, here[0], here[1]]);
            (hiring.person, id, token)
        });
        let cast = Cast {
            address: served.address,
            responders: responders.collect(),
            dispatcher_token: token(
                url,
                &["--role", "dispatcher", "--subject", "me", here[0], here[1]],
            ),
        };
        let pairs = incidents().into_iter().filter(|one| one.level == 3).take(2);
        let calls = pairs.map(|incident| Planned {
            at: clock.now(),
            incident,
        });
        let habits = Habits {
            chance: Chance::new(1),
            hurry: 1000,
            silent_permille: 0,
            declined_permille: 300,
        };
        let mut screen = Screen::Kept(Vec::new());
        let timekeeper = Timekeeper::Waiting(clock.clone());
        let tally = play(cast, calls.collect(), habits, &timekeeper, &mut screen).await;
        let Screen::Kept(told) = screen else {
            panic!("it keeps what is told");
        };
        let tally = tally.unwrap_or_else(|why| panic!("{why}\n{}", told.join("\n")));
        assert_eq!((tally.calls(), tally.closed()), (2, 2), "{}", told.join("\n"));
        assert!(tally.all_replayed());
        drop(served);
    });
}
