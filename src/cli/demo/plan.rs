//! When things happen: in the days of the sample, as fast as the clock can be turned, or from now on, in real time.

use chrono::Days;

use super::Trouble;
use super::incident::{Incident, incidents};
use super::world::{FIRST_DAY, Tour, ZONE};
use crate::moment::Moment;
use crate::shift::civil::{Occurrence, resolve, to_local};

/// A world in its time.
pub struct Plan {
    /// When it begins.
    pub start: Moment,
    /// Calls, and when they come.
    pub incidents: Vec<(Moment, Incident)>,
    /// How fast everything in it goes: 1 in the days of the sample, more where nobody wants to wait.
    pub haste: i64,
    /// The longest step of the clock while a call is live, seconds.
    pub step_seconds: i64,
    live: bool,
    days: u64,
}

impl Plan {
    /// The first `calls` calls of the sample, in its own days.
    pub fn of_the_sample(calls: usize) -> Result<Plan, Trouble> {
        let moment = |local: &str| resolve(local, Some(Occurrence::First), ZONE);
        let chosen = incidents().into_iter().take(calls);
        let timed = chosen
            .map(|incident| {
                let local = incident.local_time.format("%Y-%m-%dT%H:%M").to_string();
                Ok((moment(&local)?, incident))
            })
            .collect::<Result<Vec<_>, Trouble>>()?;
        let last_day = timed
            .last()
            .map_or(FIRST_DAY, |(_, incident)| incident.local_time.date());
        let days = u64::try_from(last_day.signed_duration_since(FIRST_DAY).num_days() + 2)?;
        Ok(Plan {
            start: moment(&format!("{FIRST_DAY}T00:00"))?,
            incidents: timed,
            haste: 1,
            step_seconds: 10,
            live: false,
            days,
        })
    }

    /// Calls from now on, one every `apart` seconds, everything `haste` times as fast as in the world.
    pub fn from_now(now: Moment, calls: usize, apart: i64, haste: i64) -> Plan {
        let sample = incidents();
        let timed = sample.into_iter().cycle().take(calls).zip(1_i64..);
        Plan {
            start: now,
            incidents: timed
                .map(|(incident, place)| (now.plus_seconds(apart * place), incident))
                .collect(),
            haste,
            step_seconds: 1,
            live: true,
            days: 1,
        }
    }

    /// The shifts of a tour, on the wall clock.
    pub fn shifts(&self, tour: Tour) -> Vec<(String, String)> {
        if self.live {
            let local = |seconds| to_local(self.start.plus_seconds(seconds), ZONE).unwrap_or_default();
            return vec![(local(-3600), local(24 * 3600))];
        }
        // The night that began the evening before reaches into the first day.
        let first = FIRST_DAY - Days::new(1);
        (0..=self.days)
            .map(|day| tour.starting_on(first + Days::new(day)))
            .collect()
    }

    /// The same in moments.
    pub fn windows(&self, tour: Tour) -> Result<Vec<(Moment, Moment)>, Trouble> {
        let moment = |local: &str| resolve(local, Some(Occurrence::First), ZONE);
        let resolved = self
            .shifts(tour)
            .into_iter()
            .map(|(start, end)| Ok((moment(&start)?, moment(&end)?)));
        resolved.collect()
    }

    /// Until when a paper is valid; papers of the sample's days have run out by now, and are renewed.
    pub fn valid_until(&self, sample: &str) -> String {
        if self.live {
            String::new()
        } else {
            sample.to_owned()
        }
    }

    /// A span of the world, at the haste of this plan.
    pub fn seconds(&self, world: i64) -> i64 {
        (world / self.haste).max(1)
    }
}
