//! Creating, staffing, publishing and withdrawing shifts.

use super::civil::to_local;
use super::command::{AcknowledgeShift, AssignShift, CancelShift, CreateShift, PublishShift};
use super::handing::judge;
use super::rules::Rules;
use super::staffing::{Staffing, check_word, check_worker};
use super::{Acknowledgement, Shift, ShiftState};
use crate::board::{After, Board, Draft, EventKind, Happening, Reply};
use crate::id::{ResponderId, ShiftId};
use crate::moment::Window;
use crate::refusal::{Reason, Refusal};

/// How much of a local time tells the minute: `2026-06-01T06:00`.
const MINUTES: usize = 16;
/// No shift is longer than this, hours: what is longer is a slip of a date.
pub(super) const LONGEST_HOURS: i64 = 36;

/// Creates a draft. Of one responder no two shifts overlap, drafts included; a withdrawn one does not count.
pub fn create_shift(draft: &mut Draft<'_>, command: &CreateShift) -> Result<Reply, Refusal> {
    let board = draft.board();
    if !board.agencies.contains_key(&command.agency_id) {
        return Err(Refusal::field(Reason::NotFound, "agency_id", "no such agency"));
    }
    if let Some(area_id) = &command.area_id
        && !board.areas.contains_key(area_id)
    {
        return Err(Refusal::field(Reason::NotFound, "area_id", "no such area"));
    }
    check_window(&command.planned)?;
    check_word(draft, &command.override_reason)?;
    let known = |shift: &&Shift| {
        !shift
            .external_references
            .is_disjoint(&command.external_references)
    };
    if board.shifts.values().find(known).is_some() {
        return Err(Refusal::field(
            Reason::AlreadyExists,
            "external_references",
            "another shift has this external reference",
        ));
    }
    let mut shift = Shift {
        id: ShiftId::next(draft.ids, draft.at),
        agency_id: command.agency_id.clone(),
        responder_id: command.responder_id,
        state: ShiftState::Draft,
        planned: command.planned,
        zone: command.zone.clone(),
        area_id: command.area_id,
        required_qualifications: command.required_qualifications.clone(),
        override_reason: String::new(),
        actual_start: None,
        actual_end: None,
        held_over: None,
        absences: Vec::new(),
        external_references: command.external_references.clone(),
        origin: None,
        acknowledged: None,
        version: 1,
        filed: false,
    };
    let Some(responder_id) = shift.responder_id else {
        return Ok(put(draft, EventKind::ShiftCreated, shift, None));
    };
    check_worker(draft.board(), responder_id, &shift)?;
    check_overlap(draft.board(), &shift, |state| state != ShiftState::Cancelled)?;
    let (unborn, word) = ([shift.id].into(), &command.override_reason);
    let staffing = draft.supposing([shift.clone()], |board| {
        Staffing::fitting(board, &mut Rules::of(board), &mut shift, word, &unborn)
    })?;
    staff(draft, EventKind::ShiftCreated, &shift, None, &staffing, None);
    Ok(staffing.reply(shift))
}

/// Puts somebody on a shift, or takes him off. Whoever is on a call stays on it.
pub fn assign_shift(draft: &mut Draft<'_>, command: &AssignShift) -> Result<Reply, Refusal> {
    let shift = shift_of(draft, command.shift_id, command.expected_version)?;
    if shift.state == ShiftState::Cancelled {
        return Err(state_refusal(&shift));
    }
    check_word(draft, &command.override_reason)?;
    let overrides = !command.override_reason.is_empty();
    if command.responder_id == shift.responder_id && (!overrides || command.responder_id.is_none()) {
        return Err(Refusal::state("it is so already", "UNCHANGED"));
    }
    let passing = vec![(shift, command.responder_id)];
    let judged = judge(draft, passing, &command.override_reason)?;
    let handed = judged.into_iter().next();
    let handed = handed.ok_or_else(|| Refusal::not_found("shift", command.shift_id))?;
    handed.tell(draft, None);
    Ok(handed.staffing.reply(handed.shift))
}

