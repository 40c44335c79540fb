//! The laws of matching, one by one, so that each can be taken away.

use tandem::board::Duty;
use tandem::matching::{Candidate, Rejection, Situation};
use tandem::moment::Moment;
use tandem::triage::Slot;

/// One law. The first ones are about a person, in the order in which they are asked; then come those about people
/// together, and then what is better than what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Law {
    Employed,
    RightDiscipline,
    NotAskedTwice,
    NotReplaced,
    OnShift,
    SignedOn,
    NotOffDuty,
    UnconditionallyAvailable,
    SeatsStaySeated,
    SeatsForTelephone,
    NotInNeed,
    Free,
    Rested,
    InArea,
    Measured,
    Located,
    Findable,
    WithinReach,
    ShiftLasts,
    Qualified,
    LicenceLasts,
    MayMeetThoseWhoStay,
    MayMeet,
    LastOneThereFirst,
    ThoseWhoStayAreWaitedFor,
    LessTravel,
    LongestUnsent,
    OtherLongestUnsent,
    LowerId,
    StagedEntersLast,
    StaleIsDegraded,
    BaseIsDegraded,
    HalfIsDegraded,
}

impl Law {
    /// Those about one person, in their order.
    const PERSONAL: [Law; 22] = [
        Law::Employed,
        Law::RightDiscipline,
        Law::NotAskedTwice,
        Law::NotReplaced,
        Law::OnShift,
        Law::SignedOn,
        Law::NotOffDuty,
        Law::UnconditionallyAvailable,
        Law::SeatsStaySeated,
        Law::SeatsForTelephone,
        Law::NotInNeed,
        Law::Free,
        Law::Rested,
        Law::InArea,
        Law::Measured,
        Law::Located,
        Law::Findable,
        Law::WithinReach,
        Law::ShiftLasts,
        Law::Qualified,
        Law::LicenceLasts,
        Law::MayMeetThoseWhoStay,
    ];

    /// Those about people together, and about what is better.
    const SHARED: [Law; 11] = [
        Law::MayMeet,
        Law::LastOneThereFirst,
        Law::ThoseWhoStayAreWaitedFor,
        Law::LessTravel,
        Law::LongestUnsent,
        Law::OtherLongestUnsent,
        Law::LowerId,
        Law::StagedEntersLast,
        Law::StaleIsDegraded,
        Law::BaseIsDegraded,
        Law::HalfIsDegraded,
    ];

    /// Every law.
    pub(crate) fn all() -> impl Iterator<Item = Law> {
        Law::PERSONAL.into_iter().chain(Law::SHARED)
    }
}

/// The first law but `without` that keeps this person from this place, as the rejection it should have.
pub(super) fn objection(
    without: Option<Law>,
    situation: &Situation,
    person: &Candidate,
    slot: &Slot,
) -> Option<Rejection> {
    Law::PERSONAL
        .into_iter()
        .filter(|law| Some(*law) != without)
        .find_map(|law| broken(law, situation, person, slot))
}

