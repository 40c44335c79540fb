//! Lists in pages, tokens.

use std::collections::BTreeMap;

use tandem::board::{After, EventKind, Role};
use tandem::dispatch::{CallState, MemberState};
use tandem::id::TokenId;
use tandem::moment::Window;
use tandem::shift::ShiftState;
use tandem::store::{AssignmentFilter, CallFilter, ShiftFilter, Token};

use super::values::{called, event, jurisdiction_id, sent};
use super::world::World;
use crate::harness::on_each_database;

#[test]
fn pages_of_calls_show_each_once_newest_first() {
    on_each_database(async |database| {
        let mut world = World::create(database.store().await).await;
        let mut calls = Vec::new();
        for number in 1..=7 {
            let mut call = world.call(number);
            // Three opened at the same moment: the id decides among them.
            call.opened_at = world.at.plus_seconds(i64::from(number.max(5)));
            if number % 2 == 0 {
                (call.state, call.closed_at) = (CallState::Closed, Some(world.at));
                call.filed = true;
            }
            calls.push(call);
        }
        let events = calls.iter().map(called).collect();
        world.record(events).await.unwrap();
        calls.sort_by_key(|call| std::cmp::Reverse((call.opened_at, call.id.to_string())));

        let (store, at) = (&world.store, jurisdiction_id());
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = store.calls(&at, &CallFilter::default(), after, 2).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some((last.opened_at, last.id));
            seen.extend(page);
        }
        assert_eq!(seen, calls);

        let closed = CallFilter {
            states: vec![CallState::Closed, CallState::Merged],
            opened: Some(Window {
                start: world.board.at,
                end: calls[0].opened_at,
            }),
            ..CallFilter::default()
        };
        let found = store.calls(&at, &closed, None, 10).await.unwrap();
        let expected: Vec<_> = calls.iter().filter(|call| call.filed).cloned().collect();
        assert_eq!(found, expected);
    });
}

#[test]
fn assignments_are_found_by_call_by_responder_and_by_being_open() {
    on_each_database(async |database| {
        let mut world = World::create(database.store().await).await;
        let (one, two) = (world.hire().await, world.hire().await);
        let (mut first, mut second) = (world.call(1), world.call(2));
        (first.state, second.state) = (CallState::Open, CallState::Offered);
        let left = vec![world.member(one, MemberState::Declined)];
        let mut ended = world.assignment(&mut first, left);
        ended.ended_at = Some(world.at);
        let both = vec![
            world.member(one, MemberState::Offered),
            world.member(two, MemberState::Accepted),
        ];
        let open = world.assignment(&mut second, both);
        let events = vec![
            called(&first),
            called(&second),
            sent(&ended, one),
            sent(&open, two),
        ];
        world.record(events).await.unwrap();
        let (store, at) = (&world.store, jurisdiction_id());
        let found = async |filter: AssignmentFilter| {
            let mut found = store.assignments(&at, &filter, None, 10).await.unwrap();
            found.sort_by_key(|assignment| assignment.ended_at.is_none());
            found
        };
        let all = || AssignmentFilter::default();
        assert_eq!(found(all()).await, [ended.clone(), open.clone()]);
        let of_first = AssignmentFilter {
            call_id: Some(first.id),
            ..all()
        };
        assert_eq!(found(of_first).await, [ended.clone()]);
        let with = |who| AssignmentFilter {
            responder_id: Some(who),
            ..all()
        };
        assert_eq!(found(with(one)).await, [ended.clone(), open.clone()]);
        assert_eq!(found(with(two)).await, std::slice::from_ref(&open));
        let by_open = |open| AssignmentFilter {
            open: Some(open),
            ..all()
        };
        assert_eq!(found(by_open(true)).await, std::slice::from_ref(&open));
        assert_eq!(found(by_open(false)).await, [ended.clone()]);

        let first_page = store.assignments(&at, &all(), None, 1).await.unwrap();
        let after = Some((first_page[0].made_at, first_page[0].id));
        let second_page = store.assignments(&at, &all(), after, 5).await.unwrap();
        assert_eq!(second_page.len(), 1);
        assert_ne!(second_page[0].id, first_page[0].id);
    });
}