/// He is told that a shift is his no longer; whose it is now is not for him to know.
pub(crate) fn tell_lost(draft: &mut Draft<'_>, had: ResponderId, shift: Shift, implied_by: EventKind) {
    let lost = Happening::new(EventKind::ShiftLost, After::Shift(Box::new(shift)));
    draft.emit(lost.to(had).implied_by(implied_by));
}

/// Brings a draft into force.
pub fn publish_shift(draft: &mut Draft<'_>, command: &PublishShift) -> Result<Reply, Refusal> {
    let mut shift = shift_of(draft, command.shift_id, command.expected_version)?;
    if shift.state != ShiftState::Draft {
        return Err(state_refusal(&shift));
    }
    if let Some(responder_id) = shift.responder_id {
        let retired = draft
            .board()
            .responders
            .get(&responder_id)
            .is_none_or(|responder| responder.retired_at.is_some());
        if retired {
            return Err(Refusal::new(Reason::Retired, "its responder is retired"));
        }
        check_overlap(draft.board(), &shift, |state| state == ShiftState::Published)?;
    }
    check_word(draft, &command.override_reason)?;
    shift.state = ShiftState::Published;
    shift.version += 1;
    // The word by which he was put on it holds until somebody else is.
    let said = [&command.override_reason, &shift.override_reason];
    let word = said.into_iter().find(|word| !word.is_empty()).cloned();
    let word = word.unwrap_or_default();
    let staffing = Staffing::allowed(draft, &shift, &word)?;
    if staffing.takes_a_word() {
        shift.override_reason = word;
    }
    let told = shift.responder_id;
    staff(draft, EventKind::ShiftPublished, &shift, told, &staffing, None);
    Ok(staffing.reply(shift))
}

/// Withdraws a shift. Whoever is on a call stays on it.
pub fn cancel_shift(draft: &mut Draft<'_>, command: &CancelShift) -> Result<Reply, Refusal> {
    let mut shift = shift_of(draft, command.shift_id, command.expected_version)?;
    if shift.state == ShiftState::Cancelled {
        return Err(state_refusal(&shift));
    }
    // Of a draft he never knew, and is not told now.
    let told = shift
        .responder_id
        .filter(|_| shift.state == ShiftState::Published);
    shift.state = ShiftState::Cancelled;
    shift.acknowledged = None;
    shift.version += 1;
    Ok(put(draft, EventKind::ShiftCancelled, shift, told))
}

/// Notes that its responder knows of a shift as it stands, or that it was withdrawn. Said again it changes nothing.
pub fn acknowledge_shift(draft: &mut Draft<'_>, command: &AcknowledgeShift) -> Result<Reply, Refusal> {
    let his = |shift: &&Shift| shift.responder_id == Some(command.responder_id);
    if draft.board().shifts.get(&command.shift_id).filter(his).is_none() {
        return Err(Refusal::not_found("shift", command.shift_id));
    }
    let mut shift = shift_of(draft, command.shift_id, command.expected_version)?;
    if shift.state == ShiftState::Draft {
        return Err(state_refusal(&shift));
    }
    if shift.acknowledged.is_some() {
        return Ok(Reply::Shift(Box::new(shift)));
    }
    shift.acknowledged = Some(Acknowledgement {
        at: draft.occurred_at().0,
        by: draft.reporter.clone(),
    });
    shift.version += 1;
    Ok(put(
        draft,
        EventKind::ShiftAcknowledged,
        shift,
        Some(command.responder_id),
    ))
}

/// The shift, in the version that the caller read.
pub(crate) fn shift_of(draft: &Draft<'_>, id: ShiftId, expected_version: u64) -> Result<Shift, Refusal> {
    let shift = draft
        .board()
        .shifts
        .get(&id)
        .cloned()
        .ok_or_else(|| Refusal::not_found("shift", id))?;
    if shift.version == expected_version {
        Ok(shift)
    } else {
        Err(Refusal::stale(expected_version, shift.version))
    }
}

