//! Every word of the field has a value of its own in the contract, and there it has the same name.

use std::collections::BTreeSet;
use std::fmt::Debug;

use super::town::{NOW, Town, member, radio};
use crate::board::{Channel, EventKind, Flag, Reporter, Role};
use crate::dispatch::{CallState, MemberState};
use crate::grpc::pb;
use crate::grpc::wire::render::breach;
use crate::grpc::wire::render::event::{flags, kind, reporter};
use crate::matching::Rejection;
use crate::shift::rules::{Breach, Severity, WorkRule, WorkRuleKind};
use crate::triage::CLINICIAN;

/// Each word and the value it was rendered to, against all values that the contract has but the unspecified one.
fn assert_same_names<W: TryFrom<i32>>(
    prefix: &str,
    name: fn(&W) -> &'static str,
    rendered: Vec<(String, i32)>,
) {
    let mut met = BTreeSet::new();
    for (word, value) in rendered {
        let of_contract = W::try_from(value).map(|value| name(&value)).unwrap_or("no value");
        assert_eq!(of_contract, format!("{prefix}{word}"));
        assert!(
            value != 0 && met.insert(value),
            "{prefix}{word} has a value of its own"
        );
    }
    let all: BTreeSet<i32> = (1..1000).filter(|value| W::try_from(*value).is_ok()).collect();
    assert_eq!(met, all, "{prefix}: the contract has these and no other");
}

/// `NotAvailable("sick")` is `NOT_AVAILABLE`.
fn shouted(word: &impl Debug) -> String {
    let word = format!("{word:?}");
    let mut shouted = String::new();
    for letter in word.chars().take_while(char::is_ascii_alphabetic) {
        if letter.is_ascii_uppercase() && !shouted.is_empty() {
            shouted.push('_');
        }
        shouted.push(letter.to_ascii_uppercase());
    }
    shouted
}

#[test]
fn event_kinds_have_their_names_in_the_contract() {
    let rendered = EventKind::ALL
        .iter()
        .map(|of| (of.as_str().to_owned(), kind(*of).into()));
    assert_same_names::<pb::EventKind>("EVENT_KIND_", pb::EventKind::as_str_name, rendered.collect());
}

#[test]
fn rules_of_work_have_their_names_in_the_contract() {
    let rendered = WorkRuleKind::ALL.map(|kind| {
        let rule = WorkRule {
            kind,
            limit: 0,
            severity: Severity::Report,
        };
        let found = Breach {
            rule,
            found: 0,
            shift_ids: BTreeSet::new(),
        };
        let rule = breach(&found).rule.expect("a rule");
        (kind.as_str().to_owned(), rule.kind)
    });
    assert_same_names::<pb::WorkRuleKind>("WORK_RULE_KIND_", pb::WorkRuleKind::as_str_name, rendered.into());
}

#[test]
fn flags_have_their_names_in_the_contract() {
    let all = [
        Flag::OccurredAtClamped,
        Flag::ClockSuspect,
        Flag::AfterExit,
        Flag::AfterClear,
        Flag::OutOfOrder,
        Flag::Degraded,
        Flag::Overridden,
        Flag::OutsideServiceAreas,
        Flag::UnknownHazard,
        Flag::EnteredWhileStaged,
        Flag::Superseded,
        Flag::QualificationLapses,
        Flag::NeedsSupervision,
        Flag::NeedsOnCallConsult,
        Flag::AddressChanged,
        Flag::ClinicalContextChanged,
        Flag::ApproachNotesChanged,
        Flag::CallbackChanged,
        Flag::RemarksAdded,
        Flag::WorkRuleBroken,
        Flag::OnLeave,
        Flag::Holiday,
        Flag::Early,
        Flag::Late,
        Flag::NoteChanged,
        Flag::NotArrived,
    ];
    let rendered = all.map(|flag| (shouted(&flag), flags(&[flag].into())[0]));
    assert_same_names::<pb::Flag>("FLAG_", pb::Flag::as_str_name, rendered.into());
}

#[test]
fn rejections_have_their_names_in_the_contract() {
    let code = || "CIT".to_owned();
    let all = [
        Rejection::Retired,
        Rejection::DisciplineNotNeeded,
        Rejection::DeclinedBefore,
        Rejection::ReplacedBefore,
        Rejection::NotOnShift,
        Rejection::NotSignedOn,
        Rejection::NotAvailable(code()),
        Rejection::OnlyConditionally(code()),
        Rejection::TelephoneSeat,
        Rejection::NotATelephoneSeat,
        Rejection::InEmergency,
        Rejection::AlreadyAssigned,
        Rejection::Resting(NOW),
        Rejection::OutsideArea,
        Rejection::NoTravelTime,
        Rejection::NoLocation,
        Rejection::NoPosition,
        Rejection::TooFar(3601),
        Rejection::ShiftEndsTooSoon(NOW),
        Rejection::NotQualified(code()),
        Rejection::QualificationLapses(code(), NOW),
        Rejection::MustNotMeet,
    ];
    let town = Town::new();
    let render = town.seen_as(Role::Dispatcher);
    let rendered = all
        .iter()
        .map(|why| (shouted(why), render.rejected(town.officer, why).rejection));
    assert_same_names::<pb::Rejection>("REJECTION_", pb::Rejection::as_str_name, rendered.collect());
}

#[test]
fn states_have_their_names_in_the_contract() {
    let mut town = Town::new();
    let rendered = MemberState::ALL.map(|state| {
        let assignment = town.assignment(vec![member(town.officer, CLINICIAN, state)]);
        let seen = town.seen_as(Role::Dispatcher).assignment(&assignment);
        (state.as_str().to_owned(), seen.members[0].state)
    });
    assert_same_names::<pb::MemberState>("MEMBER_STATE_", pb::MemberState::as_str_name, rendered.into());
    let rendered = CallState::ALL.map(|state| {
        let call = town.call(state);
        let seen = town.seen_as(Role::Dispatcher).call(&call);
        (state.as_str().to_owned(), seen.state)
    });
    assert_same_names::<pb::CallState>("CALL_STATE_", pb::CallState::as_str_name, rendered.into());
}

#[test]
fn roles_and_channels_have_their_names_in_the_contract() {
    let rendered = Role::ALL.map(|role| (shouted(&role), reporter(&Reporter { role, ..radio() }).role));
    assert_same_names::<pb::Role>("ROLE_", pb::Role::as_str_name, rendered.into());
    let all = [
        Channel::App,
        Channel::Radio,
        Channel::Phone,
        Channel::Cad,
        Channel::System,
    ];
    let rendered = all.map(|channel| {
        (
            shouted(&channel),
            reporter(&Reporter { channel, ..radio() }).channel,
        )
    });
    assert_same_names::<pb::Channel>("CHANNEL_", pb::Channel::as_str_name, rendered.into());
}
