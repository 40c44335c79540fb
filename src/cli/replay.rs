//! `tandem replay`.

use sha2::{Digest, Sha256};

use super::current_store;
use super::failure::Failure;
use crate::config::Config;
use crate::id::JurisdictionId;
use crate::matching::{Report, StoredMatch, match_call};
use crate::store::Store;

/// How many matches are read at once: each is some 10 kB.
const PAGE: u64 = 200;

const EXAMPLES: &str = "\
Examples:
  tandem replay
  tandem replay --jurisdiction st-louis --database postgres://tandem@db.example/tandem

Each match is kept with everything that it read: the call, the policy, and what was known of each candidate. It is asked
again from that alone, whatever has become of the people, their shifts and the policy since, and its answer is compared
with the stored one, byte for byte. The digest at the end of a line covers every answer that was given now: the same
matches in another database have the same digest. It changes nothing and may run beside a server. Exit code 0: every
match gave its answer again. 1: one did not, or the database did not answer.";

/// What to replay.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Only this jurisdiction [default: all]
    #[arg(long, value_name = "ID")]
    jurisdiction: Option<JurisdictionId>,
}

/// What came of the matches of one jurisdiction.
#[derive(Default)]
struct Replayed {
    matches: usize,
    /// Those that gave another answer.
    others: Vec<String>,
    answers: Sha256,
}

/// Replays and prints one line a jurisdiction, and one for each match that gave another answer.
pub(super) async fn replay(config: &Config, arguments: &Arguments) -> Result<(), Failure> {
    let store = current_store(&config.database).await?;
    let jurisdictions = match &arguments.jurisdiction {
        Some(id) => vec![id.clone()],
        None => {
            let all = store.jurisdictions().await?;
            all.into_iter().map(|one| one.id).collect()
        }
    };
    let mut others = 0;
    for id in &jurisdictions {
        let replayed = replay_all(&store, id).await?;
        let digest = replayed.answers.finalize();
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let verdict = match replayed.others.len() {
            0 => "each gave its answer again".to_owned(),
            some => format!("{some} gave another answer"),
        };
        println!("{id}: {} matches, {verdict}, answers {digest}", replayed.matches);
        for other in &replayed.others {
            println!("  {other}");
        }
        others += replayed.others.len();
    }
    if jurisdictions.is_empty() {
        println!("there is no jurisdiction yet: nothing to replay");
    }
    store.close().await?;
    if others == 0 {
        Ok(())
    } else {
        Err(Failure::OtherAnswers(others))
    }
}

async fn replay_all(store: &Store, id: &JurisdictionId) -> Result<Replayed, Failure> {
    let mut replayed = Replayed::default();
    let mut after = None;
    loop {
        let page = store.stored_matches(id, after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(replayed);
        };
        after = Some(last.id);
        for stored in &page {
            replayed.take(stored);
        }
    }
}

impl Replayed {
    fn take(&mut self, stored: &StoredMatch) {
        let StoredMatch {
            id,
            situation,
            report,
        } = stored;
        let bytes = |report: &Report| serde_json::to_vec(report).expect("a report is plain values");
        let answer = bytes(&match_call(situation));
        self.matches += 1;
        if answer != bytes(report) {
            self.others
                .push(format!("match {id} of call {}", situation.call_id));
        }
        self.answers.update(id.to_string());
        self.answers.update(&answer);
    }
}
