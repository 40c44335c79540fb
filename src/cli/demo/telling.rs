//! What happened, in a line: pure text from what came over the wire.

use std::collections::BTreeMap;

use super::responder::moment;
use super::world::ZONE;
use crate::grpc::pb;
use crate::moment::Moment;
use crate::shift::civil;
use pb::{AlertKind, EventKind, Lost, MemberState, Outcome, PositionBasis, Rejection};

/// A moment on the wall clock of the programme.
pub(super) fn wall(at: Moment) -> String {
    let local = civil::to_local(at, ZONE).unwrap_or_default();
    local.replacen('T', " ", 1)
}

/// A line of the story: when, which call, what.
pub(super) fn line(at: Moment, number: u32, text: &str) -> String {
    format!("{}  #{number:<3} {text}", wall(at))
}

/// A new call.
pub(super) fn opened(call: &pb::Call) -> String {
    let (scheme, level) = call
        .acuity
        .as_ref()
        .map_or(("", 0), |acuity| (acuity.scheme.as_str(), acuity.level));
    let place = call
        .location
        .as_ref()
        .map_or("no place yet".to_owned(), |location| {
            format!("{:.4},{:.4}", location.latitude, location.longitude)
        });
    let hazards = if call.hazards.is_empty() {
        String::new()
    } else {
        format!(", {}", call.hazards.join(", "))
    };
    let wanted: Vec<_> = call
        .slots
        .iter()
        .map(|slot| match (slot.telephone, slot.staged) {
            (true, _) => "a telephone seat".to_owned(),
            (false, true) => format!("{} (staged)", slot.discipline),
            (false, false) => slot.discipline.clone(),
        })
        .collect();
    format!(
        "CALL      {} {scheme} {level}{hazards} at {place}: needs {}",
        call.incident_type,
        wanted.join(" + ")
    )
}

/// Whom a match sends, and why the next best was not it; or why it sends nobody.
pub(super) fn report(report: &pb::Report, waiting: &pb::Call) -> Vec<String> {
    if report.outcome() == Outcome::Waiting {
        return vec![format!("WAITS     {}", why_nobody(report, waiting))];
    }
    let degraded = if report.degraded { ", degraded" } else { "" };
    let mut lines = vec![format!(
        "SENDS     {}; all there in {} s{degraded}",
        members(&report.chosen),
        report.all_there_seconds
    )];
    if let Some(runner_up) = report.runners_up.first() {
        lines.push(format!(
            "not       {}: {}",
            members(&runner_up.members),
            lost(runner_up)
        ));
    }
    lines
}

fn members(chosen: &[pb::Chosen]) -> String {
    let one = |chosen: &pb::Chosen| {
        let basis = match chosen.basis() {
            PositionBasis::Seat => return format!("{} at the telephone", named(chosen.responder.as_ref())),
            PositionBasis::Stale => " from a stale position",
            PositionBasis::Base => " from the base",
            PositionBasis::Unspecified | PositionBasis::Live => "",
        };
        format!(
            "{} {} s{basis}",
            named(chosen.responder.as_ref()),
            chosen.eta_seconds
        )
    };
    chosen.iter().map(one).collect::<Vec<_>>().join(" + ")
}

fn lost(runner_up: &pb::RunnerUp) -> String {
    match runner_up.lost() {
        Lost::LaterTogether => format!("all there {} s later", runner_up.by_seconds),
        Lost::LongerTravel => format!("{} s more on the road", runner_up.by_seconds),
        Lost::SentMoreRecently => "sent more recently".to_owned(),
        Lost::TieBrokenById => "equal; the tie goes to whom the roster has longer".to_owned(),
        Lost::Unspecified => "not said".to_owned(),
    }
}

/// Of those who could fill what is open: how many cannot come, by reason.
fn why_nobody(report: &pb::Report, call: &pb::Call) -> String {
    let open = report.unfilled_slot_ids.join(" and ");
    let disciplines: Vec<_> = call
        .slots
        .iter()
        .filter(|slot| report.unfilled_slot_ids.contains(&slot.slot_id))
        .map(|slot| slot.discipline.as_str())
        .collect();
    let mut counted: BTreeMap<i32, u32> = BTreeMap::new();
    for rejected in &report.rejections {
        let of_no_use = rejected.rejection() == Rejection::DisciplineNotNeeded;
        if !of_no_use && disciplines.iter().any(|discipline| fills(rejected, discipline)) {
            *counted.entry(rejected.rejection).or_default() += 1;
        }
    }
    let reasons: Vec<_> = counted
        .iter()
        .filter_map(|(rejection, count)| {
            Some(format!("{count} {}", Rejection::try_from(*rejection).ok()?.why()))
        })
        .collect();
    format!("nobody for {open}: {}", reasons.join(", "))
}

/// A rejection names a person and not his discipline; in this world the call sign tells.
fn fills(rejected: &pb::Rejected, discipline: &str) -> bool {
    let clinician = rejected
        .responder
        .as_ref()
        .is_some_and(|partner| partner.call_sign.starts_with("Clin-"));
    clinician == (discipline == crate::triage::CLINICIAN)
}