fn check_window(planned: &Window) -> Result<(), Refusal> {
    match window_fault(planned) {
        Some(told) => Err(Refusal::field(Reason::InvalidWindow, "local_end", told)),
        None => Ok(()),
    }
}

/// Why nobody can plan a shift of this window.
pub fn window_fault(planned: &Window) -> Option<String> {
    let seconds = planned.start.seconds_until(planned.end);
    if seconds <= 0 {
        return Some("a shift ends after it starts".to_owned());
    }
    (seconds > LONGEST_HOURS * 3600).then(|| format!("no shift is longer than {LONGEST_HOURS} hours"))
}

/// Whoever works the shift works no other of these meanwhile.
pub(crate) fn check_overlap(
    board: &Board,
    shift: &Shift,
    counts: impl Fn(ShiftState) -> bool,
) -> Result<(), Refusal> {
    let Some(responder_id) = shift.responder_id else {
        return Ok(());
    };
    let mut his = board.shifts.of(responder_id, shift.planned);
    let other = his.find(|other| other.id != shift.id && counts(other.state));
    other.map_or(Ok(()), |other| Err(overlap_refusal(other)))
}

/// He works this shift already.
pub(super) fn overlap_refusal(other: &Shift) -> Refusal {
    // Shifts are planned by the minute, and nobody says the seconds.
    let local = |at| {
        let local = to_local(at, &other.zone).unwrap_or_default();
        local.get(..MINUTES).map_or_else(|| local.clone(), str::to_owned)
    };
    let (start, end) = (local(other.planned.start), local(other.planned.end));
    let told = format!(
        "he has a shift from {start} to {end} in {}; cancel that one, or plan beside it",
        other.zone
    );
    Refusal::new(Reason::ShiftOverlaps, told)
        .with("shift_id", other.id)
        .with("local_start", start)
        .with("local_end", end)
        .with("zone", &other.zone)
}

pub(crate) fn state_refusal(shift: &Shift) -> Refusal {
    let state = match shift.state {
        ShiftState::Draft => "DRAFT",
        ShiftState::Published => "PUBLISHED",
        ShiftState::Cancelled => "CANCELLED",
    };
    Refusal::state(
        format!("the shift is {state}, and this does not fit; read it again"),
        state,
    )
}

/// As `put`, of a shift with somebody on it: flagged with what is wanting.
pub(crate) fn staff(
    draft: &mut Draft<'_>,
    kind: EventKind,
    shift: &Shift,
    told: Option<ResponderId>,
    staffing: &Staffing,
    implied_by: Option<EventKind>,
) {
    let happening = happening(kind, shift, told).flagged(staffing.flags(shift));
    draft.emit(match implied_by {
        Some(cause) => happening.implied_by(cause),
        None => happening,
    });
}

/// As `put`, of what another system plans: flagged with what is wanting, and never turned away for it. That system's
/// roster is in force, whatever the rules say of it.
pub(crate) fn put_foreign(draft: &mut Draft<'_>, kind: EventKind, shift: &Shift, told: Option<ResponderId>) {
    let staffing = Staffing::of(draft, shift);
    staff(draft, kind, shift, told, &staffing, None);
}

/// `told` is the responder who learns of it: when a shift comes into force, and when one in force is withdrawn. Drafts
/// are HR's own.
pub(crate) fn put(draft: &mut Draft<'_>, kind: EventKind, shift: Shift, told: Option<ResponderId>) -> Reply {
    draft.emit(happening(kind, &shift, told));
    Reply::Shift(Box::new(shift))
}

fn happening(kind: EventKind, shift: &Shift, told: Option<ResponderId>) -> Happening {
    let happening = Happening::new(kind, After::Shift(Box::new(shift.clone())));
    match told {
        Some(responder_id) => happening.to(responder_id),
        None => happening,
    }
}
