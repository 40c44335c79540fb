//! For each law a situation that this law alone decides: the oracle agrees with the matcher, and an oracle that does not
//! know the law objects. So no law is missing in the oracle, and none is kept by luck.

use tandem::board::Duty;
use tandem::dispatch::PositionBasis;
use tandem::matching::{Candidate, match_call};
use tandem::triage::Response;

use super::scene::{NOW, ON_SCENE, Scene, away, clinician, from, id, numbered, officer, seat};
use crate::oracle::{Law, Oracle};

#[test]
fn an_oracle_without_a_law_objects_where_that_law_decides() {
    for law in Law::all() {
        let Scene(situation) = decided_by(law);
        let report = match_call(&situation);
        let whole = Oracle::new().argue(&situation, &report);
        assert_eq!(whole, Ok(()), "{law:?}: the oracle agrees");
        let without = Oracle::without(law).argue(&situation, &report);
        assert!(without.is_err(), "{law:?} decides nothing here: {report:#?}");
    }
}

fn decided_by(law: Law) -> Scene {
    let kept_out = |candidate: Candidate| Scene::pair().with([officer(9), candidate]);
    match law {
        Law::Employed => kept_out(Candidate {
            retired: true,
            ..clinician(1)
        }),
        Law::RightDiscipline => kept_out(Candidate {
            discipline: "peer".to_owned(),
            ..clinician(1)
        }),
        Law::NotAskedTwice => kept_out(Candidate {
            declined: true,
            ..clinician(1)
        }),
        Law::NotReplaced => kept_out(Candidate {
            replaced: true,
            ..clinician(1)
        }),
        Law::OnShift => kept_out(Candidate {
            shift_ends_at: None,
            ..clinician(1)
        }),
        Law::SignedOn => kept_out(Candidate {
            duty: None,
            ..clinician(1)
        }),
        Law::NotOffDuty => kept_out(on(Duty::NotAvailable)),
        Law::UnconditionallyAvailable => kept_out(on(Duty::ConditionallyAvailable)),
        Law::SeatsStaySeated => kept_out(Candidate {
            leg: away(300),
            ..seat(1)
        }),
        Law::SeatsForTelephone => Scene::of(Response::Telephone).with([clinician(1)]),
        Law::NotInNeed => kept_out(Candidate {
            in_emergency: true,
            ..clinician(1)
        }),
        Law::Free => kept_out(Candidate {
            assigned: true,
            ..clinician(1)
        }),
        Law::Rested => kept_out(Candidate {
            last_freed_at: Some(NOW.plus_seconds(-899)),
            ..clinician(1)
        })
        .policy(|policy| policy.rest_seconds = 900),
        Law::InArea => kept_out(Candidate {
            area_ids: [numbered(1)].into(),
            ..clinician(1)
        })
        .change(|situation| situation.area_ids = [numbered(2)].into()),
        Law::Measured => kept_out(Candidate {
            unmeasured: true,
            ..clinician(1)
        }),
        Law::Located => kept_out(clinician(1)).change(|situation| situation.point = None),
        Law::Findable => kept_out(Candidate {
            leg: None,
            ..clinician(1)
        }),
        Law::WithinReach => kept_out(Candidate {
            leg: away(3601),
            ..clinician(1)
        }),
        Law::ShiftLasts => kept_out(Candidate {
            shift_ends_at: Some(NOW.plus_seconds(300 + ON_SCENE - 1)),
            ..clinician(1)
        }),
        Law::Qualified => kept_out(Candidate {
            qualifications: [("CIT".to_owned(), None)].into(),
            ..clinician(1)
        }),
        Law::LicenceLasts => kept_out(Candidate {
            qualifications: [(
                "BEHAVIORAL_HEALTH".to_owned(),
                Some(NOW.plus_seconds(300 + ON_SCENE - 1)),
            )]
            .into(),
            ..clinician(1)
        }),
        Law::MayMeetThoseWhoStay => Scene::pair().holding(&officer(9)).with([apart(clinician(1), 9)]),
        Law::MayMeet => kept_out(apart(clinician(1), 9)),
        // Alone each is the nearest with somebody; the pairs that are left differ in what counts first.
        Law::LastOneThereFirst => Scene::pair().with([
            at(clinician(1), 300),
            apart(at(clinician(2), 200), 8),
            at(officer(8), 10),
            at(officer(9), 200),
        ]),
        Law::ThoseWhoStayAreWaitedFor => Scene::pair()
            .holding(&at(officer(9), 500))
            .with([at(clinician(1), 100), at(clinician(2), 200)]),
        Law::LessTravel => Scene::pair()
            .holding(&at(officer(9), 500))
            .with([sent_ago(at(clinician(1), 100), 60), at(clinician(2), 200)]),
        Law::LongestUnsent => {
            Scene::pair().with([sent_ago(clinician(1), 60), clinician(2), sent_ago(officer(9), 30)])
        }
        Law::OtherLongestUnsent => {
            Scene::pair().with([sent_ago(clinician(1), 60), sent_ago(clinician(2), 90), officer(9)])
        }
        Law::LowerId => Scene::pair().with([clinician(1), clinician(2), officer(9)]),
        Law::StagedEntersLast => Scene::of(Response::OfficerLed).with([clinician(1), officer(9)]),
        Law::StaleIsDegraded => kept_out(Candidate {
            leg: from(300, PositionBasis::Stale),
            ..clinician(1)
        }),
        Law::BaseIsDegraded => kept_out(Candidate {
            leg: from(300, PositionBasis::Base),
            ..clinician(1)
        }),
        Law::HalfIsDegraded => Scene::pair().holding(&officer(9)).with([clinician(1)]),
    }
}

