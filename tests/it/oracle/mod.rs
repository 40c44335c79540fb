//! An oracle for matching that tries everybody with everybody, and argues back.
//!
//! It shares no code with the matcher: it reads the question and the answer, and knows the laws in words of its own. Any
//! one law can be taken away from it; it must then disagree with the matcher on a situation which that law decides.

mod law;
mod summary;

use std::collections::BTreeSet;

use tandem::dispatch::PositionBasis;
use tandem::id::ResponderId;
use tandem::matching::{Candidate, Chosen, Lost, Rejection, Report, Situation};
use tandem::triage::Slot;

pub(crate) use law::Law;

/// Knows all laws but one.
pub(crate) struct Oracle {
    without: Option<Law>,
}

/// One person for each open slot.
type Team<'s> = Vec<&'s Candidate>;

/// How good a team is, the most important first; the least is the best. `None` comes first: never sent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Merit {
    last_there: u64,
    travel: u64,
    longest_unsent: Option<i64>,
    other_unsent: Option<i64>,
    ids: Vec<ResponderId>,
}

impl Oracle {
    /// The oracle that knows every law.
    pub(crate) fn new() -> Oracle {
        Oracle { without: None }
    }

    /// One that does not know this law.
    pub(crate) fn without(law: Law) -> Oracle {
        Oracle { without: Some(law) }
    }

    fn knows(&self, law: Law) -> bool {
        self.without != Some(law)
    }

    /// Whether the report is the answer to the situation; if not, what is wrong with it.
    pub(crate) fn argue(&self, situation: &Situation, report: &Report) -> Result<(), String> {
        let mut teams = self.teams(situation);
        teams.sort_by_key(|team| self.merit(situation, team));
        self.argue_choice(situation, report, &teams)?;
        self.argue_runners_up(situation, report, &teams)?;
        self.argue_rejections(situation, report, &teams)?;
        self.argue_summary(situation, report)
    }

