//! A city of any size, made from the tests' people: on the roster, on shift, signed on and near.

use std::collections::BTreeSet;

use tandem::board::{
    After, Agency, Board, Cause, Channel, Entry, Event, EventKind, Position, Reported, Reporter, Role,
};
use tandem::id::{AgencyId, Ids, OperationId};
use tandem::moment::{Moment, Window};
use tandem::roster::Base;
use tandem::store::{Batch, Store};
use tandem::triage::{CLINICIAN, OFFICER};

use crate::town::{Town, id, north};

/// How many events one entry of the founding carries.
const EVENTS_AN_ENTRY: usize = 64;
/// How many entries one transaction of the founding carries.
const ENTRIES_A_BATCH: usize = 16;

/// So many people, every second a clinician, at the distances that their numbers give, all present at this moment.
pub(crate) fn city(people: u32, at: Moment) -> Town {
    let mut town = Town::new();
    for n in 1..=people {
        if n % 2 == 1 {
            town.hire(n, CLINICIAN, "LCSW");
        } else {
            town.hire(n, OFFICER, "CIT");
        }
        let place = north(i32::try_from(n % 5_000).unwrap());
        let base = Base {
            name: "Station".to_owned(),
            point: place,
        };
        town.responder(n).base = Some(base);
        town.positions.insert(id(n), here(place, at));
        town.shift(n, |shift| {
            shift.planned = Window {
                start: at.plus_seconds(-3600),
                end: at.plus_seconds(11 * 3600),
            };
        });
        town.duty(n).since = at.plus_seconds(-3600);
    }
    town
}

fn here(point: tandem::geo::Point, at: Moment) -> Position {
    Position {
        point,
        at,
        accuracy_meters: None,
        stationary: false,
    }
}

/// Founds the city in a database: through its journal, as everything comes there, though many at once.
pub(crate) async fn found(store: &Store, town: &Town, at: Moment) {
    let jurisdiction = &town.board.jurisdiction;
    store.create_jurisdiction(jurisdiction, at, &[]).await.unwrap();
    let mut board = Board::new(jurisdiction.clone(), at);
    let agency_id: AgencyId = "slmpd".parse().unwrap();
    let agency = Agency {
        id: agency_id.clone(),
        name: "An agency".to_owned(),
        pay_periods: Default::default(),
    };
    let mut events = vec![event(EventKind::AgencyCreated, After::Agency(agency), at)];
    for responder in town.board.responders.values() {
        let after = After::Responder(Box::new(responder.clone()));
        events.push(event(EventKind::ResponderCreated, after, at));
    }
    for shift in town.board.shifts.values() {
        events.push(event(
            EventKind::ShiftPublished,
            After::Shift(Box::new(shift.clone())),
            at,
        ));
    }
    for (responder_id, duty) in &town.board.duty {
        events.push(event(
            EventKind::DutyChanged,
            After::Duty(*responder_id, duty.clone()),
            at,
        ));
    }
    for call in town.board.calls.values() {
        events.push(event(
            EventKind::CallOpened,
            After::Call(Box::new(call.clone())),
            at,
        ));
    }
    append(store, &mut board, events.chunks(EVENTS_AN_ENTRY), at).await;
    store
        .save_positions(&jurisdiction.id, &town.positions)
        .await
        .unwrap();
}

/// Appends entries with these events to the journal of the board.
pub(crate) async fn append<'e>(
    store: &Store,
    board: &mut Board,
    entries: impl Iterator<Item = &'e [Event]>,
    at: Moment,
) {
    // Another seed each time: no two operations share an id.
    let mut ids = Ids::new(u128::from(board.revision + 1).to_be_bytes());
    let mut entries = entries.peekable();
    while entries.peek().is_some() {
        let mut batch = Vec::new();
        for events in entries.by_ref().take(ENTRIES_A_BATCH) {
            let entry = Entry {
                revision: board.revision + 1,
                at,
                operation_id: OperationId::next(&mut ids, at),
                request_id: String::new(),
                cause: Cause {
                    subject: "founder".to_owned(),
                    role: Role::System,
                    method: "Found".to_owned(),
                },
                events: events.to_vec(),
            };
            board.follow(&entry);
            batch.push(entry);
        }
        let mut writing = store.begin(&board.jurisdiction.id).await.unwrap();
        let batch = Batch {
            entries: &batch,
            board,
            texts: &[],
            notes: &[],
            matches: &[],
            replies: &[],
        };
        writing.append(&batch).await.unwrap();
        writing.commit().await.unwrap();
    }
}

/// An event that concerns nobody in particular.
pub(crate) fn event(kind: EventKind, after: After, at: Moment) -> Event {
    Event {
        kind,
        subject: None,
        audience: BTreeSet::new(),
        agency_ids: BTreeSet::new(),
        area_ids: BTreeSet::new(),
        reported: Reported {
            occurred_at: at,
            reporter: Reporter {
                subject: "founder".to_owned(),
                role: Role::System,
                channel: Channel::System,
            },
        },
        flags: BTreeSet::new(),
        implied_by: None,
        credential_id: None,
        after,
    }
}
