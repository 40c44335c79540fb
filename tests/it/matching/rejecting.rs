//! Who cannot be sent.

use tandem::board::{Duty, TELEPHONE};
use tandem::dispatch::Outcome;
use tandem::matching::{Candidate, Rejection};
use tandem::triage::Response;

use super::scene::{NOW, ON_SCENE, Scene, away, clinician, id, numbered, officer, rejection_of, seat};

#[test]
fn one_who_has_left_is_not_eligible() {
    let gone = Candidate {
        retired: true,
        ..clinician(1)
    };
    assert_eq!(rejection_of(gone), Some(Rejection::Retired));
}

#[test]
fn a_discipline_that_the_call_does_not_need_is_not_eligible() {
    let alone = Scene::of(Response::ClinicianOnly).with([clinician(1), officer(2)]);
    assert_eq!(alone.rejection(2), Some(Rejection::DisciplineNotNeeded));
    assert_eq!(alone.sent(), [1]);
}

#[test]
fn one_who_declined_is_not_asked_again() {
    let declined = Candidate {
        declined: true,
        ..officer(1)
    };
    assert_eq!(rejection_of(declined), Some(Rejection::DeclinedBefore));
}

#[test]
fn one_whom_a_dispatcher_replaced_is_not_asked_again_and_has_not_declined() {
    let replaced = Candidate {
        replaced: true,
        ..officer(1)
    };
    assert_eq!(rejection_of(replaced), Some(Rejection::ReplacedBefore));
}

#[test]
fn one_who_is_not_on_shift_is_not_eligible() {
    let home = Candidate {
        shift_ends_at: None,
        ..officer(1)
    };
    assert_eq!(rejection_of(home), Some(Rejection::NotOnShift));
}

#[test]
fn one_who_has_not_signed_on_is_not_eligible() {
    let late = Candidate {
        duty: None,
        ..officer(1)
    };
    assert_eq!(rejection_of(late), Some(Rejection::NotSignedOn));
}

#[test]
fn one_who_is_not_available_says_why() {
    let court = Candidate {
        duty: Some((Duty::NotAvailable, "court".to_owned())),
        ..officer(1)
    };
    assert_eq!(
        rejection_of(court),
        Some(Rejection::NotAvailable("court".to_owned()))
    );
}

#[test]
fn conditionally_available_is_sent_only_where_the_policy_says_so() {
    let paperwork = Candidate {
        duty: Some((Duty::ConditionallyAvailable, "paperwork".to_owned())),
        ..officer(1)
    };
    let scene = Scene::pair().with([clinician(2), paperwork]);
    let reason = "paperwork".to_owned();
    assert_eq!(scene.rejection(1), Some(Rejection::OnlyConditionally(reason)));
    let scene = scene.policy(|policy| policy.send_conditionally_available = true);
    assert_eq!(scene.sent(), [2, 1]);
}

#[test]
fn a_telephone_seat_is_not_sent_to_a_scene() {
    let near = Candidate {
        leg: away(10),
        ..seat(1)
    };
    assert_eq!(rejection_of(near), Some(Rejection::TelephoneSeat));
}

#[test]
fn a_telephone_call_goes_to_a_seat_alone() {
    let scene = Scene::of(Response::Telephone).with([clinician(1), seat(2)]);
    assert_eq!(scene.rejection(1), Some(Rejection::NotATelephoneSeat));
    assert_eq!(scene.sent(), [2]);
}

#[test]
fn a_seat_needs_neither_position_nor_area_nor_a_point_of_the_call() {
    let elsewhere = Candidate {
        area_ids: [numbered(1)].into(),
        ..seat(2)
    };
    let scene = Scene::of(Response::Telephone)
        .with([elsewhere])
        .change(|situation| situation.area_ids = [numbered(9)].into());
    assert_eq!(scene.sent(), [2]);
    let nowhere = scene.change(|situation| situation.point = None);
    assert_eq!(nowhere.sent(), [2]);
    assert!(nowhere.report().no_location);
}

