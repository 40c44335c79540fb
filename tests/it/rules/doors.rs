//! The same rule at each door: whoever is put on a shift, a draft that is published, a pattern, an import.

use std::collections::BTreeSet;

use tandem::board::Role;
use tandem::grpc::pb::{self, WorkRuleKind as Kind, WorkRuleSeverity as Severity};
use tonic::Status;

use super::{draft, drafting, fact, flags_since, only_rule, rule, token};
use crate::harness::town::{Client, Town, in_each_town, reason, st_louis};
use crate::patterns::{by_rule, creation, post, publication};

const EARLY: super::Hours = ("2026-06-10T06:00", "2026-06-10T14:00");
const NIGHT: super::Hours = ("2026-06-10T22:00", "2026-06-11T06:00");

async fn rest(town: &Town, severity: Severity) {
    only_rule(town, rule(Kind::RestMinutes, 600, severity)).await;
}

fn publishing(town: &Town, shift: &pb::Shift, word: &str) -> pb::PublishShiftRequest {
    pb::PublishShiftRequest {
        request_id: town.request_id(),
        shift_id: shift.shift_id.clone(),
        expected_version: shift.version,
        override_reason: word.to_owned(),
    }
}

async fn publish(by: &Client, request: pb::PublishShiftRequest) -> Result<pb::PublishShiftResponse, Status> {
    Ok(by.schedule().publish_shift(request).await?.into_inner())
}

#[test]
fn whoever_is_put_on_a_shift_rests_before_it() {
    in_each_town(1, 0, async |town| {
        let anna = &town.clinicians[0];
        rest(town, Severity::Warn).await;
        let supervisor = town.client(Role::Supervisor, "sam", None).await;
        let early = draft(&town.admin, drafting(town, Some(anna), EARLY))
            .await
            .unwrap();
        let early = early.shift.unwrap();
        let night = draft(&town.admin, drafting(town, None, NIGHT)).await.unwrap();
        let mut asked = pb::AssignShiftRequest {
            request_id: town.request_id(),
            shift_id: night.shift.unwrap().shift_id,
            expected_version: 1,
            responder_id: anna.id.clone(),
            override_reason: String::new(),
        };
        let refused = town
            .admin
            .schedule()
            .assign_shift(asked.clone())
            .await
            .unwrap_err();
        assert_eq!(reason(&refused), "WORK_RULE_BROKEN");
        let named = fact(&refused, "shift_ids");
        let named: BTreeSet<&str> = named.split(' ').collect();
        let both = BTreeSet::from([&*early.shift_id, &*asked.shift_id]);
        assert_eq!(named, both, "both exist");
        assert_eq!(fact(&refused, "responder_id"), anna.id);
        asked.override_reason = "sole_cover".to_owned();
        let done = supervisor
            .schedule()
            .assign_shift(asked)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(done.breaches[0].found, 480);
        // The supervisor's word holds when the draft comes into force.
        let night = done.shift.unwrap();
        let start = token(town).await;
        let published = publish(&town.admin, publishing(town, &night, "")).await.unwrap();
        assert_eq!(published.breaches.len(), 1);
        assert_eq!(published.shift.unwrap().override_reason, "sole_cover");
        let flags = vec![pb::Flag::Overridden, pb::Flag::WorkRuleBroken];
        assert_eq!(
            flags_since(town, start).await,
            [(pb::EventKind::ShiftPublished, flags)]
        );
    });
}

#[test]
fn a_draft_is_asked_anew_when_it_comes_into_force() {
    in_each_town(1, 0, async |town| {
        let anna = &town.clinicians[0];
        rest(town, Severity::Report).await;
        let supervisor = town.client(Role::Supervisor, "sam", None).await;
        draft(&town.admin, drafting(town, Some(anna), EARLY))
            .await
            .unwrap();
        let night = draft(&town.admin, drafting(town, Some(anna), NIGHT))
            .await
            .unwrap();
        let night = night.shift.unwrap();
        rest(town, Severity::Refuse).await;
        let refused = publish(&supervisor, publishing(town, &night, "sole_cover")).await;
        assert_eq!(reason(&refused.unwrap_err()), "WORK_RULE_BROKEN");
        rest(town, Severity::Warn).await;
        let refused = publish(&town.admin, publishing(town, &night, "")).await;
        assert_eq!(reason(&refused.unwrap_err()), "WORK_RULE_BROKEN");
        let done = publish(&supervisor, publishing(town, &night, "sole_cover"))
            .await
            .unwrap();
        assert_eq!((done.breaches.len(), done.lapses.len()), (1, 0));
        assert_eq!(done.shift.unwrap().override_reason, "sole_cover");
    });
}

