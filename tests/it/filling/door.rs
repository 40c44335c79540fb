//! Proposals and suggestions through the real door.

use std::time::Duration;

use tandem::board::Role;
use tandem::grpc::pb;
use tandem::grpc::pb::propose_roster_response::Told;
use tandem::store::Token;
use tonic::{Code, Request, Status};

use crate::harness::town::{Member, Town, in_each_town, reason, st_louis};
use crate::requests::{approve, time_off};

/// A draft of the clinicians' agency that nobody works, on a day of June 2026.
async fn open(town: &Town, day: u32, required: &[&str]) -> pb::Shift {
    let local = |hour: u32| {
        Some(pb::LocalTime {
            local: format!("2026-06-{day:02}T{hour:02}:00"),
            occurrence: 0,
        })
    };
    let request = pb::CreateShiftRequest {
        request_id: town.request_id(),
        agency_id: "bhr".to_owned(),
        local_start: local(9),
        local_end: local(17),
        required_qualifications: required.iter().map(|code| (*code).to_owned()).collect(),
        ..Default::default()
    };
    let created = town.admin.schedule().create_shift(request).await.unwrap();
    created.into_inner().shift.unwrap()
}

fn june(seconds: u32) -> pb::ProposeRosterRequest {
    let at = |text: &str| Some(text.parse().unwrap());
    pb::ProposeRosterRequest {
        from: at("2026-06-02T05:00:00Z"),
        to: at("2026-07-01T05:00:00Z"),
        agency_id: "bhr".to_owned(),
        seconds,
        ..Default::default()
    }
}

/// The same, of a roster that nobody likes: however long the search, it costs something, so that it goes on to its end.
async fn unwelcome(town: &Town, seconds: u32) -> pb::ProposeRosterRequest {
    open(town, 3, &[]).await;
    let preferences = town.clinicians.iter().map(|member| pb::WorkPreference {
        responder_id: member.id.clone(),
        date: "2026-06-03".to_owned(),
        to_work: false,
    });
    pb::ProposeRosterRequest {
        preferences: preferences.collect(),
        ..june(seconds)
    }
}

/// Everything that is told to the end: how often how far it has come, the shifts, the whole.
async fn told(
    town: &Town,
    request: Request<pb::ProposeRosterRequest>,
) -> Result<(usize, Vec<pb::ProposedShift>, pb::RosterProposal), Status> {
    let mut stream = town.admin.planning().propose_roster(request).await?.into_inner();
    let (mut progress, mut shifts, mut whole) = (0, Vec::new(), None);
    while let Some(message) = stream.message().await? {
        assert_eq!(whole, None, "the whole comes last");
        match message.told.unwrap() {
            Told::Progress(_) => progress += 1,
            Told::Shift(shift) => shifts.push(shift),
            Told::Proposal(proposal) => whole = Some(proposal),
        }
    }
    Ok((progress, shifts, whole.unwrap()))
}

fn cost(costs: &[pb::RosterCost], kind: pb::RosterCostKind) -> i64 {
    let of_kind = costs.iter().filter(|one| one.kind() == kind);
    of_kind.map(|one| one.cost).sum()
}

#[test]
fn a_roster_is_proposed_and_whoever_likes_it_assigns_it() {
    in_each_town(2, 1, async |town| {
        let mut drafts = Vec::new();
        for day in 2..=9 {
            drafts.push(open(town, day, &[]).await);
        }
        let before = town.store.checksum().await.unwrap();
        let (_, shifts, whole) = told(town, Request::new(june(300))).await.unwrap();
        assert_eq!(
            town.store.checksum().await.unwrap(),
            before,
            "nothing is changed by it"
        );
        assert_eq!(
            (whole.filled_count, whole.changed_count, whole.open_count),
            (8, 0, 0)
        );
        assert_eq!(whole.costs, [], "so good that it ends before its time");
        assert_eq!(cost(&whole.standing_costs, pb::RosterCostKind::Open), 8_000);
        let ids = |ids: Vec<&String>| ids.into_iter().cloned().collect::<Vec<String>>();
        assert_eq!(
            ids(shifts.iter().map(|one| &one.shift_id).collect()),
            ids(drafts.iter().map(|one| &one.shift_id).collect()),
            "by start"
        );
        for shift in shifts {
            let assign = pb::AssignShiftRequest {
                request_id: town.request_id(),
                shift_id: shift.shift_id,
                expected_version: shift.version,
                responder_id: shift.responder_id,
                ..Default::default()
            };
            let assigned = town.admin.schedule().assign_shift(assign).await.unwrap();
            assert_eq!(assigned.into_inner().breaches, []);
        }
        let (_, shifts, _) = told(town, Request::new(june(300))).await.unwrap();
        assert_eq!(shifts, [], "there is nothing left to propose");
    });
}