#[test]
fn one_who_is_on_a_call_is_not_eligible() {
    let busy = Candidate {
        assigned: true,
        ..officer(1)
    };
    assert_eq!(rejection_of(busy), Some(Rejection::AlreadyAssigned));
}

#[test]
fn one_who_just_left_a_call_rests_as_long_as_the_policy_says() {
    let freed = |seconds: i64| Candidate {
        last_freed_at: Some(NOW.plus_seconds(-seconds)),
        ..officer(1)
    };
    let resting = |seconds| {
        let scene = Scene::pair().with([clinician(2), freed(seconds)]);
        scene.policy(|policy| policy.rest_seconds = 900).rejection(1)
    };
    assert_eq!(resting(899), Some(Rejection::Resting(NOW.plus_seconds(1))));
    assert_eq!(resting(900), None);
    assert_eq!(rejection_of(freed(0)), None, "by default nobody must rest");
}

#[test]
fn areas_keep_out_those_who_serve_others() {
    let scene = |serves: &[u32], lies_in: &[u32]| {
        let one = Candidate {
            area_ids: serves.iter().map(|area| numbered(*area)).collect(),
            ..officer(1)
        };
        Scene::pair()
            .with([clinician(2), one])
            .change(|situation| situation.area_ids = lies_in.iter().map(|area| numbered(*area)).collect())
    };
    assert_eq!(scene(&[1, 2], &[3]).rejection(1), Some(Rejection::OutsideArea));
    assert_eq!(scene(&[1, 2], &[2, 3]).rejection(1), None);
    assert_eq!(scene(&[], &[3]).rejection(1), None, "no areas means all");
    assert_eq!(
        scene(&[1], &[]).rejection(1),
        None,
        "a point in no area is everybody's"
    );
}

#[test]
fn one_who_came_on_shift_after_travel_was_measured_has_no_travel_time() {
    let new = Candidate {
        unmeasured: true,
        leg: None,
        ..officer(1)
    };
    assert_eq!(rejection_of(new), Some(Rejection::NoTravelTime));
}

#[test]
fn one_who_can_be_found_nowhere_has_no_position() {
    let lost = Candidate {
        leg: None,
        ..officer(1)
    };
    assert_eq!(rejection_of(lost), Some(Rejection::NoPosition));
}

#[test]
fn nobody_is_sent_to_a_call_without_a_point() {
    let scene = Scene::pair()
        .with([clinician(1), officer(2)])
        .change(|situation| situation.point = None);
    assert_eq!(scene.rejection(1), Some(Rejection::NoLocation));
    assert_eq!(scene.rejection(2), Some(Rejection::NoLocation));
    let report = scene.report();
    assert_eq!(report.outcome, Outcome::Waiting);
    assert!(report.no_location);
}

#[test]
fn the_limit_of_travel_is_the_last_that_is_sent() {
    let far = |seconds| {
        let scene = Scene::pair().with([
            clinician(2),
            Candidate {
                leg: away(seconds),
                ..officer(1)
            },
        ]);
        scene
            .policy(|policy| policy.travel_limit_seconds = 1200)
            .rejection(1)
    };
    assert_eq!(far(1200), None);
    assert_eq!(far(1201), Some(Rejection::TooFar(1201)));
}

#[test]
fn a_shift_must_last_until_the_expected_clear() {
    let ends = |after| Some(NOW.plus_seconds(after));
    let one = |after| Candidate {
        shift_ends_at: ends(after),
        ..officer(1)
    };
    let clear = 300 + ON_SCENE;
    assert_eq!(rejection_of(one(clear)), None);
    let end = NOW.plus_seconds(clear - 1);
    assert_eq!(
        rejection_of(one(clear - 1)),
        Some(Rejection::ShiftEndsTooSoon(end))
    );
    let scene = Scene::pair().with([clinician(2), one(clear - 1)]);
    let shorter = scene
        .clone()
        .policy(|policy| policy.expected_on_scene_seconds -= 1);
    assert_eq!(
        shorter.rejection(1),
        None,
        "the policy says how long a call takes"
    );
    let overrun = scene.policy(|policy| policy.allow_shift_overrun = true);
    assert_eq!(overrun.sent(), [2, 1], "the policy may send him all the same");
}

