//! Swaps: offered, accepted, approved; bound to their shifts.

use tandem::grpc::pb;
use tandem::grpc::pb::{EventKind, RequestState, ShiftChangeKind};

use super::{
    accepted, answer, approve, assign, heard_since, hr, listed, now, offer, shift_of, standing, time_off,
};
use crate::harness::town::{Member, Town, in_each_town, reason, st_louis};
use crate::patterns::{by_rule, creation, post, publication};

#[test]
fn a_swap_moves_both_shifts_in_one_revision_and_both_hear_of_it() {
    in_each_town(3, 0, async |town| {
        let [ann, ben, cleo] = &town.clinicians[..] else {
            panic!("three clinicians")
        };
        let hana = hr(town).await;
        let (anns, bens) = (shift_of(town, ann, 10).await, shift_of(town, ben, 12).await);
        let mut tokens = Vec::new();
        for who in [&ann.client, &ben.client, &cleo.client] {
            tokens.push(heard_since(who, "").await.1);
        }
        let swap = accepted(town, (ann, &anns), ben, Some(&bens)).await.unwrap();
        assert_eq!(swap.state(), RequestState::Accepted);
        let head = town.store.head(&st_louis()).await.unwrap().revision;
        let done = approve(&hana, town, &swap).await.unwrap();
        assert_eq!(done.revision, head + 1);
        let workers: Vec<_> = done.shifts.iter().map(|shift| &shift.responder_id).collect();
        assert_eq!(workers, [&ben.id, &ann.id]);
        assert_eq!(done.shifts, [now(town, &anns).await, now(town, &bens).await]);

        use EventKind::{RequestApproved, ShiftAssigned, ShiftLost, ShiftRequested, SwapAccepted};
        let expected = |last: [EventKind; 3]| vec![vec![ShiftRequested], vec![SwapAccepted], last.to_vec()];
        let (of_ann, _) = heard_since(&ann.client, &tokens[0]).await;
        assert_eq!(of_ann, expected([RequestApproved, ShiftLost, ShiftAssigned]));
        let (of_ben, _) = heard_since(&ben.client, &tokens[1]).await;
        assert_eq!(of_ben, expected([RequestApproved, ShiftAssigned, ShiftLost]));
        assert_eq!(heard_since(&cleo.client, &tokens[2]).await.0, [] as [Vec<_>; 0]);
        for (who, count) in [(ann, 1), (ben, 1), (cleo, 0)] {
            assert_eq!(listed(&who.client).await.len(), count);
        }
    });
}

#[test]
fn whoever_wants_to_swap_is_told_with_whom_he_could_and_for_what() {
    in_each_town(5, 1, async |town| {
        let [ann, ben, cleo, away, bare] = &town.clinicians[..] else {
            panic!("five clinicians")
        };
        let anns = shift_of(town, ann, 10).await;
        // Cleo works that day too: she gives that shift for it, or none.
        let (same_day, bens, cleos) = (
            shift_of(town, cleo, 10).await,
            shift_of(town, ben, 12).await,
            shift_of(town, cleo, 13).await,
        );
        let off = time_off(town, away, 9, 12).await.unwrap().shift_request.unwrap();
        approve(&town.admin, town, &off).await.unwrap();
        revoke_all(town, bare).await;
        let asked = pb::GetSwapPartnersRequest {
            shift_id: anns.shift_id.clone(),
        };
        let anothers = ben.client.request().get_swap_partners(asked.clone()).await;
        assert_eq!(reason(&anothers.unwrap_err()), "NOT_YOURS");
        let told = ann.client.request().get_swap_partners(asked.clone()).await;
        let told = told.unwrap().into_inner().partners;
        let seen = |one: &pb::SwapPartner| {
            let returns = one.returns.iter().map(|shift| shift.shift_id.clone());
            let who = one.partner.clone().unwrap().responder_id;
            (who, one.for_nothing, returns.collect::<Vec<_>>())
        };
        let seen: Vec<_> = told.iter().map(seen).collect();
        let expected = [
            (ben.id.clone(), true, vec![bens.shift_id.clone()]),
            (cleo.id.clone(), false, vec![same_day.shift_id.clone()]),
        ];
        assert_eq!(
            seen, expected,
            "not who is on leave, without a licence, or an officer"
        );
        let refused = offer(town, (ann, &anns), cleo, Some(&cleos));
        let refused = ann.client.request().offer_swap(refused).await.unwrap_err();
        assert_eq!(reason(&refused), "SHIFT_OVERLAPS");
        let offered = offer(town, (ann, &anns), cleo, Some(&same_day));
        ann.client.request().offer_swap(offered).await.unwrap();
        let pending = ann.client.request().get_swap_partners(asked).await.unwrap_err();
        assert_eq!(reason(&pending), "REQUESTS_CONTRADICT");
    });
}

