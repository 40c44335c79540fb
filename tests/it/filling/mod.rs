//! Filling a roster: the benchmark rosters, judged by a checker that shares nothing with the solver; and real ones.

mod checker;
mod door;
mod instance;

use std::io::Write as _;

use tandem::filling::{Go, Proposal, Rule, STEPS_BETWEEN_LOOKS, propose};

use checker::Roster;
use instance::Instance;

/// The benchmark rosters, by number; none where there is no test data, which is said.
fn instances() -> Vec<(u32, Instance)> {
    let Some(folder) = std::env::var_os("TANDEM_TEST_DATA") else {
        // Written past the test runner's capture, which swallows what passing tests print.
        let _ = writeln!(
            std::io::stderr(),
            "TANDEM_TEST_DATA is not set: the benchmark rosters were not filled"
        );
        return Vec::new();
    };
    let folder = std::path::Path::new(&folder).join("rostering");
    let read = |number| {
        let text = std::fs::read_to_string(folder.join(format!("Instance{number}.txt"))).unwrap();
        (number, Instance::parse(&text))
    };
    (1..=7).map(read).collect()
}

/// Fills it in so many steps.
fn fill(instance: &Instance, seed: u64, steps: u64) -> Proposal {
    let mut watch = |progress: &tandem::filling::Progress| {
        if progress.steps < steps { Go::On } else { Go::Stop }
    };
    propose(&instance.problem(), seed, &mut watch).unwrap()
}

#[test]
fn each_benchmark_is_filled_within_its_rules_and_costs_what_is_claimed() {
    for (number, instance) in instances() {
        let proposal = fill(&instance, 1, 150 * STEPS_BETWEEN_LOOKS);
        let roster = instance.roster(&proposal);
        assert_eq!(checker::faults(&instance, &roster), [""; 0], "instance {number}");
        assert_eq!(proposal.breaches, [], "instance {number}");
        let claimed = u64::try_from(proposal.cost.total()).unwrap();
        assert_eq!(checker::cost(&instance, &roster), claimed, "instance {number}");
    }
}

#[test]
fn more_time_never_makes_it_worse() {
    for (number, instance) in instances().into_iter().take(4) {
        let mut last = None;
        for looks in [0, 1, 5, 20, 60, 120] {
            let proposal = fill(&instance, 2, looks * STEPS_BETWEEN_LOOKS);
            let missed: i64 = [Rule::ShortestRun, Rule::ShortestOff]
                .into_iter()
                .map(|rule| proposal.broken(rule) * 480)
                .sum();
            let worth = (
                missed + proposal.broken(Rule::LeastMinutes),
                proposal.cost.total(),
            );
            assert!(
                last.is_none_or(|last| worth <= last),
                "instance {number}: {last:?} {worth:?}"
            );
            last = Some(worth);
        }
    }
}

/// The checker is not asleep: each rule is broken once, and it says which.
#[test]
fn the_checker_finds_each_rule_broken() {
    let text = "SECTION_HORIZON\n14\nSECTION_SHIFTS\nE,480,\nL,600,E\nSECTION_STAFF\n\
                A,E=7|L=2,3900,2400,3,2,2,1\nSECTION_DAYS_OFF\nA,3\nSECTION_SHIFT_ON_REQUESTS\nA,0,E,7\n\
                SECTION_SHIFT_OFF_REQUESTS\nA,1,L,5\nSECTION_COVER\n0,E,2,100,1\n1,L,0,100,3\n";
    let instance = Instance::parse(text);
    let days = |letters: &str| -> Roster {
        let shift = |letter| match letter {
            'E' => Some(0),
            'L' => Some(1),
            _ => None,
        };
        vec![letters.chars().map(shift).collect()]
    };
    let cases = [
        ("EE..EE..EE....", ""),
        (
            "EEEE..EE......",
            "A: works on a day off|A: works too many days in a row",
        ),
        ("EEE..EEE..LL..", "A: works too many minutes"),
        ("EE..EE........", "A: works too few minutes"),
        ("EEE..EEE..EE..", "A: works too many of a kind"),
        ("EE..EE....EEE.", "A: works too many weekends"),
        ("EL..LE..EE....", "A: works what must not follow"),
        ("EE..E..EE.....", "A: works too few days in a row"),
        ("EE..EE.EE.....", "A: has too few days off in a row"),
    ];
    for (letters, expected) in cases {
        let found = checker::faults(&instance, &days(letters)).join("|");
        assert_eq!(found, expected, "{letters}");
    }
    assert_eq!(checker::cost(&instance, &days("EL..EE..EE....")), 100 + 5 + 3);
    assert_eq!(checker::cost(&instance, &days("L...EE..EE....")), 7 + 200);
}
