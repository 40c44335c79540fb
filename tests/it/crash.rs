//! Crashes: what was acknowledged is there, what was refused is not, and no offer outlives its deadline.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tandem::board::{Jurisdiction, Policy, Role};
use tandem::desk::token::Shown;
use tandem::grpc::pb;
use tandem::id::{Ids, TokenId};
use tandem::moment::Moment;
use tandem::shift::civil::to_local;
use tandem::store::{Store, Token};

use crate::harness::on_each_database;
use crate::harness::process::Served;
use crate::harness::town::{Client, st_louis};

/// Now, by the wall clock: these servers run on real time.
fn now() -> Moment {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap();
    Moment::from_micros(i64::try_from(since.as_micros()).unwrap())
}

async fn token(store: &Store, role: Role, number: u8) -> String {
    let id = TokenId::next(&mut Ids::new([number; 16]), now());
    let shown = Shown::new(id, [number; 32]);
    let token = Token {
        id,
        secret_hash: shown.secret_hash(),
        role,
        subject: role.as_str().to_owned(),
        jurisdiction_id: Some(st_louis()),
        agency_id: None,
        responder_id: None,
        device_id: None,
        created_at: now(),
        expires_at: now().plus_seconds(86_400),
        revoked_at: None,
    };
    store.insert_token(&token).await.unwrap();
    format!("Bearer {}", shown.text())
}

/// A programme on real time, whose offers stand for one second.
async fn found(store: &Store) {
    let jurisdiction = Jurisdiction {
        id: st_louis(),
        name: "St. Louis".to_owned(),
        zone: "UTC".to_owned(),
        policy: Policy {
            offer_seconds: 1,
            hold_seconds: 1,
            ..Policy::default()
        },
        version: 1,
    };
    store.create_jurisdiction(&jurisdiction, now()).await.unwrap();
}

async fn hire(admin: &Client, dispatcher: &Client, place: usize, discipline: &str, code: &str) {
    let agency_id = discipline.to_owned();
    let request_id = |what: &str| format!("{what}-{discipline}-{place}");
    let responder = pb::CreateResponderRequest {
        request_id: request_id("hire"),
        agency_id: agency_id.clone(),
        discipline: discipline.to_owned(),
        name: request_id("name"),
        call_sign: request_id("sign"),
        base: Some(pb::Base {
            name: "base".to_owned(),
            location: Some(crate::harness::town::scene()),
        }),
        ..Default::default()
    };
    let created = admin
        .roster()
        .create_responder(responder)
        .await
        .unwrap()
        .into_inner();
    let responder_id = created.responder.unwrap().responder_id;
    let credential = pb::GrantCredentialRequest {
        request_id: request_id("paper"),
        responder_id: responder_id.clone(),
        code: code.to_owned(),
        ..Default::default()
    };
    admin.roster().grant_credential(credential).await.unwrap();
    let local = |seconds| {
        Some(pb::LocalTime {
            local: to_local(now().plus_seconds(seconds), "UTC").unwrap(),
            occurrence: 0,
        })
    };
    let shift = pb::CreateShiftRequest {
        request_id: request_id("shift"),
        agency_id,
        responder_id: responder_id.clone(),
        local_start: local(-3600),
        local_end: local(20 * 3600),
        ..Default::default()
    };
    let shift = admin
        .schedule()
        .create_shift(shift)
        .await
        .unwrap()
        .into_inner()
        .shift
        .unwrap();
    let publish = pb::PublishShiftRequest {
        request_id: request_id("publish"),
        shift_id: shift.shift_id,
        expected_version: shift.version,
    };
    admin.schedule().publish_shift(publish).await.unwrap();
    let duty = pb::SetDutyStatusRequest {
        request_id: request_id("duty"),
        changes: vec![pb::DutyChange {
            responder_id,
            primary: pb::Duty::Available.into(),
            ..Default::default()
        }],
        channel: pb::Channel::Radio.into(),
        occurred_at: None,
    };
    dispatcher.availability().set_duty_status(duty).await.unwrap();
}

fn call(number: usize) -> pb::OpenCallRequest {
    pb::OpenCallRequest {
        request_id: format!("call-{number}"),
        source: "911".to_owned(),
        incident_type: "EDP".to_owned(),
        acuity: Some(pb::Acuity {
            scheme: "marcus_alert".to_owned(),
            level: 3,
        }),
        location: Some(crate::harness::town::scene()),
        channel: pb::Channel::Cad.into(),
        ..Default::default()
    }
}

