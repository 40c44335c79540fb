//! A table of ten thousand people on its way in, and what it does to whoever dispatches meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tandem::board::{Channel, MARCUS_ALERT, Reply, Role};
use tandem::clock::Clock;
use tandem::desk::{Asked, Center, Desk, Wished};
use tandem::dispatch::command::{CancelCall, OpenCall};
use tandem::transfer::mapping::Mapping;
use tandem::transfer::{Kind, Reading, Surroundings, read};
use tandem::travel::TravelTimes;
use tandem::triage::Acuity;

use crate::ground::city::{city, found};
use crate::ground::count;
use crate::ground::databases::on_each;
use crate::ground::figures::{Latencies, aim, millis};
use crate::ground::sheet::Sheet;
use crate::harness::Database;
use crate::town::point;

/// No dispatch waits longer.
const LONGEST: Duration = Duration::from_millis(250);
/// All of it takes less.
const WHOLE: Duration = Duration::from_secs(10);

pub(crate) fn measure() {
    let rows = count(10_000, 300);
    let mut sheet = Sheet::new(
        &format!("An import of {rows} people, while a call is opened every 20 ms"),
        ["database, night", "whole", "calls", "median", "longest", "aims"],
    );
    for row in on_each(async |database| over(database, rows).await) {
        sheet.row(row);
    }
    sheet.note(
        "A call for a pair is opened with 40 people on shift, and called off. The first night everyone is new, \
         the second nothing has changed, the third every name has.",
    );
    sheet.print();
}

async fn over(database: &Database, rows: usize) -> Vec<[String; 6]> {
    let store = database.store().await;
    let now = Clock::process().now().plus_seconds(-60);
    let town = city(40, now);
    found(&store, &town, now).await;
    let desk = Desk::open(store.clone(), Clock::process(), [1; 16], 72)
        .await
        .unwrap();
    let center = desk.center(&town.board.jurisdiction.id).await.unwrap();
    let mut shown = Vec::new();
    for (night, name) in [("first", "Name"), ("second", "Name"), ("third", "Another")] {
        let started = Instant::now();
        let reading = table(rows, name);
        let importing = {
            let center = Arc::clone(&center);
            let asked = asked(Role::Hr, night.to_owned());
            let wished = Wished {
                dry_run: false,
                apply_good_rows: false,
            };
            tokio::spawn(async move { center.import(asked, reading, wished).await })
        };
        let mut calls = Latencies::default();
        let mut turn = tokio::time::interval(Duration::from_millis(20));
        while !importing.is_finished() {
            turn.tick().await;
            calls.add(opened(&center, &format!("{night}-{}", calls.count())).await);
        }
        let whole = started.elapsed();
        let done = importing.await.unwrap().unwrap();
        assert!(done.applied && done.tally.bad_rows == 0, "{:?}", done.tally);
        let longest = calls.percentile(100);
        let aims = [
            aim("under 10 s", whole < WHOLE),
            aim("no call over 250 ms", longest < LONGEST),
        ];
        shown.push([
            format!("{:?}, {night}", database.backend()),
            millis(whole),
            calls.count().to_string(),
            millis(calls.percentile(50)),
            millis(longest),
            aims.join("; "),
        ]);
    }
    desk.close();
    desk.closed().await;
    store.close().await.unwrap();
    shown
}

fn table(rows: usize, name: &str) -> Reading {
    let lines: String = (0..rows)
        .map(|n| format!("hr/employee/{n:06},slmpd,officer,{name} {n},Night {n}\n"))
        .collect();
    let text = format!("external_references,agency,discipline,name,call_sign\n{lines}");
    let around = Surroundings {
        zone: "America/Chicago",
        area_zones: &BTreeMap::new(),
        bound_to: None,
        replace: None,
    };
    read(Kind::Responders, text.as_bytes(), &Mapping::default(), around).unwrap()
}

fn asked(role: Role, request_id: String) -> Asked {
    Asked {
        subject: "hana".to_owned(),
        role,
        request_id,
        fingerprint: "0123456789abcdef".repeat(4),
        channel: Channel::System,
        occurred_at: None,
    }
}

/// How long opening a call for a pair takes, until it is recorded and matched. Afterwards it is called off.
async fn opened(center: &Arc<Center>, request_id: &str) -> Duration {
    let command = OpenCall {
        source: "911".to_owned(),
        requested_by: String::new(),
        incident_type: "EDP".to_owned(),
        acuity: Acuity {
            scheme: MARCUS_ALERT.to_owned(),
            level: 3,
        },
        hazards: BTreeSet::new(),
        point: Some(point()),
        address: String::new(),
        clinical_narrative: String::new(),
        approach: String::new(),
        callback: None,
        person_references: BTreeSet::new(),
        asked_qualifications: Vec::new(),
        external_references: BTreeSet::new(),
        source_version: 0,
        travel: TravelTimes::default(),
    };
    let started = Instant::now();
    let asked = asked(Role::Dispatcher, request_id.to_owned());
    let answer = center.ask(asked.clone(), command).await.unwrap();
    let took = started.elapsed();
    let Reply::Call(call, _, _) = answer.reply else {
        panic!("{:?}", answer.reply)
    };
    let cancel = CancelCall {
        call_id: call.id,
        reason: "measured".to_owned(),
    };
    center.ask(asked, cancel).await.unwrap();
    took
}
