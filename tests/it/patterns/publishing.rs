//! Publications: the difference first, then all of it at once, and each person hears and acknowledges.

use tandem::grpc::pb;
use tandem::grpc::pb::{EventKind, PatternScope, ShiftChangeKind};

use super::{by_rule, create, creation, heard_since, post, publication, publish, shifts_of, update};
use crate::harness::town::{Member, Town, in_each_town, reason, st_louis};

const WEEK: (&str, &str) = ("2026-06-08", "2026-06-14");

async fn daily(town: &Town, places: &[&[&Member]]) -> pb::Pattern {
    let request = creation(
        town,
        by_rule("2026-06-08", "FREQ=DAILY"),
        post("09:00", "17:00", places),
    );
    create(town, request).await
}

fn acknowledgement(town: &Town, shift: &pb::Shift, member: &Member) -> pb::AcknowledgeShiftRequest {
    pb::AcknowledgeShiftRequest {
        request_id: town.request_id(),
        shift_id: shift.shift_id.clone(),
        responder_id: member.id.clone(),
        expected_version: shift.version,
        channel: pb::Channel::App.into(),
        occurred_at: None,
    }
}

#[test]
fn a_dry_run_shows_the_difference_and_changes_nothing() {
    in_each_town(2, 0, async |town| {
        let [anna, ben] = &town.clinicians[..] else {
            panic!("two clinicians")
        };
        let pattern = daily(town, &[&[anna]]).await;
        let revision = async || town.store.head(&st_louis()).await.unwrap().revision;
        let before = revision().await;
        let dry = pb::PublishPatternRequest {
            dry_run: true,
            ..publication(town, &pattern, WEEK.0, WEEK.1)
        };
        let shown = publish(&town.admin, dry).await.unwrap();
        assert_eq!((shown.changes.len(), revision().await), (7, before));
        assert!(
            shown
                .changes
                .iter()
                .all(|one| one.shift.as_ref().unwrap().shift_id.is_empty())
        );
        let done = publish(&town.admin, publication(town, &pattern, WEEK.0, WEEK.1))
            .await
            .unwrap();
        assert_eq!((done.revision, done.effects), (before + 1, shown.effects));

        let turned = update(
            town,
            &pattern,
            (PatternScope::ThisAndLater, "2026-06-13"),
            "post.places",
            post("", "", &[&[ben]]),
        );
        let pattern = turned.await.unwrap();
        let done = publish(&town.admin, publication(town, &pattern, WEEK.0, WEEK.1))
            .await
            .unwrap();
        let day = 8 * 3600;
        let effect = |who: &Member, (gained_count, lost_count)| pb::ShiftEffect {
            responder_id: who.id.clone(),
            gained_count,
            gained_seconds: u64::from(gained_count) * day,
            lost_count,
            lost_seconds: u64::from(lost_count) * day,
        };
        let mut expected = vec![effect(anna, (0, 2)), effect(ben, (2, 0))];
        expected.sort_by(|one, other| one.responder_id.cmp(&other.responder_id));
        assert_eq!((done.effects, done.unchanged_count), (expected, 5));
    });
}

#[test]
fn publishing_again_changes_nothing() {
    in_each_town(1, 0, async |town| {
        let pattern = daily(town, &[&[&town.clinicians[0]], &[]]).await;
        let first = publish(&town.admin, publication(town, &pattern, WEEK.0, WEEK.1))
            .await
            .unwrap();
        assert_eq!(first.changes.len(), 14);
        let shifts = shifts_of(town, &pattern).await;
        let again = publish(&town.admin, publication(town, &pattern, "2026-06-07", WEEK.1))
            .await
            .unwrap();
        assert_eq!(
            (again.changes.len(), again.unchanged_count, again.revision),
            (0, 14, first.revision)
        );
        assert_eq!(shifts_of(town, &pattern).await, shifts);
    });
}

