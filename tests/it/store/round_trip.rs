//! What went in comes out.

use std::collections::BTreeMap;

use tandem::board::{After, EventKind, Position, Reply};
use tandem::dispatch::{CallState, MemberState};
use tandem::moment::Moment;
use tandem::roster::{Note, NoteKind};

use super::values::{self, agency, called, duty, event, hired, jurisdiction_id, sent};
use super::world::World;
use crate::harness::on_each_database;

#[test]
fn the_board_read_from_the_tables_is_the_board_the_events_made() {
    on_each_database(async |database| {
        let mut world = World::create(database.store().await).await;
        fill(&mut world).await;
        let (head, board) = world.store.load(&jurisdiction_id()).await.unwrap();
        assert_eq!(board, world.board);
        assert_eq!((head.revision, head.last_at), (world.board.revision, world.at));
        assert_eq!(board.assignments.len(), 1);
        assert_eq!(board.turns.len(), 1);
        let [note] = &world.notes[..] else {
            panic!("one note")
        };
        let words = world.store.notes(&jurisdiction_id(), note.responder_id).await;
        assert_eq!(words.unwrap(), BTreeMap::from([(note.kind, note.body.clone())]));
    });
}

#[test]
fn every_entry_comes_out_of_the_journal_as_it_went_in() {
    on_each_database(async |database| {
        let mut world = World::create(database.store().await).await;
        let written = fill(&mut world).await;
        let entries = async |after, limit| {
            let read = world
                .store
                .entries(&jurisdiction_id(), after, limit)
                .await
                .unwrap();
            read.into_iter().map(|(entry, _)| entry).collect::<Vec<_>>()
        };
        assert_eq!(entries(0, 100).await, written);
        assert_eq!(entries(1, 1).await, written[1..2]);
    });
}

#[test]
fn texts_and_matches_come_out_as_they_went_in() {
    on_each_database(async |database| {
        let mut world = World::create(database.store().await).await;
        let mut call = world.call(1);
        let texts = [
            world.text(call.id, "hears voices; \u{1F9E0} \"quoted\" \\ and a line\nbreak"),
            world.text(call.id, ""),
        ];
        let matches = [world.stored_match(call.id), world.stored_match(call.id)];
        call.match_id = Some(matches[1].id);
        let entry = world.entry(vec![called(&call)]);
        world.write(&[entry], &texts, &matches, &[]).await.unwrap();
        let (store, at) = (&world.store, jurisdiction_id());
        assert_eq!(store.texts_of_call(&at, &call).await.unwrap(), texts);
        assert_eq!(
            store.text(&at, texts[0].id).await.unwrap(),
            Some(texts[0].clone())
        );
        assert_eq!(
            store.stored_match(&at, matches[0].id).await.unwrap(),
            Some(matches[0].clone())
        );
        assert_eq!(
            store.latest_match(&at, call.id).await.unwrap(),
            Some(matches[1].clone())
        );
    });
}

#[test]
fn an_older_position_never_replaces_a_newer_one() {
    on_each_database(async |database| {
        let mut world = World::create(database.store().await).await;
        let (mover, sitter) = (world.hire().await, world.hire().await);
        let position = |seconds, accuracy_meters| Position {
            point: values::point(),
            at: Moment::from_seconds(seconds),
            accuracy_meters,
            stationary: accuracy_meters.is_none(),
        };
        let (store, at) = (&world.store, jurisdiction_id());
        let first = BTreeMap::from([(mover, position(10, Some(5))), (sitter, position(10, None))]);
        store.save_positions(&at, &first).await.unwrap();
        let second = BTreeMap::from([(mover, position(12, Some(7))), (sitter, position(9, Some(9)))]);
        store.save_positions(&at, &second).await.unwrap();
        let kept = store.positions(&at).await.unwrap();
        assert_eq!(
            kept,
            BTreeMap::from([(mover, second[&mover]), (sitter, first[&sitter])])
        );
        store.forget_position(&at, sitter).await.unwrap();
        store.save_positions(&at, &BTreeMap::new()).await.unwrap();
        assert_eq!(store.positions(&at).await.unwrap().len(), 1);
    });
}