fn broken(law: Law, situation: &Situation, person: &Candidate, slot: &Slot) -> Option<Rejection> {
    let policy = &situation.policy;
    let reason = person
        .duty
        .as_ref()
        .map(|(_, reason)| reason.clone())
        .unwrap_or_default();
    let primary = person.duty.as_ref().map(|(primary, _)| *primary);
    let seated = reason == "telephone";
    let on_scene = !slot.telephone;
    let travel_seconds = person.leg.map(|leg| leg.seconds).filter(|_| on_scene);
    let done_at = later(
        situation.at,
        i64::from(policy.expected_on_scene_seconds) + i64::from(travel_seconds.unwrap_or(0)),
    );
    let when = |broken: bool, rejection: Rejection| broken.then_some(rejection);
    match law {
        Law::Employed => when(person.retired, Rejection::Retired),
        Law::RightDiscipline => when(
            person.discipline != slot.discipline,
            Rejection::DisciplineNotNeeded,
        ),
        Law::NotAskedTwice => when(person.declined, Rejection::DeclinedBefore),
        Law::NotReplaced => when(person.replaced, Rejection::ReplacedBefore),
        Law::OnShift => when(person.shift_ends_at.is_none(), Rejection::NotOnShift),
        Law::SignedOn => when(person.duty.is_none(), Rejection::NotSignedOn),
        Law::NotOffDuty => when(
            primary == Some(Duty::NotAvailable),
            Rejection::NotAvailable(reason),
        ),
        Law::UnconditionallyAvailable => when(
            primary == Some(Duty::ConditionallyAvailable) && !policy.send_conditionally_available,
            Rejection::OnlyConditionally(reason),
        ),
        Law::SeatsStaySeated => when(on_scene && seated, Rejection::TelephoneSeat),
        Law::SeatsForTelephone => when(!on_scene && !seated, Rejection::NotATelephoneSeat),
        Law::NotInNeed => when(person.in_emergency, Rejection::InEmergency),
        Law::Free => when(person.assigned, Rejection::AlreadyAssigned),
        Law::Rested => {
            let rested_at = later(person.last_freed_at?, i64::from(policy.rest_seconds));
            when(rested_at > situation.at, Rejection::Resting(rested_at))
        }
        Law::InArea => {
            let serves_it = person
                .area_ids
                .iter()
                .any(|area| situation.area_ids.contains(area));
            let anywhere = person.area_ids.is_empty() || situation.area_ids.is_empty();
            when(on_scene && !serves_it && !anywhere, Rejection::OutsideArea)
        }
        Law::Measured => when(
            on_scene && situation.point.is_some() && person.unmeasured,
            Rejection::NoTravelTime,
        ),
        Law::Located => when(on_scene && situation.point.is_none(), Rejection::NoLocation),
        Law::Findable => when(on_scene && person.leg.is_none(), Rejection::NoPosition),
        Law::WithinReach => {
            let seconds = travel_seconds?;
            when(seconds > policy.travel_limit_seconds, Rejection::TooFar(seconds))
        }
        Law::ShiftLasts => {
            let ends = person.shift_ends_at?;
            when(
                done_at > ends && !policy.allow_shift_overrun,
                Rejection::ShiftEndsTooSoon(ends),
            )
        }
        // These two are one question to each qualification in turn, so the one that comes first counts.
        Law::Qualified => slot
            .qualifications
            .iter()
            .take_while(|needed| !lapses(person, needed, done_at))
            .find(|needed| !person.qualifications.contains_key(*needed))
            .map(|needed| Rejection::NotQualified(needed.clone())),
        Law::LicenceLasts => slot.qualifications.iter().find_map(|needed| {
            let ends = (*person.qualifications.get(needed)?)?;
            when(
                ends < done_at,
                Rejection::QualificationLapses(needed.clone(), ends),
            )
        }),
        Law::MayMeetThoseWhoStay => situation.held.iter().find_map(|held| {
            let theirs = situation
                .candidates
                .iter()
                .find(|candidate| candidate.responder_id == held.responder_id);
            let either = person.must_not_meet.contains(&held.responder_id)
                || theirs.is_some_and(|theirs| theirs.must_not_meet.contains(&person.responder_id));
            when(either, Rejection::MustNotMeet)
        }),
        Law::MayMeet
        | Law::LastOneThereFirst
        | Law::ThoseWhoStayAreWaitedFor
        | Law::LessTravel
        | Law::LongestUnsent
        | Law::OtherLongestUnsent
        | Law::LowerId
        | Law::StagedEntersLast
        | Law::StaleIsDegraded
        | Law::BaseIsDegraded
        | Law::HalfIsDegraded => None,
    }
}

fn lapses(person: &Candidate, needed: &String, done_at: Moment) -> bool {
    matches!(person.qualifications.get(needed), Some(Some(ends)) if *ends < done_at)
}

fn later(moment: Moment, seconds: i64) -> Moment {
    Moment::from_micros(moment.micros() + seconds * 1_000_000)
}