#[test]
fn each_person_hears_of_his_shifts_and_says_that_he_knows() {
    in_each_town(2, 0, async |town| {
        let [anna, ben] = &town.clinicians[..] else {
            panic!("two clinicians")
        };
        let (_, of_anna) = heard_since(&anna.client, "").await;
        let (_, of_ben) = heard_since(&ben.client, "").await;
        let pattern = daily(town, &[&[anna]]).await;
        publish(&town.admin, publication(town, &pattern, WEEK.0, WEEK.0))
            .await
            .unwrap();
        let (heard, of_anna) = heard_since(&anna.client, &of_anna).await;
        let [(EventKind::ShiftPublished, shift)] = &heard[..] else {
            panic!("{heard:?}")
        };

        let knows = anna
            .client
            .schedule()
            .acknowledge_shift(acknowledgement(town, shift, anna))
            .await;
        let known = knows.unwrap().into_inner().shift.unwrap();
        assert_eq!(known.acknowledged_by.unwrap().channel(), pb::Channel::App);
        let anothers = ben
            .client
            .schedule()
            .acknowledge_shift(acknowledgement(town, shift, anna))
            .await;
        assert_eq!(reason(&anothers.unwrap_err()), "NOT_YOURS");
        let own = ben
            .client
            .schedule()
            .acknowledge_shift(acknowledgement(town, shift, ben))
            .await;
        assert_eq!(reason(&own.unwrap_err()), "NOT_FOUND");

        let turned = update(
            town,
            &pattern,
            (PatternScope::All, ""),
            "post.places",
            post("", "", &[&[ben]]),
        );
        let pattern = turned.await.unwrap();
        publish(&town.admin, publication(town, &pattern, WEEK.0, WEEK.0))
            .await
            .unwrap();
        let (heard, _) = heard_since(&anna.client, &of_anna).await;
        let last = heard.last().unwrap();
        assert_eq!(
            (last.0, &last.1.shift_id),
            (EventKind::ShiftLost, &shift.shift_id)
        );
        assert_eq!(last.1.responder_id, "", "who has it now is not hers to know");
        let (heard, of_ben) = heard_since(&ben.client, &of_ben).await;
        let [(EventKind::ShiftChanged, of_him)] = &heard[..] else {
            panic!("{heard:?}")
        };
        assert_eq!((&of_him.responder_id, of_him.acknowledged_at), (&ben.id, None));
        // By telephone: whoever reached him says so.
        let by_phone = pb::AcknowledgeShiftRequest {
            channel: pb::Channel::Phone.into(),
            ..acknowledgement(town, of_him, ben)
        };
        town.dispatcher
            .schedule()
            .acknowledge_shift(by_phone)
            .await
            .unwrap();
        let (heard, _) = heard_since(&ben.client, &of_ben).await;
        assert_eq!(heard[0].0, EventKind::ShiftAcknowledged);
    });
}

#[test]
fn what_was_changed_by_hand_stays_and_is_told() {
    in_each_town(1, 0, async |town| {
        let pattern = daily(town, &[]).await;
        publish(&town.admin, publication(town, &pattern, WEEK.0, WEEK.1))
            .await
            .unwrap();
        let shift = shifts_of(town, &pattern).await.remove(2);
        let cancel = pb::CancelShiftRequest {
            request_id: town.request_id(),
            shift_id: shift.shift_id.clone(),
            expected_version: shift.version,
        };
        town.admin.schedule().cancel_shift(cancel).await.unwrap();
        let moved = update(
            town,
            &pattern,
            (PatternScope::All, ""),
            "post.local_start",
            post("10:00", "", &[]),
        );
        let pattern = moved.await.unwrap();
        let told = publish(&town.admin, publication(town, &pattern, WEEK.0, WEEK.1))
            .await
            .unwrap();
        let kinds: Vec<_> = told.changes.iter().map(pb::ShiftChange::kind).collect();
        assert_eq!(kinds, [ShiftChangeKind::Changed; 6]);
        let [kept] = &told.kept[..] else {
            panic!("{told:?}")
        };
        assert_eq!((&kept.shift_id, kept.changed_by_hand), (&shift.shift_id, true));
        assert_eq!(kept.pattern_date, "2026-06-10");
    });
}

#[test]
fn an_overlap_refuses_the_whole_publication() {
    in_each_town(1, 0, async |town| {
        // On the day of the town's own shifts, from morning to night.
        let anna = &town.clinicians[0];
        let request = creation(
            town,
            by_rule("2026-06-01", "FREQ=DAILY"),
            post("22:00", "06:00", &[&[anna]]),
        );
        let pattern = create(town, request).await;
        let refused = publish(
            &town.admin,
            publication(town, &pattern, "2026-06-01", "2026-06-05"),
        );
        assert_eq!(reason(&refused.await.unwrap_err()), "SHIFT_OVERLAPS");
        assert_eq!(shifts_of(town, &pattern).await, []);
        let beside = publish(
            &town.admin,
            publication(town, &pattern, "2026-06-02", "2026-06-05"),
        );
        assert_eq!(beside.await.unwrap().changes.len(), 4);
    });
}

#[test]
fn a_thousand_shifts_are_published_at_once_and_no_more() {
    in_each_town(0, 0, async |town| {
        let crowd = pb::Post {
            wanted: 50,
            ..post("09:00", "17:00", &[])
        };
        let pattern = create(town, creation(town, by_rule("2026-06-08", "FREQ=DAILY"), crowd)).await;
        let too_many = publish(&town.admin, publication(town, &pattern, WEEK.0, "2026-06-28"));
        assert_eq!(reason(&too_many.await.unwrap_err()), "TOO_MANY");
        let (_, start) = heard_since(&town.admin, "").await;
        let told = publish(&town.admin, publication(town, &pattern, WEEK.0, "2026-06-27"))
            .await
            .unwrap();
        assert_eq!(told.changes.len(), 1_000);
        let (heard, _) = heard_since(&town.admin, &start).await;
        let published = heard
            .iter()
            .filter(|(kind, _)| *kind == EventKind::ShiftPublished);
        assert_eq!(published.count(), 1_000, "in one update");
    });
}
