//! How good a filled roster is: what the benchmark rosters cost after 5 s and after 60 s, and beside it what an exact
//! solver finds. `cargo bench --bench roster -- 1 4` takes these instances alone; without numbers all seven.
//!
//! Printed, not asserted: machines differ. `TANDEM_TEST_DATA` says where the benchmark rosters are. HiGHS is asked where
//! `TANDEM_HIGHS_PYTHON` names a Python that has `benches/roster/requirements.txt`; it gets ten minutes an instance.
//! `TANDEM_MEASURE=short` divides all times by twenty.

#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot go on stops, and where it stopped says enough"
)]

#[path = "../../tests/it/filling/checker.rs"]
mod checker;
#[path = "../../tests/it/filling/instance.rs"]
mod instance;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use tandem::filling::{Go, Problem, Progress, Proposal, propose};

use instance::Instance;

/// Looks at the costs of a run: after how many seconds, and what it was.
struct Costs {
    seconds: [f64; 2],
    costs: [Option<i64>; 2],
    steps: u64,
}

fn main() {
    // Cargo says `--bench`.
    let asked: Vec<u32> = std::env::args()
        .skip(1)
        .filter_map(|word| word.parse().ok())
        .collect();
    let faster = if std::env::var("TANDEM_MEASURE").is_ok_and(|said| said == "short") {
        20.0
    } else {
        1.0
    };
    let folder = std::env::var_os("TANDEM_TEST_DATA").map(|data| Path::new(&data).join("rostering"));
    let Some(folder) = folder else {
        println!("no benchmark rosters: TANDEM_TEST_DATA is not set");
        return;
    };
    println!(
        "| roster | cost after {:.2} s | after {:.2} s | steps | HiGHS: cost, bound, seconds |",
        5.0 / faster,
        60.0 / faster
    );
    println!("| --- | ---: | ---: | ---: | --- |");
    for number in (1..=7).filter(|number| asked.is_empty() || asked.contains(number)) {
        benchmark(number, &folder.join(format!("Instance{number}.txt")), faster);
    }
}

fn benchmark(number: u32, path: &PathBuf, faster: f64) {
    let instance = Instance::parse(&std::fs::read_to_string(path).unwrap());
    let (proposal, run) = fill(&instance.problem(), [5.0 / faster, 60.0 / faster]);
    let roster = instance.roster(&proposal);
    assert_eq!(checker::faults(&instance, &roster), [""; 0]);
    let last = i64::try_from(checker::cost(&instance, &roster)).unwrap();
    assert_eq!(last, proposal.cost.total());
    let soon = run.costs[0].map_or_else(|| "not feasible".to_owned(), |cost| cost.to_string());
    let judged = judged(path, 600.0 / faster).unwrap_or_else(|| "not asked".to_owned());
    println!("| {number} | {soon} | {last} | {} | {judged} |", run.steps);
}

/// Fills a roster for so long as the later of two times; notes what it cost at each.
fn fill(problem: &Problem, seconds: [f64; 2]) -> (Proposal, Costs) {
    let began = Instant::now();
    let mut run = Costs {
        seconds,
        costs: [None; 2],
        steps: 0,
    };
    let mut watch = |progress: &Progress| {
        let passed = began.elapsed().as_secs_f64();
        run.steps = progress.steps;
        for (at, cost) in run.seconds.iter().zip(&mut run.costs) {
            if passed <= *at && progress.missed == 0 {
                *cost = Some(progress.cost);
            }
        }
        if passed < run.seconds[1] { Go::On } else { Go::Stop }
    };
    let proposal = propose(problem, 1, &mut watch).unwrap();
    (proposal, run)
}

/// What HiGHS finds in so many seconds.
fn judged(path: &Path, seconds: f64) -> Option<String> {
    let python = std::env::var_os("TANDEM_HIGHS_PYTHON")?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/roster/judge.py");
    let said = Command::new(python)
        .arg(script)
        .arg(seconds.to_string())
        .arg(path)
        .output()
        .unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let line = String::from_utf8(said.stdout).unwrap();
    let words: Vec<&str> = line.split_whitespace().rev().take(3).collect();
    let [took, bound, cost] = words[..] else {
        panic!("HiGHS says {line}")
    };
    Some(format!("{cost}, {bound}, {took}"))
}