    fn able<'s>(&self, situation: &'s Situation, slot: &Slot) -> Vec<&'s Candidate> {
        free_of_this_call(situation)
            .filter(|person| law::objection(self.without, situation, person, slot).is_none())
            .collect()
    }

    /// Every team that could be sent.
    fn teams<'s>(&self, situation: &'s Situation) -> Vec<Team<'s>> {
        let mut teams: Vec<Team<'s>> = vec![Vec::new()];
        for slot in &situation.slots {
            let able = self.able(situation, slot);
            teams = teams
                .iter()
                .flat_map(|team| {
                    able.iter()
                        .map(move |person| [team.as_slice(), &[*person]].concat())
                })
                .collect();
        }
        teams.retain(|team| {
            team.iter().enumerate().all(|(place, one)| {
                team[..place].iter().all(|other| {
                    let apart = one.must_not_meet.contains(&other.responder_id)
                        || other.must_not_meet.contains(&one.responder_id);
                    one.responder_id != other.responder_id && !(apart && self.knows(Law::MayMeet))
                })
            })
        });
        teams
    }

    /// What a law that is not known would tell apart stays equal.
    fn merit(&self, situation: &Situation, team: &Team<'_>) -> Merit {
        let seconds: Vec<u64> = team
            .iter()
            .zip(&situation.slots)
            .map(|(person, slot)| u64::from(seconds(person, slot)))
            .collect();
        let waited_for = situation
            .held
            .iter()
            .filter(|_| self.knows(Law::ThoseWhoStayAreWaitedFor))
            .map(|held| u64::from(held.seconds));
        let mut unsent: Vec<Option<i64>> = team
            .iter()
            .map(|person| person.last_sent_at.map(|at| at.micros()))
            .collect();
        unsent.sort_unstable();
        let known = |law: Law, value: u64| if self.knows(law) { value } else { 0 };
        Merit {
            last_there: known(
                Law::LastOneThereFirst,
                seconds.iter().copied().chain(waited_for).max().unwrap_or(0),
            ),
            travel: known(Law::LessTravel, seconds.iter().sum()),
            longest_unsent: unsent
                .first()
                .copied()
                .flatten()
                .filter(|_| self.knows(Law::LongestUnsent)),
            other_unsent: unsent
                .last()
                .copied()
                .flatten()
                .filter(|_| self.knows(Law::OtherLongestUnsent)),
            ids: if self.knows(Law::LowerId) {
                ids(team)
            } else {
                Vec::new()
            },
        }
    }

    /// The chosen are eligible, nobody is better, and a refusal was forced.
    fn argue_choice(&self, situation: &Situation, report: &Report, teams: &[Team<'_>]) -> Result<(), String> {
        let Some(best) = teams.first() else {
            return holds(report.chosen.is_empty(), || {
                format!("{:?} cannot be sent together", sent(&report.chosen))
            });
        };
        if report.chosen.is_empty() {
            return Err(format!("{:?} could have been sent", ids(best)));
        }
        let chosen = sent(&report.chosen);
        let Some(team) = teams.iter().find(|team| ids(team) == chosen) else {
            return Err(format!(
                "{chosen:?} cannot be sent{}",
                self.why_not(situation, &chosen)
            ));
        };
        let merit = self.merit(situation, team);
        for other in teams.iter().filter(|other| ids(other) != chosen) {
            let theirs = self.merit(situation, other);
            holds(merit <= theirs, || {
                format!(
                    "{:?} would be a better choice: {theirs:?}, not {merit:?}",
                    ids(other)
                )
            })?;
            holds(merit != theirs, || {
                format!("{:?} would be as good a choice, and nothing decides", ids(other))
            })?;
        }
        let all_there = merit.last_there;
        holds(
            !self.knows(Law::LastOneThereFirst) || u64::from(report.all_there_seconds) == all_there,
            || {
                format!(
                    "all would be there in {all_there} s, not {} s",
                    report.all_there_seconds
                )
            },
        )?;
        for (place, person) in team.iter().enumerate() {
            told_rightly(&report.chosen[place], person, &situation.slots[place])?;
        }
        Ok(())
    }

    fn why_not(&self, situation: &Situation, chosen: &[ResponderId]) -> String {
        chosen
            .iter()
            .zip(&situation.slots)
            .filter_map(|(id, slot)| {
                let person = situation
                    .candidates
                    .iter()
                    .find(|person| person.responder_id == *id)?;
                let why = law::objection(self.without, situation, person, slot)?;
                Some(format!("; {id}: {why:?}"))
            })
            .collect()
    }

    /// The runners-up are the next best, in their order, and lost where they say.
    fn argue_runners_up(
        &self,
        situation: &Situation,
        report: &Report,
        teams: &[Team<'_>],
    ) -> Result<(), String> {
        let wanted = situation.policy.runners_up as usize;
        let expected: Vec<Vec<ResponderId>> =
            teams.iter().skip(1).take(wanted).map(|team| ids(team)).collect();
        let named: Vec<Vec<ResponderId>> = report
            .runners_up
            .iter()
            .map(|runner_up| sent(&runner_up.members))
            .collect();
        holds(named == expected, || {
            format!("the next best are {expected:?}, not {named:?}")
        })?;
        for (runner_up, team) in report.runners_up.iter().zip(teams.iter().skip(1)) {
            let (best, other) = (self.merit(situation, &teams[0]), self.merit(situation, team));
            let lost = if other.last_there != best.last_there {
                Lost::LaterTogether((other.last_there - best.last_there) as u32)
            } else if other.travel != best.travel {
                Lost::LongerTravel((other.travel - best.travel) as u32)
            } else if other.longest_unsent != best.longest_unsent || other.other_unsent != best.other_unsent {
                Lost::SentMoreRecently
            } else {
                Lost::TieBrokenById
            };
            holds(runner_up.lost == lost, || {
                format!("{:?} lost by {lost:?}, not {:?}", ids(team), runner_up.lost)
            })?;
            for (place, person) in team.iter().enumerate() {
                told_rightly(&runner_up.members[place], person, &situation.slots[place])?;
            }
        }
        Ok(())
    }

    /// Everyone who could not be sent has his rejection, nobody else has one, and each names the first law he breaks.
    fn argue_rejections(
        &self,
        situation: &Situation,
        report: &Report,
        teams: &[Team<'_>],
    ) -> Result<(), String> {
        let able: Vec<BTreeSet<ResponderId>> = situation
            .slots
            .iter()
            .map(|slot| ids(&self.able(situation, slot)).into_iter().collect())
            .collect();
        let somebody_for_each = able.iter().all(|people| !people.is_empty());
        let mut eligible = 0;
        for person in free_of_this_call(situation) {
            let id = person.responder_id;
            let could = able.iter().any(|people| people.contains(&id));
            let in_a_team = teams.iter().any(|team| ids(team).contains(&id));
            let expected = if could && (in_a_team || !somebody_for_each) {
                eligible += 1;
                None
            } else if could {
                Some(Rejection::MustNotMeet)
            } else {
                let near_misses = situation
                    .slots
                    .iter()
                    .filter_map(|slot| law::objection(self.without, situation, person, slot));
                near_misses.max()
            };
            let mut named = report
                .rejections
                .iter()
                .filter(|rejected| rejected.responder_id == id);
            let given = named.next().map(|rejected| rejected.rejection.clone());
            holds(given == expected, || {
                format!("{id}: rejected by {expected:?}, not {given:?}")
            })?;
            holds(named.next().is_none(), || format!("{id} is rejected twice"))?;
        }
        holds(report.eligible == eligible, || {
            format!("{eligible} are eligible, not {}", report.eligible)
        })?;
        let known: BTreeSet<ResponderId> = free_of_this_call(situation).map(|one| one.responder_id).collect();
        let strange = report
            .rejections
            .iter()
            .find(|one| !known.contains(&one.responder_id));
        holds(strange.is_none(), || format!("{strange:?} is nobody to reject"))?;
        holds(report.rejections.is_sorted_by_key(|one| one.responder_id), || {
            "rejections are not in the order of their ids".to_owned()
        })?;
        let open: Vec<&str> = situation
            .slots
            .iter()
            .zip(&able)
            .filter(|(_, people)| teams.is_empty() && (people.is_empty() || somebody_for_each))
            .map(|(slot, _)| slot.slot_id.as_str())
            .collect();
        holds(report.unfilled == open, || {
            format!("nobody fills {open:?}, not {:?}", report.unfilled)
        })
    }
}

/// Everyone but those who stay on the call.
fn free_of_this_call(situation: &Situation) -> impl Iterator<Item = &Candidate> {
    situation.candidates.iter().filter(|person| {
        situation
            .held
            .iter()
            .all(|held| held.responder_id != person.responder_id)
    })
}

fn seconds(person: &Candidate, slot: &Slot) -> u32 {
    person
        .leg
        .filter(|_| !slot.telephone)
        .map_or(0, |leg| leg.seconds)
}

/// What is said of one who is sent is what is known of him.
fn told_rightly(told: &Chosen, person: &Candidate, slot: &Slot) -> Result<(), String> {
    let leg = person.leg.filter(|_| !slot.telephone);
    let known = Chosen {
        slot_id: slot.slot_id.clone(),
        responder_id: person.responder_id,
        seconds: seconds(person, slot),
        meters: leg.map_or(0, |leg| leg.meters),
        basis: leg.map_or(PositionBasis::Seat, |leg| leg.basis),
        staged: slot.staged,
    };
    holds(*told == known, || format!("{known:?} was told as {told:?}"))
}

fn ids(team: &[&Candidate]) -> Vec<ResponderId> {
    team.iter().map(|person| person.responder_id).collect()
}

fn sent(chosen: &[Chosen]) -> Vec<ResponderId> {
    chosen.iter().map(|one| one.responder_id).collect()
}

fn holds(condition: bool, objection: impl FnOnce() -> String) -> Result<(), String> {
    if condition { Ok(()) } else { Err(objection()) }
}