#[test]
fn a_seat_is_expected_to_clear_without_travel() {
    let one = |after| Candidate {
        shift_ends_at: Some(NOW.plus_seconds(after)),
        leg: away(300),
        ..seat(1)
    };
    let scene = |after| Scene::of(Response::Telephone).with([one(after)]);
    assert_eq!(scene(ON_SCENE).rejection(1), None);
    let end = NOW.plus_seconds(ON_SCENE - 1);
    assert_eq!(
        scene(ON_SCENE - 1).rejection(1),
        Some(Rejection::ShiftEndsTooSoon(end))
    );
}

#[test]
fn one_who_lacks_a_qualification_is_not_eligible() {
    let untrained = Candidate {
        qualifications: [].into(),
        ..officer(1)
    };
    assert_eq!(
        rejection_of(untrained),
        Some(Rejection::NotQualified("CIT".to_owned()))
    );
}

#[test]
fn a_call_may_ask_for_more_than_the_policy() {
    let scene = Scene::pair()
        .with([clinician(1), officer(2)])
        .change(|situation| {
            situation.slots[0].qualifications.insert("SPANISH".to_owned());
        });
    assert_eq!(
        scene.rejection(1),
        Some(Rejection::NotQualified("SPANISH".to_owned()))
    );
    assert_eq!(scene.report().unfilled, ["clinician"]);
}

#[test]
fn a_licence_that_lapses_before_the_expected_clear_is_not_enough() {
    let licensed = |after| Candidate {
        qualifications: [("BEHAVIORAL_HEALTH".to_owned(), Some(NOW.plus_seconds(after)))].into(),
        ..clinician(1)
    };
    let clear = 300 + ON_SCENE;
    assert_eq!(rejection_of(licensed(clear)), None);
    let lapses = Rejection::QualificationLapses("BEHAVIORAL_HEALTH".to_owned(), NOW.plus_seconds(clear - 1));
    assert_eq!(rejection_of(licensed(clear - 1)), Some(lapses));
}

#[test]
fn one_who_may_meet_none_of_the_others_is_not_eligible() {
    let feud = Candidate {
        must_not_meet: [id(99)].into(),
        ..clinician(1)
    };
    assert_eq!(
        rejection_of(feud),
        Some(Rejection::MustNotMeet),
        "others make a pair without him"
    );
    let wanted_by_nobody = Candidate {
        must_not_meet: [id(1)].into(),
        ..officer(9)
    };
    let scene = Scene::pair().with([clinician(1), wanted_by_nobody]);
    assert_eq!(
        scene.rejection(1),
        Some(Rejection::MustNotMeet),
        "either side may say so"
    );
    assert_eq!(scene.rejection(9), Some(Rejection::MustNotMeet));
    assert_eq!(scene.report().unfilled, ["clinician", "officer"]);
}

#[test]
fn one_who_must_not_meet_the_one_who_stays_is_not_eligible() {
    let stays = Candidate {
        must_not_meet: [id(1)].into(),
        ..officer(9)
    };
    let scene = Scene::pair().holding(&stays).with([clinician(1), clinician(2)]);
    assert_eq!(scene.rejection(1), Some(Rejection::MustNotMeet));
    assert_eq!(scene.sent(), [2]);
}

#[test]
fn of_several_reasons_the_first_is_named() {
    let everything = Candidate {
        declined: true,
        duty: Some((Duty::NotAvailable, TELEPHONE.to_owned())),
        assigned: true,
        leg: None,
        qualifications: [].into(),
        ..officer(1)
    };
    assert_eq!(rejection_of(everything.clone()), Some(Rejection::DeclinedBefore));
    let asked = Candidate {
        declined: false,
        ..everything
    };
    let reason = TELEPHONE.to_owned();
    assert_eq!(rejection_of(asked), Some(Rejection::NotAvailable(reason)));
}
