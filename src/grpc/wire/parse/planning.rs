//! What is asked of a plan.

use std::time::Duration;

use super::faults::{Fault, Faults};
use super::field::{date, id, optional_id};
use super::pb;
use crate::filling::plan::{Asked, Costs, Preference};
use crate::id::ShiftId;
use crate::moment::Window;
use crate::refusal::{Reason, Refusal};

/// The longest period, days.
const DAYS: i64 = 92;
/// How long a search goes on when nobody says, seconds.
const USUAL_SECONDS: u32 = 10;
/// How long at most.
const MOST_SECONDS: u32 = 300;
/// The most pinned shifts, and the most preferences.
const MOST_NAMED: usize = 1_000;
/// The most that a rule weighs.
const MOST_WEIGHT: u32 = 10_000;

/// ProposeRoster: what is asked, and how long to look for it.
pub(crate) fn propose_roster(request: &pb::ProposeRosterRequest) -> Result<(Asked, Duration), Refusal> {
    let pb::ProposeRosterRequest {
        from,
        to,
        agency_id,
        seconds,
        weights,
        pinned_shift_ids,
        preferences,
    } = request;
    let mut faults = Faults::default();
    let period = faults.whole_window("from", from.as_ref(), "to", to.as_ref());
    let period = period.and_then(|period| faults.take("to", short(period)));
    let agency_id = faults.take("agency_id", optional_id(agency_id));
    let limit = faults.take("seconds", limit(*seconds));
    let costs = faults.costs(weights.as_ref());
    let pinned = faults.take_each("pinned_shift_ids", MOST_NAMED, pinned_shift_ids, |one| id(one));
    let preferences = faults.take_parts("preferences", MOST_NAMED, preferences, Faults::preference);
    faults.end(|| {
        let asked = Asked {
            period: period?,
            agency_id: agency_id?,
            pinned: pinned?,
            preferences: preferences?,
            costs: costs?,
        };
        Some((asked, limit?))
    })
}

/// SuggestForShift.
pub(crate) fn suggest_for_shift(request: &pb::SuggestForShiftRequest) -> Result<(ShiftId, Costs), Refusal> {
    let pb::SuggestForShiftRequest { shift_id, weights } = request;
    let mut faults = Faults::default();
    let shift_id = faults.take("shift_id", id(shift_id));
    let costs = faults.costs(weights.as_ref());
    faults.end(|| Some((shift_id?, costs?)))
}

fn short(period: Window) -> Result<Window, Fault> {
    if period.start.seconds_until(period.end) > DAYS * 86_400 {
        Err(Fault::new(Reason::InvalidWindow, format!("at most {DAYS} days")))
    } else {
        Ok(period)
    }
}

fn limit(seconds: u32) -> Result<Duration, Fault> {
    match seconds {
        0 => Ok(Duration::from_secs(USUAL_SECONDS.into())),
        1..=MOST_SECONDS => Ok(Duration::from_secs(seconds.into())),
        _ => Err(Fault::new(
            Reason::OutOfRange,
            format!("at most {MOST_SECONDS} seconds"),
        )),
    }
}

impl Faults {
    fn preference(&mut self, field: String, preference: &pb::WorkPreference) -> Option<Preference> {
        let pb::WorkPreference {
            responder_id,
            date: on,
            to_work,
        } = preference;
        let responder_id = self.take(format!("{field}.responder_id"), id(responder_id));
        let on = self.take(format!("{field}.date"), date(on));
        Some(Preference {
            responder_id: responder_id?,
            date: on?,
            to_work: *to_work,
        })
    }

    /// What is not said weighs what it usually does.
    fn costs(&mut self, weights: Option<&pb::RosterWeights>) -> Option<Costs> {
        let pb::RosterWeights {
            open,
            change,
            night,
            weekend,
            apart,
            preference,
        } = weights.copied().unwrap_or_default();
        let usual = Costs::default();
        let mut weight = |field: &str, said: Option<u32>, usual: u32| {
            let said = said.unwrap_or(usual);
            let told = format!("at most {MOST_WEIGHT}");
            let fault = Fault::new(Reason::OutOfRange, told);
            self.take(
                format!("weights.{field}"),
                if said > MOST_WEIGHT { Err(fault) } else { Ok(said) },
            )
        };
        let open = weight("open", open, usual.open);
        let change = weight("change", change, usual.change);
        let night = weight("night", night, usual.night);
        let weekend = weight("weekend", weekend, usual.weekend);
        let apart = weight("apart", apart, usual.apart);
        let preference = weight("preference", preference, usual.preference);
        Some(Costs {
            open: open?,
            change: change?,
            night: night?,
            weekend: weekend?,
            apart: apart?,
            preference: preference?,
        })
    }
}