/// Puts one of everything into the world, in one batch of several entries and with every table touched.
pub(super) async fn fill(world: &mut World) -> Vec<tandem::board::Entry> {
    let clinician = world.responder();
    let mut retired = world.responder();
    retired.retired_at = Some(world.at);
    retired.base = None;
    let shift = world.shift(Some(clinician.id));
    let mut open_shift = world.shift(None);
    let pattern = world.pattern(clinician.id);
    let sheet = world.timesheet(clinician.id);
    open_shift.origin = Some(values::origin(&pattern, &open_shift));
    open_shift.acknowledged = Some(values::acknowledgement(world.at));
    let request = world.request(clinician.id, &open_shift);
    let mut void = world.request(clinician.id, &open_shift);
    void.ended = Some(values::ending(world.at));
    let mut swap = world.request(clinician.id, &shift);
    swap.wish = values::swap(&shift, retired.id, &open_shift);
    let mut leave = world.request(clinician.id, &shift);
    leave.wish = values::leave_of_absence(world.at);
    let area = values::area(&mut world.ids, world.at);
    let mut removed = values::area(&mut world.ids, world.at);
    removed.removed = true;
    let mut jurisdiction = world.board.jurisdiction.clone();
    jurisdiction.version = 2;
    jurisdiction.policy.rest_seconds = 900;
    let list = values::on_call_list(&mut world.ids, clinician.id, world.at);
    let roster = world.entry(vec![
        event(
            EventKind::JurisdictionChanged,
            After::Jurisdiction(Box::new(jurisdiction)),
        ),
        event(EventKind::AgencyCreated, After::Agency(agency())),
        event(EventKind::AreaChanged, After::Area(area)),
        event(EventKind::AreaRemoved, After::Area(removed)),
        hired(clinician.clone()),
        hired(retired),
        event(EventKind::ShiftPublished, After::Shift(Box::new(shift))),
        event(EventKind::ShiftCreated, After::Shift(Box::new(open_shift))),
        event(EventKind::PatternCreated, After::Pattern(Box::new(pattern))),
        event(EventKind::ShiftRequested, After::Request(Box::new(request))),
        event(EventKind::RequestVoid, After::Request(Box::new(void))),
        event(EventKind::SwapAccepted, After::Request(Box::new(swap))),
        event(EventKind::RequestApproved, After::Request(Box::new(leave))),
        event(EventKind::HoursRecorded, After::Timesheet(Box::new(sheet))),
        event(EventKind::CallBackAttempted, After::OnCallList(Box::new(list))),
        event(
            EventKind::OffShiftChanged,
            After::OffShift(Box::new(values::off_shift(clinician.id, world.at))),
        ),
        event(EventKind::DutyChanged, After::Duty(clinician.id, duty(world.at))),
    ]);

    let mut call = world.call(41);
    let matches = [world.stored_match(call.id)];
    call.match_id = Some(matches[0].id);
    let mut members = vec![world.member(clinician.id, MemberState::Declined)];
    members.push(world.member(clinician.id, MemberState::OnScene));
    let assignment = world.assignment(&mut call, members);
    call.state = CallState::OnScene;
    let mut bare = world.call(42);
    bare.point = None;
    bare.external_references.clear();
    bare.waiting_since = None;
    let alert = world.alert(Some(call.id));
    let dispatch = world.entry(vec![
        called(&call),
        called(&bare),
        sent(&assignment, clinician.id),
        event(EventKind::AlertRaised, After::Alert(alert)),
    ]);

    let texts = [world.text(call.id, "fictional")];
    world.notes = vec![Note {
        responder_id: clinician.id,
        kind: NoteKind::Phone,
        body: "+1 314 555 0147".to_owned(),
    }];
    let replies = [world.reply(
        "r-1",
        Reply::Call(Box::new(call), Some(Box::new(assignment)), None),
    )];
    let entries = vec![roster, dispatch];
    world.write(&entries, &texts, &matches, &replies).await.unwrap();
    entries
}
