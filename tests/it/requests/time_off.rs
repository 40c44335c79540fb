//! Time off: asked for, decided, and what it uncovers.

use tandem::board::Role;
use tandem::grpc::pb;
use tandem::grpc::pb::{EventKind, RequestState};

use super::{
    approve, assign, decision, end_of, heard_since, hr, listed, now, open_shift, shift_of, signed_up,
    time_off, vacation,
};
use crate::harness::town::{Town, in_each_town, reason, st_louis};
use crate::patterns::{by_rule, creation, post, publication};

fn kind_of(request: &pb::ShiftRequest) -> (&str, Option<bool>) {
    let Some(pb::shift_request::Wish::TimeOff(time_off)) = &request.wish else {
        panic!("{request:?}")
    };
    (&time_off.leave_kind, time_off.paid)
}

async fn ask_again(town: &Town, place: usize) -> Vec<pb::ShiftRequest> {
    listed(&town.clinicians[place].client).await
}

#[test]
fn what_time_off_uncovers_is_listed_before_and_open_after_it_is_approved() {
    in_each_town(2, 0, async |town| {
        let [ann, ben] = &town.clinicians[..] else {
            panic!("two clinicians")
        };
        let hana = hr(town).await;
        let within = shift_of(town, ann, 10).await;
        let after = shift_of(town, ann, 12).await;
        let asked = time_off(town, ann, 9, 12).await.unwrap();
        assert_eq!(asked.uncovered_shifts, std::slice::from_ref(&within));
        let leave = asked.shift_request.unwrap();
        let (_, of_ann) = heard_since(&ann.client, "").await;
        let head = async || town.store.head(&st_louis()).await.unwrap().revision;
        let before = head().await;
        let dry = pb::DecideRequestRequest {
            dry_run: true,
            ..decision(town, &leave, pb::Decision::Approve)
        };
        let shown = hana.request().decide_request(dry).await.unwrap().into_inner();
        assert_eq!((head().await, now(town, &within).await), (before, within.clone()));
        let done = approve(&hana, town, &leave).await.unwrap();
        assert_eq!((done.revision, &done.shifts), (before + 1, &shown.shifts));
        let opened = now(town, &within).await;
        assert_eq!(done.shifts, std::slice::from_ref(&opened));
        assert_eq!(
            (&*opened.responder_id, opened.state()),
            ("", pb::ShiftState::Published)
        );
        assert_eq!(now(town, &after).await, after);
        let (heard, _) = heard_since(&ann.client, &of_ann).await;
        assert_eq!(heard, [[EventKind::RequestApproved, EventKind::ShiftLost]]);

        // Whoever is there can ask for it; whoever is on leave is put on nothing.
        let on_leave = assign(town, &opened, &ann.id).await.unwrap_err();
        assert_eq!(reason(&on_leave), "ON_LEAVE");
        let on_leave = signed_up(town, ann, &opened).await.unwrap_err();
        assert_eq!(reason(&on_leave), "ON_LEAVE");
        signed_up(town, ben, &opened).await.unwrap();
        let leave = done.shift_request.unwrap();
        ann.client
            .request()
            .end_time_off(end_of(town, &leave))
            .await
            .unwrap();
        assign(town, &opened, &ann.id).await.unwrap();
    });
}

#[test]
fn why_somebody_is_off_is_for_himself_and_for_those_who_keep_the_schedule() {
    in_each_town(2, 0, async |town| {
        let ann = &town.clinicians[0];
        time_off(town, ann, 9, 12).await.unwrap();
        let told = ("vacation", Some(true));
        for role in [Role::Hr, Role::Supervisor, Role::Admin] {
            let client = town.client(role, role.as_str(), None).await;
            assert_eq!(kind_of(&listed(&client).await[0]), told, "{role:?}");
        }
        assert_eq!(kind_of(&ask_again(town, 0).await[0]), told);
        for role in [Role::Dispatcher, Role::Auditor, Role::System] {
            let client = town.client(role, role.as_str(), None).await;
            assert_eq!(kind_of(&listed(&client).await[0]), ("", None), "{role:?}");
            let request = pb::ListEventsRequest::default();
            let heard = client.streaming().list_events(request).await.unwrap();
            let said = format!("{heard:?}");
            assert!(!said.contains("vacation"), "{role:?}");
        }
        assert_eq!(ask_again(town, 1).await, [], "a colleague knows nothing of it");
    });
}