#[test]
fn a_pattern_shows_what_it_breaks_and_is_published_whole_or_not_at_all() {
    in_each_town(1, 0, async |town| {
        let anna = &town.clinicians[0];
        rest(town, Severity::Warn).await;
        let supervisor = town.client(Role::Supervisor, "sam", None).await;
        // Eleven hours on, thirteen off; and on one date eight hours later.
        let cadence = by_rule("2026-06-08", "FREQ=DAILY");
        let created = creation(town, cadence, post("08:00", "19:00", &[&[anna]]));
        let created = town.admin.pattern().create_pattern(created).await.unwrap();
        let pattern = created.into_inner().pattern.unwrap();
        let late = pb::UpdatePatternRequest {
            request_id: town.request_id(),
            pattern_id: pattern.pattern_id.clone(),
            expected_version: pattern.version,
            scope: pb::PatternScope::ThisOne.into(),
            date: "2026-06-10".to_owned(),
            update_mask: Some(prost_types::FieldMask {
                paths: vec!["post.local_start".to_owned()],
            }),
            post: Some(post("16:00", "", &[])),
            ..Default::default()
        };
        let changed = town.admin.pattern().update_pattern(late).await.unwrap();
        let pattern = changed.into_inner().pattern.unwrap();
        let asked = |spoil: &dyn Fn(&mut pb::PublishPatternRequest)| {
            let mut request = publication(town, &pattern, "2026-06-08", "2026-06-14");
            spoil(&mut request);
            request
        };
        let broken = |answer: &pb::PublishPatternResponse| -> Vec<(usize, u32, usize)> {
            let changes = answer.changes.iter().enumerate();
            let found =
                changes.flat_map(|(place, change)| change.breaches.iter().map(move |one| (place, one)));
            found
                .map(|(place, one)| (place, one.found, one.shift_ids.len()))
                .collect()
        };
        let revision = async || town.store.head(&st_louis()).await.unwrap().revision;
        let before = revision().await;
        let dry = asked(&|it| it.dry_run = true);
        let shown = town
            .admin
            .pattern()
            .publish_pattern(dry)
            .await
            .unwrap()
            .into_inner();
        // From 03:00 to 08:00: of both shifts, and new ones have no id yet.
        assert_eq!(broken(&shown), [(2, 300, 0), (3, 300, 0)]);
        let refused = town
            .admin
            .pattern()
            .publish_pattern(asked(&|_| ()))
            .await
            .unwrap_err();
        assert_eq!(reason(&refused), "WORK_RULE_BROKEN");
        let told = "REST_MINUTES 300, at least 600: shifts of 2026-06-10T16:00, 2026-06-11T08:00";
        assert!(refused.message().contains(told), "{refused}");
        let word = |it: &mut pb::PublishPatternRequest| it.override_reason = "sole_cover".to_owned();
        let refused = town
            .admin
            .pattern()
            .publish_pattern(asked(&word))
            .await
            .unwrap_err();
        assert_eq!(reason(&refused), "ROLE_FORBIDDEN");
        rest(town, Severity::Refuse).await;
        let refused = supervisor
            .pattern()
            .publish_pattern(asked(&word))
            .await
            .unwrap_err();
        assert_eq!(reason(&refused), "WORK_RULE_BROKEN");
        rest(town, Severity::Warn).await;
        assert_eq!(revision().await, before + 2, "of the policy alone");

        let start = token(town).await;
        let done = supervisor
            .pattern()
            .publish_pattern(asked(&word))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(broken(&done), [(2, 300, 2), (3, 300, 2)]);
        let words = done
            .changes
            .iter()
            .map(|one| one.shift.as_ref().unwrap().override_reason.as_str());
        let words: Vec<&str> = words.collect();
        assert_eq!(words, ["", "", "sole_cover", "sole_cover", "", "", ""]);
        let flags = flags_since(town, start).await.into_iter().map(|(_, flags)| flags);
        let flagged = vec![pb::Flag::Overridden, pb::Flag::WorkRuleBroken];
        let plain = Vec::new;
        assert_eq!(
            flags.collect::<Vec<_>>(),
            [
                plain(),
                plain(),
                flagged.clone(),
                flagged,
                plain(),
                plain(),
                plain()
            ]
        );
        let again = town
            .admin
            .pattern()
            .publish_pattern(asked(&|_| ()))
            .await
            .unwrap();
        assert_eq!(again.into_inner().unchanged_count, 7);
    });
}

#[test]
fn what_an_import_brings_is_flagged_and_not_turned_away() {
    in_each_town(1, 0, async |town| {
        rest(town, Severity::Refuse).await;
        let start = token(town).await;
        let table = "agency,responder,local_start,local_end,state\n\
             bhr,clinician-0,2026-06-10T06:00,2026-06-10T14:00,published\n\
             bhr,clinician-0,2026-06-10T22:00,2026-06-11T06:00,published\n";
        let request = pb::ImportRosterRequest {
            request_id: town.request_id(),
            kind: pb::RosterKind::Shifts.into(),
            csv_chunk: table.as_bytes().to_vec(),
            ..Default::default()
        };
        let parts = tokio_stream::iter([request]);
        let report = town.admin.transfer().import_roster(parts).await.unwrap();
        assert!(report.into_inner().report.unwrap().applied);
        let broken = vec![pb::Flag::WorkRuleBroken];
        assert_eq!(
            flags_since(town, start).await,
            [
                (pb::EventKind::ShiftCreated, Vec::new()),
                (pb::EventKind::ShiftPublished, Vec::new()),
                (pb::EventKind::ShiftCreated, broken.clone()),
                (pb::EventKind::ShiftPublished, broken),
            ]
        );
    });
}
