//! What happened, in words.

use std::collections::BTreeMap;

use super::world::ZONE;
use crate::grpc::pb;
use crate::moment::Moment;
use crate::shift::civil::to_local;

/// The time on the wall clock of the programme, to the second.
fn clock(at: Option<&prost_types::Timestamp>) -> String {
    let at = at.map_or(Moment::from_seconds(0), |at| Moment::from_seconds(at.seconds));
    let local = to_local(at, ZONE).unwrap_or_default();
    local.get(5..).unwrap_or_default().replace('T', " ")
}

fn name(partner: Option<&pb::Partner>) -> String {
    partner.map_or_else(String::new, |him| format!("{} {}", him.call_sign, him.name))
}

/// Type, level and hazards of a call.
pub(super) fn call(call: &pb::Call) -> String {
    let level = call.acuity.as_ref().map_or(0, |acuity| acuity.level);
    let hazards: String = call.hazards.iter().map(|hazard| format!(" {hazard}")).collect();
    format!("{} level {level}{hazards}", call.incident_type)
}

/// Where a call stands.
pub(super) fn state(call: &pb::Call) -> String {
    call.state()
        .as_str_name()
        .trim_start_matches("CALL_STATE_")
        .to_owned()
}

/// Who is sent, in call signs.
pub(super) fn sent(report: &pb::Report) -> String {
    let signs = report.chosen.iter().filter_map(|one| one.responder.as_ref());
    signs
        .map(|him| him.call_sign.as_str())
        .collect::<Vec<_>>()
        .join(" + ")
}

/// Who is on it, and how far.
pub(super) fn members(assignment: &pb::Assignment) -> String {
    let told = assignment.members.iter().map(|member| {
        let sign = member.responder.as_ref().map_or("", |him| him.call_sign.as_str());
        let state = member
            .state()
            .as_str_name()
            .trim_start_matches("MEMBER_STATE_")
            .to_lowercase();
        format!("{sign} {state}")
    });
    told.collect::<Vec<_>>().join(", ")
}

/// A new call: whom Tandem sends, and why not the next best; or why nobody.
pub(super) fn opened(opened: &pb::OpenCallResponse) -> Vec<String> {
    let (Some(of), Some(report)) = (&opened.call, &opened.report) else {
        return Vec::new();
    };
    let at = clock(opened.server_time.as_ref());
    let head = format!("{at}  call {:>3}  {}", of.number, call(of));
    if report.chosen.is_empty() {
        let unfilled = report.unfilled_slot_ids.join(" and ");
        return vec![format!(
            "{head}: WAITS, nobody for {unfilled}; {}",
            rejections(report)
        )];
    }
    let pair: Vec<String> = report
        .chosen
        .iter()
        .map(|one| format!("{} ({} s)", name(one.responder.as_ref()), one.eta_seconds))
        .collect();
    let degraded = if report.degraded { ", degraded" } else { "" };
    let mut lines = vec![format!(
        "{head}: {} -> {}; all there in {} s{degraded}",
        report.outcome().as_str_name().trim_start_matches("OUTCOME_"),
        pair.join(" + "),
        report.all_there_seconds
    )];
    if let Some(next) = report.runners_up.first() {
        let who = next.members.iter().map(|one| name(one.responder.as_ref()));
        let who = who.collect::<Vec<_>>().join(" + ");
        lines.push(format!("{:>14}            not {who}: {}", "", lost(next)));
    }
    lines
}

fn lost(runner_up: &pb::RunnerUp) -> String {
    match runner_up.lost() {
        pb::Lost::LaterTogether => format!("all there {} s later", runner_up.by_seconds),
        pb::Lost::LongerTravel => format!("{} s more travel between them", runner_up.by_seconds),
        pb::Lost::SentMoreRecently => "sent more recently".to_owned(),
        pb::Lost::TieBrokenById => "equal in everything, the lower id wins".to_owned(),
        pb::Lost::Unspecified => String::new(),
    }
}

/// How many were rejected for which reason, the commonest first.
fn rejections(report: &pb::Report) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for rejected in &report.rejections {
        let why = rejected
            .rejection()
            .as_str_name()
            .trim_start_matches("REJECTION_");
        *counts.entry(why).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(why, count)| (std::cmp::Reverse(*count), *why));
    let told = counts.into_iter().map(|(why, count)| format!("{count} {why}"));
    told.collect::<Vec<_>>().join(", ")
}

/// What is worth a line of what happens later.
pub(super) fn event(
    update: &pb::Update,
    event: &pb::Event,
    calls: &BTreeMap<String, pb::Call>,
) -> Option<String> {
    let at = clock(update.recorded_at.as_ref());
    match &event.after {
        Some(pb::event::After::Assignment(assignment)) => {
            let number = calls.get(&assignment.call_id)?.number;
            let mine = |one: &&pb::Member| {
                one.responder
                    .as_ref()
                    .is_some_and(|him| him.responder_id == event.responder_id)
            };
            let member = assignment.members.iter().rev().find(mine)?;
            let did = match event.kind() {
                pb::EventKind::OfferAccepted => "accepted".to_owned(),
                pb::EventKind::OfferDeclined => format!("DECLINED ({})", member.exit_reason),
                pb::EventKind::OfferTimedOut => "did NOT ANSWER".to_owned(),
                pb::EventKind::OfferMade if assignment.degraded && assignment.members.len() > 2 => {
                    format!("is asked instead ({} s)", member.eta_seconds.unwrap_or(0))
                }
                pb::EventKind::MemberCancelled => format!("is released ({})", member.exit_reason),
                pb::EventKind::MemberProgressed if member.state() == pb::MemberState::OnScene => {
                    "on scene".to_owned()
                }
                pb::EventKind::MemberCleared => "cleared".to_owned(),
                pb::EventKind::CheckInOverdue => "has NOT CHECKED IN".to_owned(),
                _ => return None,
            };
            Some(format!(
                "{at}  call {number:>3}  {} {did}",
                name(member.responder.as_ref())
            ))
        }
        Some(pb::event::After::Call(call)) => match event.kind() {
            pb::EventKind::CallClosed => Some(format!("{at}  call {:>3}  closed", call.number)),
            _ => None,
        },
        Some(pb::event::After::Alert(alert)) => {
            let number = calls.get(&alert.call_id)?.number;
            (event.kind() == pb::EventKind::Escalated && alert.escalations == 1).then(|| {
                format!(
                    "{at}  call {number:>3}  ESCALATED: {}",
                    alert.kind().as_str_name()
                )
            })
        }
        _ => None,
    }
}