async fn revoke_all(town: &Town, member: &Member) {
    let named = pb::GetResponderRequest {
        responder_id: member.id.clone(),
    };
    let known = town
        .admin
        .roster()
        .get_responder(named)
        .await
        .unwrap()
        .into_inner();
    for paper in known.responder.unwrap().credentials {
        let revoke = pb::RevokeCredentialRequest {
            request_id: town.request_id(),
            responder_id: member.id.clone(),
            credential_id: paper.credential_id,
        };
        town.admin.roster().revoke_credential(revoke).await.unwrap();
    }
}

#[test]
fn only_the_other_answers_a_swap() {
    in_each_town(2, 0, async |town| {
        let [ann, ben] = &town.clinicians[..] else {
            panic!("two clinicians")
        };
        let anns = shift_of(town, ann, 10).await;
        let offered = ann
            .client
            .request()
            .offer_swap(offer(town, (ann, &anns), ben, None))
            .await;
        let offered = offered.unwrap().into_inner().shift_request.unwrap();
        let yes = || answer(town, &offered, pb::SwapAnswer::Accept);
        let own = ann.client.request().answer_swap(yes()).await.unwrap_err();
        assert_eq!(reason(&own), "NOT_YOURS");
        let early = approve(&town.admin, town, &offered).await.unwrap_err();
        assert_eq!(reason(&early), "NOT_IN_THIS_STATE");
        let no = answer(town, &offered, pb::SwapAnswer::Decline);
        ben.client.request().answer_swap(no).await.unwrap();
        let late = ben.client.request().answer_swap(yes()).await.unwrap_err();
        assert_eq!(reason(&late), "STALE_VERSION");
        assert_eq!(now(town, &anns).await, anns, "the shift is as it was");
    });
}

/// A shift of hers that comes from a pattern, and the pattern.
async fn from_pattern(town: &Town, date: &str) -> (pb::Pattern, pb::Shift) {
    let ann = &town.clinicians[0];
    let request = creation(
        town,
        by_rule(date, "FREQ=DAILY;COUNT=1"),
        post("09:00", "17:00", &[&[ann]]),
    );
    let pattern = town.admin.pattern().create_pattern(request).await.unwrap();
    let pattern = pattern.into_inner().pattern.unwrap();
    let publish = publication(town, &pattern, date, date);
    let published = town.admin.pattern().publish_pattern(publish).await.unwrap();
    let shift = published.into_inner().changes.remove(0).shift.unwrap();
    (pattern, shift)
}

#[test]
fn a_swap_goes_with_its_shift_when_a_publication_moves_it() {
    in_each_town(2, 0, async |town| {
        let [ann, ben] = &town.clinicians[..] else {
            panic!("two clinicians")
        };
        let (pattern, anns) = from_pattern(town, "2026-06-10").await;
        let swap = accepted(town, (ann, &anns), ben, None).await.unwrap();
        let later = pb::UpdatePatternRequest {
            request_id: town.request_id(),
            pattern_id: pattern.pattern_id.clone(),
            expected_version: pattern.version,
            scope: pb::PatternScope::All.into(),
            update_mask: Some(prost_types::FieldMask {
                paths: vec!["post.local_start".to_owned()],
            }),
            post: Some(post("11:00", "", &[])),
            ..Default::default()
        };
        let pattern = town.admin.pattern().update_pattern(later).await.unwrap();
        let pattern = pattern.into_inner().pattern.unwrap();
        let publish = publication(town, &pattern, "2026-06-10", "2026-06-10");
        let told = town
            .admin
            .pattern()
            .publish_pattern(publish)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(told.changes[0].kind(), ShiftChangeKind::Changed);
        let moved = standing(town, &swap).await;
        let Some(pb::shift_request::Wish::Swap(wish)) = &moved.wish else {
            panic!("{moved:?}")
        };
        let planned = told.changes[0].shift.as_ref().unwrap().planned_start;
        assert_eq!(wish.given.as_ref().unwrap().planned_start, planned);
        assert_eq!(moved.state(), RequestState::Offered, "he accepted other times");
        let stale = approve(&town.admin, town, &swap).await.unwrap_err();
        assert_eq!(reason(&stale), "STALE_VERSION");
        let yes = answer(town, &moved, pb::SwapAnswer::Accept);
        let moved = ben.client.request().answer_swap(yes).await.unwrap().into_inner();
        approve(&town.admin, town, &moved.shift_request.unwrap())
            .await
            .unwrap();
        assert_eq!(now(town, &anns).await.responder_id, ben.id);
    });
}

#[test]
fn a_swap_ends_when_its_shift_is_given_to_somebody_else() {
    in_each_town(3, 0, async |town| {
        let [ann, ben, cleo] = &town.clinicians[..] else {
            panic!("three clinicians")
        };
        let anns = shift_of(town, ann, 10).await;
        let swap = accepted(town, (ann, &anns), ben, None).await.unwrap();
        assign(town, &anns, &cleo.id).await.unwrap();
        let ended = standing(town, &swap).await;
        assert_eq!(
            (ended.state(), &*ended.reason),
            (RequestState::Void, "shift_lost")
        );
    });
}