/// Call sign and name.
pub(super) fn named(partner: Option<&pb::Partner>) -> String {
    partner.map_or_else(String::new, |partner| {
        format!("{} {}", partner.call_sign, partner.name)
    })
}

/// What is told of a member, by what happened; what is not here is not told.
const HAPPENED: [(EventKind, &str); 11] = [
    (EventKind::OfferAccepted, "accepted "),
    (EventKind::OfferDeclined, "declined "),
    (EventKind::OfferTimedOut, "TIMED OUT"),
    (EventKind::MemberCancelled, "released "),
    (EventKind::MemberPreempted, "preempted"),
    (EventKind::MemberReassigned, "replaced "),
    (EventKind::MemberJoined, "joined   "),
    (EventKind::MemberCleared, "cleared  "),
    (EventKind::HalfHeld, "held     "),
    (EventKind::CheckInOverdue, "NO WORD  "),
    (EventKind::DispositionOverdue, "NO PAPER "),
];

/// What is told of his progress.
const PROGRESSED: [(MemberState, &str); 5] = [
    (MemberState::EnRoute, "en route "),
    (MemberState::Staged, "staged   "),
    (MemberState::OnScene, "on scene "),
    (MemberState::Transporting, "transport"),
    (MemberState::AtDestination, "arrived  "),
];

/// What happened to a member.
pub(super) fn member(event: &pb::Event, assignment: &pb::Assignment) -> Option<String> {
    let member = assignment.members.iter().rev().find(|member| {
        let partner = member.responder.as_ref();
        partner.is_some_and(|partner| partner.responder_id == event.responder_id)
    })?;
    let who = named(member.responder.as_ref());
    if event.kind() == EventKind::MemberProgressed {
        let on_the_telephone =
            member.basis() == PositionBasis::Seat && member.state() == MemberState::OnScene;
        if on_the_telephone {
            return Some(format!("talking   {who}"));
        }
        let (_, word) = PROGRESSED.iter().find(|(state, _)| *state == member.state())?;
        let since = moment(assignment.made_at)?.seconds_until(moment(member.state_since)?);
        return Some(format!("{word} {who}, {since} s after the first match"));
    }
    let (_, word) = HAPPENED.iter().find(|(kind, _)| *kind == event.kind())?;
    let reason = if member.exit_reason.is_empty() {
        String::new()
    } else {
        format!(": {}", member.exit_reason)
    };
    Some(format!("{word} {who}{reason}"))
}

/// What happened to an alert; that it was raised or ended is told by its cause.
pub(super) fn alert(event: &pb::Event, alert: &pb::Alert) -> Option<String> {
    let (kind, about) = (event.kind(), about(alert));
    let escalated = kind == EventKind::Escalated;
    let acknowledged = kind == EventKind::AlertAcknowledged;
    escalated
        .then(|| {
            format!(
                "ESCALATED ({}): nobody has acknowledged that {about}",
                alert.escalations
            )
        })
        .or_else(|| acknowledged.then(|| format!("seen      by the dispatcher: {about}")))
}

fn about(alert: &pb::Alert) -> &'static str {
    match alert.kind() {
        AlertKind::CallWaiting => "the call waits",
        AlertKind::Emergency => "a responder has an emergency",
        AlertKind::CheckInOverdue => "a responder did not check in",
        AlertKind::DispositionOverdue => "a disposition is missing",
        AlertKind::CallLiveAgain => "the call is live again",
        AlertKind::DeviceSilent => "a device did not receive its offer",
        AlertKind::Unspecified => "something is wrong",
    }
}

impl Rejection {
    fn why(self) -> &'static str {
        match self {
            Rejection::Unspecified | Rejection::DisciplineNotNeeded => "not asked for",
            Rejection::Retired => "retired",
            Rejection::DeclinedBefore => "declined or did not answer",
            Rejection::ReplacedBefore => "was replaced by a dispatcher",
            Rejection::NotOnShift => "not on shift",
            Rejection::NotSignedOn => "not signed on",
            Rejection::NotAvailable => "not available",
            Rejection::OnlyConditionally => "only conditionally available",
            Rejection::TelephoneSeat => "at a telephone seat",
            Rejection::NotATelephoneSeat => "not at a telephone seat",
            Rejection::InEmergency => "in an emergency",
            Rejection::AlreadyAssigned => "on another call",
            Rejection::Resting => "resting",
            Rejection::OutsideArea => "serving other areas",
            Rejection::NoTravelTime => "just come on shift",
            Rejection::NoLocation => "without a place to go to",
            Rejection::NoPosition => "nowhere known",
            Rejection::TooFar => "too far away",
            Rejection::ShiftEndsTooSoon => "too near the end of the shift",
            Rejection::NotQualified => "not qualified",
            Rejection::QualificationLapses => "with a licence that lapses",
            Rejection::MustNotMeet => "not to be paired",
        }
    }
}