#[test]
fn what_cannot_be_filled_stays_open_with_its_reasons_when_the_time_is_over() {
    in_each_town(2, 1, async |town| {
        let shift = open(town, 2, &["PERINATAL"]).await;
        // The caller's deadline ends it as well as the time that he asks for.
        let by_time = unwelcome(town, 1).await;
        let mut by_deadline = Request::new(pb::ProposeRosterRequest {
            seconds: 300,
            ..by_time.clone()
        });
        by_deadline.set_timeout(Duration::from_secs(1));
        for request in [Request::new(by_time), by_deadline] {
            let (progress, shifts, whole) = told(town, request).await.unwrap();
            assert!(progress > 0, "it says how far it has come");
            assert!((500..60_000).contains(&whole.elapsed_milliseconds));
            assert_eq!(cost(&whole.costs, pb::RosterCostKind::Open), 1_000);
            assert_eq!(cost(&whole.costs, pb::RosterCostKind::Preferences), 10);
            assert_eq!((whole.filled_count, whole.open_count), (1, 1));
            let [open, _filled] = &shifts[..] else {
                panic!("two shifts: {shifts:?}")
            };
            assert_eq!((&*open.shift_id, &*open.responder_id), (&*shift.shift_id, ""));
            let reasons = open
                .obstacles
                .iter()
                .map(|one| (&*one.responder_id, one.kind(), &*one.qualification));
            let lacks = |member: &Member| {
                let kind = pb::RosterObstacleKind::NotQualified;
                (member.id.clone(), kind, "PERINATAL".to_owned())
            };
            let mut expected = [lacks(&town.clinicians[0]), lacks(&town.clinicians[1])];
            expected.sort();
            let told: Vec<_> = reasons
                .map(|(id, kind, code)| (id.to_owned(), kind, code.to_owned()))
                .collect();
            assert_eq!(told, expected, "the officer is of another agency");
        }
    });
}

#[test]
fn so_many_search_at_once_and_one_who_goes_makes_room() {
    in_each_town(1, 0, async |town| {
        let request = unwelcome(town, 300).await;
        let begin = async || town.admin.planning().propose_roster(request.clone()).await;
        let mut under_way = Vec::new();
        let refused = loop {
            match begin().await {
                Ok(stream) => under_way.push(stream.into_inner()),
                Err(status) => break status,
            }
        };
        assert!(!under_way.is_empty());
        assert_eq!(
            (refused.code(), &*reason(&refused)),
            (Code::ResourceExhausted, "OVERLOADED")
        );
        // A call does not wait for them.
        town.open_call(2).await;
        under_way.clear();
        let again = loop {
            if let Ok(stream) = begin().await {
                break stream;
            }
        };
        drop(again);
    });
}

#[test]
fn who_could_take_a_shift_is_ranked_by_what_it_costs_and_the_others_by_why_not() {
    in_each_town(3, 0, async |town| {
        // Each is on shift on the first of June until 23:00.
        let center = town.desk.center(&st_louis()).await.unwrap();
        let shift = open(town, 2, &[]).await;
        let ask = async |night: u32| {
            let request = pb::SuggestForShiftRequest {
                shift_id: shift.shift_id.clone(),
                weights: Some(pb::RosterWeights {
                    night: Some(night),
                    ..Default::default()
                }),
            };
            let answer = town.admin.planning().suggest_for_shift(request).await.unwrap();
            answer.into_inner()
        };
        let answer = ask(5).await;
        assert_eq!(answer.revision, center.board().revision);
        assert_eq!((answer.suggestions.len(), answer.obstacles.len()), (3, 0));
        assert!(answer.suggestions.is_sorted_by_key(|one| one.cost));
        // One works that night, and must rest.
        let tired = &town.clinicians[1];
        let night = pb::CreateShiftRequest {
            request_id: town.request_id(),
            agency_id: "bhr".to_owned(),
            responder_id: tired.id.clone(),
            local_start: Some(pb::LocalTime {
                local: "2026-06-02T23:30".to_owned(),
                occurrence: 0,
            }),
            local_end: Some(pb::LocalTime {
                local: "2026-06-03T06:00".to_owned(),
                occurrence: 0,
            }),
            ..Default::default()
        };
        let night = town.admin.schedule().create_shift(night).await.unwrap();
        let night = night.into_inner().shift.unwrap();
        let answer = ask(5).await;
        let [stopped] = &answer.obstacles[..] else {
            panic!("one: {answer:?}")
        };
        assert_eq!(stopped.responder_id, tired.id);
        assert_eq!(stopped.kind(), pb::RosterObstacleKind::Works);
        assert_eq!(stopped.shift_id, night.shift_id);
        assert_eq!(answer.suggestions.len(), 2);
        // Who keeps another agency's roster is told nothing of this one.
        let token = Token {
            agency_id: Some("slmpd".parse().unwrap()),
            ..town.token(Role::Hr, "pat", None, Some(st_louis()))
        };
        let police = town.client_with(token).await;
        let proposing = police.planning().propose_roster(june(1)).await.map(drop);
        let suggesting = pb::SuggestForShiftRequest {
            shift_id: shift.shift_id,
            weights: None,
        };
        let suggesting = police.planning().suggest_for_shift(suggesting).await.map(drop);
        for refused in [proposing.unwrap_err(), suggesting.unwrap_err()] {
            assert_eq!(reason(&refused), "NOT_YOURS");
        }
    });
}

#[test]
fn whoever_is_on_leave_is_neither_proposed_nor_suggested() {
    in_each_town(2, 0, async |town| {
        let [away, there] = &town.clinicians[..] else {
            panic!("two clinicians")
        };
        let shift = open(town, 10, &[]).await;
        let off = time_off(town, away, 9, 12).await.unwrap().shift_request.unwrap();
        approve(&town.admin, town, &off).await.unwrap();
        let ask = pb::SuggestForShiftRequest {
            shift_id: shift.shift_id,
            weights: None,
        };
        let suggested = town
            .admin
            .planning()
            .suggest_for_shift(ask)
            .await
            .unwrap()
            .into_inner();
        let able = suggested.suggestions.iter().map(|one| &one.responder_id);
        assert_eq!(able.collect::<Vec<_>>(), [&there.id]);
        let stopped = suggested
            .obstacles
            .iter()
            .map(|one| (&one.responder_id, one.kind()));
        assert_eq!(
            stopped.collect::<Vec<_>>(),
            [(&away.id, pb::RosterObstacleKind::OnLeave)]
        );
        let (_, shifts, _) = told(town, Request::new(june(300))).await.unwrap();
        assert_eq!(shifts[0].responder_id, there.id);
    });
}