#[test]
fn a_leave_of_absence_lasts_until_it_is_ended_and_the_turn_of_whoever_has_it_is_open() {
    in_each_town(1, 0, async |town| {
        let ann = &town.clinicians[0];
        let endless = pb::RequestTimeOffRequest {
            local_end: None,
            ..vacation(town, ann, 9, 10)
        };
        let refused = ann
            .client
            .request()
            .request_time_off(endless.clone())
            .await
            .unwrap_err();
        assert_eq!(reason(&refused), "REQUIRED");
        let absence = pb::RequestTimeOffRequest {
            leave_kind: "leave_of_absence".to_owned(),
            ..endless
        };
        let asked = ann
            .client
            .request()
            .request_time_off(absence)
            .await
            .unwrap()
            .into_inner();
        let leave = approve(&town.admin, town, &asked.shift_request.unwrap())
            .await
            .unwrap();
        let leave = leave.shift_request.unwrap();
        assert_eq!(kind_of(&leave), ("leave_of_absence", Some(false)));

        let daily = creation(
            town,
            by_rule("2026-06-08", "FREQ=DAILY"),
            post("09:00", "17:00", &[&[ann]]),
        );
        let pattern = town.admin.pattern().create_pattern(daily).await.unwrap();
        let pattern = pattern.into_inner().pattern.unwrap();
        let publish = publication(town, &pattern, "2026-06-08", "2026-06-10");
        let told = town
            .admin
            .pattern()
            .publish_pattern(publish)
            .await
            .unwrap()
            .into_inner();
        let workers: Vec<_> = told
            .changes
            .iter()
            .map(|one| &*one.shift.as_ref().unwrap().responder_id)
            .collect();
        assert_eq!(workers, [&*ann.id, "", ""]);

        let back = ann
            .client
            .request()
            .end_time_off(end_of(town, &leave))
            .await
            .unwrap();
        let back = back.into_inner().shift_request.unwrap();
        assert_eq!(
            back.state(),
            RequestState::Approved,
            "that she was to be away stays readable"
        );
        let publish = publication(town, &pattern, "2026-06-08", "2026-06-10");
        let told = town
            .admin
            .pattern()
            .publish_pattern(publish)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(told.changes.len(), 2, "her turns are hers again");
    });
}

#[test]
fn work_on_a_public_holiday_is_flagged() {
    in_each_town(1, 0, async |town| {
        let ann = &town.clinicians[0];
        let get = pb::GetJurisdictionRequest {
            jurisdiction_id: st_louis().to_string(),
        };
        let standing = town.admin.admin().get_jurisdiction(get).await.unwrap();
        let mut jurisdiction = standing.into_inner().jurisdiction.unwrap();
        let version = jurisdiction.version;
        let juneteenth = pb::Holiday {
            date: "2026-06-19".to_owned(),
            name: "Juneteenth".to_owned(),
        };
        jurisdiction.policy.get_or_insert_default().holidays = vec![juneteenth.clone()];
        let update = pb::UpdateJurisdictionRequest {
            request_id: town.request_id(),
            jurisdiction: Some(jurisdiction),
            update_mask: Some(prost_types::FieldMask {
                paths: vec!["policy.holidays".to_owned()],
            }),
            expected_version: version,
        };
        let updated = town
            .admin
            .admin()
            .update_jurisdiction(update)
            .await
            .unwrap()
            .into_inner();
        let policy = updated.jurisdiction.unwrap().policy.unwrap();
        assert_eq!(policy.holidays, [juneteenth]);
        let read = pb::GetJurisdictionRequest {
            jurisdiction_id: st_louis().to_string(),
        };
        let hers = ann.client.admin().get_jurisdiction(read).await.unwrap();
        let hers = hers.into_inner().jurisdiction.unwrap().policy.unwrap();
        assert_eq!(
            (hers.holidays, hers.leave_kinds),
            (policy.holidays, policy.leave_kinds),
            "whoever works may read them"
        );
        let (_, before) = heard_since(&ann.client, "").await;
        for (date, flagged) in [(18, false), (19, true)] {
            shift_of(town, ann, date).await;
            let request = pb::ListEventsRequest {
                resume_token: before.clone(),
                ..Default::default()
            };
            let heard = ann
                .client
                .streaming()
                .list_events(request)
                .await
                .unwrap()
                .into_inner();
            let last = heard.updates.last().unwrap().events.last().unwrap();
            assert_eq!(
                last.flags().any(|flag| flag == pb::Flag::Holiday),
                flagged,
                "{date}"
            );
        }
    });
}

#[test]
fn an_open_shift_of_the_time_off_is_nobodys_for_him() {
    in_each_town(1, 0, async |town| {
        let ann = &town.clinicians[0];
        let shift = open_shift(town, 10).await;
        signed_up(town, ann, &shift).await.unwrap();
        let refused = time_off(town, ann, 9, 12).await.unwrap_err();
        assert_eq!(reason(&refused), "REQUESTS_CONTRADICT");
    });
}