#[test]
fn shifts_are_found_by_window_responder_agency_and_state() {
    on_each_database(async |database| {
        let mut world = World::create(database.store().await).await;
        let who = world.hire().await;
        let early = world.shift(Some(who));
        let mut late = world.shift(None);
        late.planned = Window {
            start: early.planned.end,
            end: early.planned.end.plus_seconds(60),
        };
        late.state = ShiftState::Draft;
        late.agency_id = "slmpd".parse().unwrap();
        late.filed = true;
        let events = [&late, &early]
            .map(|shift| event(EventKind::ShiftCreated, After::Shift(Box::new(shift.clone()))));
        world.record(events.into()).await.unwrap();
        let (store, at) = (&world.store, jurisdiction_id());
        let found = async |filter: ShiftFilter| store.shifts(&at, &filter, None, 10).await.unwrap();
        let all = || ShiftFilter::default();
        assert_eq!(found(all()).await, [early.clone(), late.clone()]);
        let mut filter = all();
        filter.overlapping = Some(late.planned);
        assert_eq!(found(filter).await, [late.clone()]);
        let mut filter = all();
        filter.responder_id = Some(who);
        assert_eq!(found(filter).await, std::slice::from_ref(&early));
        let mut filter = all();
        filter.agency_id = Some(late.agency_id.clone());
        assert_eq!(found(filter).await, [late.clone()]);
        let mut filter = all();
        filter.states = vec![ShiftState::Draft];
        assert_eq!(found(filter).await, [late.clone()]);
        let after = Some((early.planned.start, early.id));
        assert_eq!(
            store.shifts(&at, &all(), after, 10).await.unwrap(),
            [late.clone()]
        );
        assert_eq!(store.shift(&at, late.id).await.unwrap(), Some(late));
    });
}

#[test]
fn nothing_of_one_jurisdiction_is_found_in_another() {
    on_each_database(async |database| {
        let mut world = World::create(database.store().await).await;
        super::round_trip::fill(&mut world).await;
        let mut other = super::values::jurisdiction();
        other.id = "kansas-city".parse().unwrap();
        world
            .store
            .create_jurisdiction(&other, world.at, &[])
            .await
            .unwrap();
        let call_id = *world.board.calls.keys().next().unwrap();
        let store = &world.store;
        assert_eq!(store.call(&other.id, call_id).await.unwrap(), None);
        let calls = store.calls(&other.id, &CallFilter::default(), None, 10).await;
        assert_eq!(calls.unwrap(), []);
        let (_, board) = store.load(&other.id).await.unwrap();
        assert_eq!(board, tandem::board::Board::new(other, world.at));
    });
}

#[test]
fn a_token_is_revoked_once() {
    on_each_database(async |database| {
        let mut world = World::create(database.store().await).await;
        let token = |id, role, jurisdiction_id| Token {
            id,
            secret_hash: "ab".repeat(32),
            role,
            subject: "cedar-4".to_owned(),
            jurisdiction_id,
            agency_id: Some("bhr".parse().unwrap()),
            responder_id: None,
            device_id: Some("phone".to_owned()),
            created_at: world.at,
            expires_at: world.at.plus_seconds(3600),
            revoked_at: None,
        };
        let (first, second) = (
            TokenId::next(&mut world.ids, world.at),
            TokenId::next(&mut world.ids, world.at.plus_seconds(1)),
        );
        let mut kept = token(first, Role::Responder, Some(jurisdiction_id()));
        let other = token(second, Role::Admin, None);
        world.store.insert_token(&kept).await.unwrap();
        world.store.insert_token(&other).await.unwrap();
        let unknown = TokenId::next(&mut world.ids, world.at.plus_seconds(2));
        let asked = [first, unknown].into_iter().collect();
        let found = world.store.tokens_of(&asked).await.unwrap();
        assert_eq!(found, BTreeMap::from([(first, kept.clone())]));
        assert!(world.store.revoke_token(first, world.at).await.unwrap());
        assert!(
            !world
                .store
                .revoke_token(first, world.at.plus_seconds(9))
                .await
                .unwrap()
        );
        kept.revoked_at = Some(world.at);
        assert_eq!(world.store.tokens().await.unwrap(), [kept, other]);
    });
}