#[test]
fn a_kill_under_load_loses_nothing_acknowledged_and_no_offer_is_stuck() {
    on_each_database(async |database| {
        let store = database.store().await;
        found(&store).await;
        let (admin_token, dispatcher_token) = (
            token(&store, Role::Admin, 1).await,
            token(&store, Role::Dispatcher, 2).await,
        );
        let served = Served::start(database.url(), &[]);
        let admin = Client::connect(served.address, &admin_token).await;
        let dispatcher = Client::connect(served.address, &dispatcher_token).await;
        for agency_id in ["clinician", "officer"] {
            let agency = pb::CreateAgencyRequest {
                request_id: agency_id.to_owned(),
                jurisdiction_id: st_louis().to_string(),
                agency_id: agency_id.to_owned(),
                name: agency_id.to_owned(),
            };
            admin.admin().create_agency(agency).await.unwrap();
        }
        for place in 0..4 {
            hire(&admin, &dispatcher, place, "clinician", "LCSW").await;
            hire(&admin, &dispatcher, place, "officer", "CIT").await;
        }

        let acknowledged = Mutex::new(BTreeMap::new());
        let unknown = Mutex::new(Vec::new());
        let over = AtomicBool::new(false);
        let load = futures_util::future::join_all((0..8).map(|worker| {
            let (acknowledged, unknown, over, dispatcher) =
                (&acknowledged, &unknown, &over, dispatcher.clone());
            async move {
                for number in (worker..100_000).step_by(8) {
                    if over.load(Ordering::Relaxed) {
                        return;
                    }
                    match dispatcher.dispatch().open_call(call(number)).await {
                        Ok(answer) => {
                            acknowledged.lock().unwrap().insert(number, answer.into_inner());
                        }
                        Err(_) => {
                            unknown.lock().unwrap().push(number);
                            return;
                        }
                    }
                }
            }
        }));
        let kill = async {
            // Under load: when two hundred calls have been acknowledged.
            while acknowledged.lock().unwrap().len() < 200 {
                tokio::task::yield_now().await;
            }
            served.kill();
            over.store(true, Ordering::Relaxed);
        };
        futures_util::future::join(load, kill).await;

        assert!(
            store.check(&st_louis()).await.unwrap().is_clean(),
            "as it was left"
        );
        let again = Served::start(database.url(), &[]);
        let dispatcher = Client::connect(again.address, &dispatcher_token).await;
        for (number, before) in acknowledged.into_inner().unwrap() {
            let after = dispatcher
                .dispatch()
                .open_call(call(number))
                .await
                .unwrap()
                .into_inner();
            assert_eq!(after, before, "acknowledged, so it is there, once");
        }
        for number in unknown.into_inner().unwrap() {
            let once = dispatcher
                .dispatch()
                .open_call(call(number))
                .await
                .unwrap()
                .into_inner();
            let twice = dispatcher
                .dispatch()
                .open_call(call(number))
                .await
                .unwrap()
                .into_inner();
            assert_eq!(once, twice, "unknown, so once or not at all, and asking tells");
        }
        no_offer_is_stuck(&dispatcher).await;
        again.kill();
        store.close().await.unwrap();
    });
}

/// Follows the stream until no offer is past its deadline by more than five seconds.
async fn no_offer_is_stuck(dispatcher: &Client) {
    use pb::watch_assignments_response::Heard;
    let request = pb::WatchAssignmentsRequest::default();
    let mut stream = dispatcher
        .streaming()
        .watch_assignments(request)
        .await
        .unwrap()
        .into_inner();
    let mut assignments = BTreeMap::new();
    let settled = async {
        loop {
            match stream.message().await.unwrap().unwrap().heard.unwrap() {
                Heard::Snapshot(snapshot) => {
                    let known = snapshot.assignments.into_iter();
                    assignments.extend(known.map(|one| (one.assignment_id.clone(), one)));
                }
                Heard::Update(update) => {
                    for event in update.events {
                        if let Some(pb::event::After::Assignment(one)) = event.after {
                            assignments.insert(one.assignment_id.clone(), one);
                        }
                    }
                }
                Heard::Checkpoint(_) => {}
            }
            let stuck = assignments.values().flat_map(|one| &one.members).any(|member| {
                let by = member.answer_by.map(|by| Moment::from_seconds(by.seconds));
                member.state() == pb::MemberState::Offered && by.is_some_and(|by| by.plus_seconds(5) < now())
            });
            if !stuck {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), settled)
        .await
        .expect("every offer has come to its end");
}
