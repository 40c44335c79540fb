//! How people behave: what they answer, and how long things take. All of it follows from the seed.

use super::chance::Chance;
use super::world::Person;
use crate::moment::Moment;
use crate::triage::CLINICIAN;

/// How the people of this world are.
#[derive(Clone, Copy, Debug)]
pub struct Habits {
    /// What decides where people may differ.
    pub chance: Chance,
    /// How many times as fast as in life they drive and talk. Offers and alerts keep their time.
    pub hurry: i64,
    /// How many offers in a thousand find a phone that is off: nobody answers.
    pub silent_permille: i64,
    /// How many in a thousand are declined.
    pub declined_permille: i64,
}

/// What someone will say to an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    Accept,
    Decline(&'static str),
    /// His phone is off.
    Silence,
}

const REASONS: [&str; 4] = [
    "on_break",
    "vehicle_trouble",
    "finishing_report",
    "knows_the_person",
];
/// APCO disposition and behavioural outcome.
const ENDINGS: [(&str, &str); 5] = [
    ("18", "stabilized_in_place"),
    ("15", "safety_plan"),
    ("15", "warm_hand_off"),
    ("14", ""),
    ("18", "follow_up"),
];

impl Habits {
    /// Those of life.
    pub fn of_life(seed: u64) -> Habits {
        Habits {
            chance: Chance::new(seed),
            hurry: 1,
            silent_permille: 40,
            declined_permille: 90,
        }
    }

    /// `at` and so many of this world's seconds more.
    pub(super) fn after(self, at: Moment, seconds: i64) -> Moment {
        let micros = seconds.saturating_mul(1_000_000) / self.hurry.max(1);
        Moment::from_micros(at.micros().saturating_add(micros))
    }

    pub(super) fn reply(self, person: &Person, call: u32) -> Reply {
        if person.telephone {
            // He sits beside it.
            return Reply::Accept;
        }
        let drawn = self.draw(person, call, "reply", 0, 999);
        if drawn < self.silent_permille {
            return Reply::Silence;
        }
        if drawn < self.silent_permille + self.declined_permille {
            let which = self.draw(person, call, "reason", 0, 3);
            let reason = usize::try_from(which).ok().and_then(|which| REASONS.get(which));
            return Reply::Decline(reason.copied().unwrap_or("on_break"));
        }
        Reply::Accept
    }

    /// Seconds until he answers, while the offer stands.
    pub(super) fn answer_seconds(self, person: &Person, call: u32) -> i64 {
        self.draw(person, call, "answer", 6, 40)
    }

    /// Seconds from yes to being on the way.
    pub(super) fn turnout_seconds(self, person: &Person, call: u32) -> i64 {
        self.draw(person, call, "turnout", 25, 110)
    }

    /// Seconds on the road, where the server expected so many.
    pub(super) fn driving_seconds(self, person: &Person, call: u32, expected: u32) -> i64 {
        let percent = self.draw(person, call, "driving", 85, 130);
        (i64::from(expected) * percent / 100).max(30)
    }

    /// Seconds on scene, or on the telephone.
    pub(super) fn scene_seconds(self, person: &Person, call: u32) -> i64 {
        let (least, most) = if person.telephone {
            (480, 1500)
        } else if person.discipline == CLINICIAN {
            (1200, 3000)
        } else {
            (900, 2400)
        };
        self.draw(person, call, "scene", least, most)
    }

    /// Seconds a staged clinician waits after the officer is there.
    pub(super) fn staging_seconds(self, person: &Person, call: u32) -> i64 {
        self.draw(person, call, "staging", 60, 240)
    }

    /// Seconds until a due check-in is given.
    pub(super) fn check_in_seconds(self, person: &Person, call: u32) -> i64 {
        // One in eight forgets until the dispatcher asks.
        let forgets = self.draw(person, call, "forgets", 0, 7) == 0;
        self.draw(person, call, "check-in", 8, 40) + if forgets { 60 } else { 0 }
    }

    /// Seconds until the paper is written; none when he does it while he clears.
    pub(super) fn paper_seconds(self, person: &Person, call: u32) -> Option<i64> {
        (self.draw(person, call, "paper", 0, 3) == 0).then(|| self.draw(person, call, "writing", 120, 600))
    }

    pub(super) fn ending(self, person: &Person, call: u32) -> (&'static str, &'static str) {
        let which = usize::try_from(self.draw(person, call, "ending", 0, 4)).unwrap_or(0);
        ENDINGS.get(which).copied().unwrap_or(ENDINGS[0])
    }

    fn draw(self, person: &Person, call: u32, what: &str, low: i64, high: i64) -> i64 {
        self.chance
            .between(low, high, &[&person.call_sign, &call.to_string(), what])
    }
}
