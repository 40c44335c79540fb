//! Positions with a wrong clock, in the wrong order, and of others.

use prost_types::Timestamp;
use tandem::grpc::pb;
use tonic::Code;

use super::{NOBODY, Row, World, asks, at, invalid, refused};
use crate::harness::town::{Member, NOON, Town, in_each_town, point};

fn report(member: &Member, latitude: f64, occurred_at: Option<Timestamp>) -> pb::ReportedPosition {
    pb::ReportedPosition {
        responder_id: member.id.clone(),
        location: Some(point(latitude, -90.2)),
        occurred_at,
        ..Default::default()
    }
}

pub(super) fn rows<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let (anna, other) = (&town.clinicians[0], &town.officers[0]);
    let dana = &town.dispatcher;
    let batch = |positions| pb::ReportPositionRequest { positions };
    let part = |position| pb::ReportPositionsRequest {
        position: Some(position),
    };
    let nobody = pb::ReportedPosition {
        responder_id: NOBODY.to_owned(),
        ..report(anna, 38.63, None)
    };
    let no_id = pb::ReportedPosition {
        responder_id: "anna".to_owned(),
        ..report(anna, 38.63, None)
    };
    let nowhere = pb::ReportedPosition {
        location: None,
        ..report(anna, 38.63, None)
    };
    let own_and_anothers = vec![report(anna, 38.63, None), report(other, 38.63, None)];
    let (denied, not_yours) = (Code::PermissionDenied, "NOT_YOURS");
    vec![
        refused("ReportPosition: another's", denied, not_yours, "", {
            asks!(
                anna.client,
                availability.report_position,
                batch(vec![report(other, 38.63, None)])
            )
        }),
        refused(
            "ReportPosition: another's behind his own",
            denied,
            not_yours,
            "",
            asks!(anna.client, availability.report_position, batch(own_and_anothers)),
        ),
        refused("ReportPositions: another's", denied, not_yours, "", {
            let parts = tokio_stream::iter([part(report(other, 38.63, None))]);
            asks!(anna.client, availability.report_positions, parts)
        }),
        refused("ReportPosition: nobody's", Code::NotFound, "NOT_FOUND", "", {
            asks!(dana, availability.report_position, batch(vec![nobody]))
        }),
        invalid(
            "ReportPosition: no id",
            "INVALID_ID",
            "positions[0].responder_id",
            asks!(anna.client, availability.report_position, batch(vec![no_id])),
        ),
        invalid(
            "ReportPosition: nowhere",
            "REQUIRED",
            "positions[0].location",
            asks!(anna.client, availability.report_position, batch(vec![nowhere])),
        ),
        invalid(
            "ReportPositions: beyond the pole",
            "INVALID_POINT",
            "position.location",
            {
                let parts = tokio_stream::iter([part(report(anna, 90.1, None))]);
                asks!(anna.client, availability.report_positions, parts)
            },
        ),
    ]
}

impl Town {
    /// Reports one position by the batch, and gives what became of it.
    async fn reports(&self, member: &Member, latitude: f64, at: Option<Timestamp>) -> (u32, u32, u32) {
        let request = pb::ReportPositionRequest {
            positions: vec![report(member, latitude, at)],
        };
        let answer = member
            .client
            .availability()
            .report_position(request)
            .await
            .unwrap();
        let answer = answer.into_inner();
        (answer.accepted_count, answer.clamped_count, answer.ignored_count)
    }

    /// Where the board shows him, and as of when.
    async fn shown(&self, member: &Member) -> (f64, i64) {
        let board = self
            .dispatcher
            .availability()
            .get_board(pb::GetBoardRequest {})
            .await
            .unwrap();
        let responders = board.into_inner().board.unwrap().responders;
        let mut positions = responders.into_iter().filter_map(|one| one.position);
        let position = positions
            .find(|position| position.responder_id == member.id)
            .unwrap();
        let at = position.at.unwrap();
        (position.location.unwrap().latitude, at.seconds)
    }
}

const ACCEPTED: (u32, u32, u32) = (1, 0, 0);
const CLAMPED: (u32, u32, u32) = (1, 1, 0);
const IGNORED: (u32, u32, u32) = (0, 0, 1);

#[test]
fn a_position_dated_ahead_is_clamped_and_the_next_true_one_wins() {
    let noon = NOON.micros() / 1_000_000;
    in_each_town(1, 0, async |town| {
        let anna = &town.clinicians[0];
        for (latitude, ahead) in [(38.50, noon + 600), (38.51, noon + 86_400), (38.52, i64::MAX)] {
            assert_eq!(
                town.reports(anna, latitude, at(ahead, 0)).await,
                CLAMPED,
                "{ahead}"
            );
            assert_eq!(town.shown(anna).await, (latitude, noon), "as of now");
        }
        town.turn(1).await;
        assert_eq!(town.reports(anna, 38.63, at(noon + 1, 0)).await, ACCEPTED);
        assert_eq!(town.shown(anna).await, (38.63, noon + 1), "nothing was poisoned");
        let stream = [(38.64, noon + 900), (38.65, noon + 1)].map(|(latitude, seconds)| {
            let position = Some(report(anna, latitude, at(seconds, 0)));
            pb::ReportPositionsRequest { position }
        });
        let mut device = anna.client.availability();
        let told = device
            .report_positions(tokio_stream::iter(stream))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(
            (told.accepted_count, told.clamped_count, told.ignored_count),
            (2, 1, 0)
        );
        assert_eq!(town.shown(anna).await, (38.65, noon + 1));
    });
}

#[test]
fn an_older_position_never_replaces_a_newer_one() {
    let noon = NOON.micros() / 1_000_000;
    in_each_town(1, 0, async |town| {
        let anna = &town.clinicians[0];
        town.turn(60).await;
        assert_eq!(town.reports(anna, 38.60, at(noon + 50, 0)).await, ACCEPTED);
        for older in [noon + 49, noon, 0, -1, i64::MIN] {
            assert_eq!(town.reports(anna, 38.50, at(older, 0)).await, IGNORED, "{older}");
        }
        assert_eq!(
            town.reports(anna, 38.51, at(noon + 49, 999_999_999)).await,
            IGNORED
        );
        assert_eq!(town.shown(anna).await, (38.60, noon + 50));
        assert_eq!(
            town.reports(anna, 38.61, at(noon + 50, 0)).await,
            ACCEPTED,
            "of the same moment"
        );
        town.positions_are_written().await;
        assert_eq!(town.shown(anna).await, (38.61, noon + 50));
    });
}

/// Facts are never refused for a clock: what a device dates before there were devices is old, and the next one wins.
#[test]
fn a_position_without_a_believable_time_is_kept_as_an_old_one() {
    let noon = NOON.micros() / 1_000_000;
    in_each_town(0, 0, async |town| {
        let nora = town.hire("clinician", "bhr", "LCSW", 0).await;
        town.sign_off(&nora).await;
        town.sign_on(&nora).await;
        for (seconds, nanos) in [(i64::MIN, i32::MIN), (-62_135_596_801, 0), (0, -7)] {
            let taken = town.reports(&nora, 38.50, at(seconds, nanos)).await;
            assert_eq!(taken, ACCEPTED, "{seconds} {nanos}");
            assert_eq!(town.shown(&nora).await, (38.50, 0));
        }
        town.positions_are_written().await;
        assert_eq!(town.reports(&nora, 38.63, at(noon, i32::MAX)).await.2, 0);
        assert_eq!(town.shown(&nora).await, (38.63, noon));
    });
}