#[test]
fn the_oracle_argues_back() {
    let Scene(situation) = Scene::pair().with([
        at(clinician(1), 100),
        at(clinician(2), 200),
        officer(8),
        Candidate {
            retired: true,
            ..officer(9)
        },
    ]);
    let right = match_call(&situation);
    let objects = |change: fn(&mut tandem::matching::Report), words: &str| {
        let mut wrong = right.clone();
        change(&mut wrong);
        let objection = Oracle::new().argue(&situation, &wrong).expect_err("an objection");
        assert!(objection.contains(words), "{objection}");
    };
    objects(
        |report| std::mem::swap(&mut report.chosen, &mut report.runners_up[0].members),
        "would be a better choice",
    );
    objects(|report| report.chosen.clear(), "could have been sent");
    objects(|report| report.chosen[1].responder_id = id(9), "Retired");
    objects(|report| report.chosen[0].seconds += 1, "was told as");
    objects(|report| report.runners_up.clear(), "the next best are");
    objects(
        |report| report.rejections.clear(),
        "rejected by Some(Retired), not None",
    );
    objects(|report| report.degraded = true, "degraded is false");
    objects(|report| report.lead = None, "leads, not None");
    objects(|report| report.entry_order.reverse(), "they enter as");
    objects(|report| report.all_there_seconds += 1, "all would be there in");
    objects(|report| report.eligible += 1, "are eligible");
}

fn at(candidate: Candidate, seconds: u32) -> Candidate {
    Candidate {
        leg: away(seconds),
        ..candidate
    }
}

fn sent_ago(candidate: Candidate, seconds: i64) -> Candidate {
    Candidate {
        last_sent_at: Some(NOW.plus_seconds(-seconds)),
        ..candidate
    }
}

fn apart(candidate: Candidate, other: u32) -> Candidate {
    Candidate {
        must_not_meet: [id(other)].into(),
        ..candidate
    }
}

fn on(primary: Duty) -> Candidate {
    Candidate {
        duty: Some((primary, "court".to_owned())),
        ..clinician(1)
    }
}
