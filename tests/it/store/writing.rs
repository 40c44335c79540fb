//! One transaction, one head, once or not at all.

use tandem::board::{After, EventKind, Recalled, Reply};
use tandem::dispatch::{CallState, MemberState, Named};
use tandem::store::{Backend, Batch, StoreError};

use super::round_trip::fill;
use super::values::{called, event, jurisdiction, jurisdiction_id, key, reference, sent};
use super::world::World;
use crate::harness::on_each_database;

#[test]
fn a_write_that_is_dropped_changes_nothing() {
    on_each_database(async |database| {
        let mut world = World::create(database.store().await).await;
        fill(&mut world).await;
        let before = world.store.checksum().await.unwrap();
        let call = world.call(50);
        let entry = world.entry(vec![called(&call)]);
        for rolled_back in [true, false] {
            let mut writing = world.store.begin(&jurisdiction_id()).await.unwrap();
            let batch = Batch {
                entries: std::slice::from_ref(&entry),
                board: &world.board,
                texts: &[],
                notes: &[],
                matches: &[],
                replies: &[],
            };
            writing.append(&batch).await.unwrap();
            assert_eq!(writing.head().revision, entry.revision);
            if rolled_back {
                writing.rollback().await.unwrap();
            } else {
                drop(writing);
            }
            assert_eq!(world.store.checksum().await.unwrap(), before);
        }
        world.write(&[entry], &[], &[], &[]).await.unwrap();
        assert_ne!(world.store.checksum().await.unwrap(), before);
    });
}

#[test]
fn a_second_writer_waits_and_then_reads_what_the_first_wrote() {
    on_each_database(async |database| {
        let mut world = World::create(database.store().await).await;
        let other_node = database.store().await;
        let call = world.call(1);
        let entry = world.entry(vec![called(&call)]);
        let mut first = world.store.begin(&jurisdiction_id()).await.unwrap();
        let second = tokio::spawn(async move { other_node.begin(&jurisdiction_id()).await });
        let batch = Batch {
            entries: std::slice::from_ref(&entry),
            board: &world.board,
            texts: &[],
            notes: &[],
            matches: &[],
            replies: &[],
        };
        first.append(&batch).await.unwrap();
        assert!(!second.is_finished());
        let head = first.commit().await.unwrap();
        let second = second.await.unwrap().unwrap();
        assert_eq!(second.head(), &head);
        assert_eq!(second.entries_after(0).await.unwrap(), [entry]);
        second.rollback().await.unwrap();
    });
}

#[test]
fn nobody_is_in_two_active_memberships_whatever_the_caller_says() {
    on_each_database(async |database| {
        let mut world = World::create(database.store().await).await;
        let who = world.hire().await;
        let (mut first, mut second) = (world.call(1), world.call(2));
        (first.state, second.state) = (CallState::Offered, CallState::Offered);
        let offered = vec![world.member(who, MemberState::Offered)];
        let mut one = world.assignment(&mut first, offered.clone());
        let two = world.assignment(&mut second, offered);
        world.record(vec![called(&first), sent(&one, who)]).await.unwrap();

        let before = world.store.checksum().await.unwrap();
        let board = world.board.clone();
        let twice = world.record(vec![called(&second), sent(&two, who)]).await;
        assert!(matches!(twice, Err(StoreError::Conflict(_))), "{twice:?}");
        assert_eq!(world.store.checksum().await.unwrap(), before);

        // Leaving the one and entering the other in one batch is a move, in whatever order the rows come.
        world.board = board;
        one.members[0].state = MemberState::Reassigned;
        first.state = CallState::Open;
        let moved = vec![called(&second), sent(&two, who), called(&first), sent(&one, who)];
        world.record(moved).await.unwrap();
    });
}

#[test]
fn one_name_of_another_system_belongs_to_one_call() {
    on_each_database(async |database| {
        let mut world = World::create(database.store().await).await;
        let first = world.call(1);
        let mut second = world.call(2);
        second.external_references = first.external_references.clone();
        world.record(vec![called(&first)]).await.unwrap();
        let twice = world.record(vec![called(&second)]).await;
        assert!(matches!(twice, Err(StoreError::Conflict(_))), "{twice:?}");
    });
}

#[test]
fn entries_that_do_not_follow_the_head_are_not_written() {
    on_each_database(async |database| {
        let mut world = World::create(database.store().await).await;
        let call = world.call(1);
        let entry = world.entry(vec![called(&call)]);
        let before = world.store.checksum().await.unwrap();
        let mut ahead = entry.clone();
        ahead.revision = 2;
        let mut earlier = entry.clone();
        earlier.at = earlier.at.plus_seconds(-3600);
        let mut empty = entry.clone();
        empty.events.clear();
        for wrong in [ahead, earlier, empty] {
            let outcome = world.write(&[wrong], &[], &[], &[]).await;
            assert!(matches!(outcome, Err(StoreError::Corrupt(_))), "{outcome:?}");
        }
        assert_eq!(world.store.checksum().await.unwrap(), before);
    });
}

#[test]
fn an_answer_is_kept_once_and_found_by_its_request() {
    on_each_database(async |database| {
        let mut world = World::create(database.store().await).await;
        let call = world.call(1);
        let entry = world.entry(vec![called(&call)]);
        let kept = world.reply("r-1", Reply::Call(Box::new(call), None, None));
        world
            .write(&[entry], &[], &[], std::slice::from_ref(&kept))
            .await
            .unwrap();

        let writing = world.store.begin(&jurisdiction_id()).await.unwrap();
        let mut other = key("r-1");
        other.subject = "somebody else".to_owned();
        let found = writing.replies(&[key("r-0"), other, key("r-1")]).await.unwrap();
        assert_eq!(
            found.into_values().collect::<Vec<_>>(),
            std::slice::from_ref(&kept)
        );
        let many: Vec<_> = (0..1_500).map(|n| key(&format!("r-{n}"))).collect();
        assert_eq!(writing.replies(&many).await.unwrap().len(), 1);
        writing.rollback().await.unwrap();

        let again = world.write(&[], &[], &[], &[kept]).await;
        assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
    });
}

#[test]
fn what_has_left_the_board_is_found_by_each_of_its_names() {
    on_each_database(async |database| {
        let mut world = World::create(database.store().await).await;
        let who = world.hire().await;
        let mut call = world.call(7);
        call.state = CallState::Closed;
        call.closed_at = Some(world.at);
        let cleared = vec![world.member(who, MemberState::Cleared)];
        let assignment = world.assignment(&mut call, cleared);
        let mut alert = world.alert(Some(call.id));
        alert.ended_at = Some(world.at);
        world
            .record(vec![called(&call), sent(&assignment, who)])
            .await
            .unwrap();
        assert!(world.board.has(&Named::Assignment(assignment.id)));
        call.filed = true;
        let ended = event(EventKind::AlertEnded, After::Alert(alert.clone()));
        world.record(vec![called(&call), ended]).await.unwrap();
        assert!(!world.board.has(&Named::Assignment(assignment.id)));

        let writing = world.store.begin(&jurisdiction_id()).await.unwrap();
        let of_call = Recalled {
            call: Some(call.clone()),
            assignments: vec![assignment.clone()],
            alert: None,
        };
        let with_alert = Recalled {
            alert: Some(alert.clone()),
            ..of_call.clone()
        };
        for (named, expected) in [
            (Named::Call(call.id), Some(of_call.clone())),
            (Named::Assignment(assignment.id), Some(of_call.clone())),
            (Named::Reference(reference("cad", "24-7")), Some(of_call)),
            (Named::Reference(reference("cad", "24-8")), None),
            (Named::Alert(alert.id), Some(with_alert)),
        ] {
            assert_eq!(writing.recall(&named).await.unwrap(), expected, "{named:?}");
        }
        writing.rollback().await.unwrap();
    });
}

#[test]
fn a_call_that_comes_back_leaves_its_old_assignments_in_the_tables() {
    on_each_database(async |database| {
        let mut world = World::create(database.store().await).await;
        let who = world.hire().await;
        let mut call = world.call(1);
        (call.state, call.closed_at) = (CallState::Closed, Some(world.at));
        let cleared = vec![world.member(who, MemberState::Cleared)];
        let old = world.assignment(&mut call, cleared);
        world.record(vec![called(&call), sent(&old, who)]).await.unwrap();
        let mut back = call.clone();
        (back.state, back.closed_at, back.assignment_id) = (CallState::Open, None, None);
        call.filed = true;
        // Filed and back in one batch, and then with a new assignment: the tables show what the events made.
        let filed = world.entry(vec![called(&call)]);
        let revived = world.entry(vec![called(&back)]);
        world.write(&[filed, revived], &[], &[], &[]).await.unwrap();
        assert!(world.board.assignments.is_empty());
        assert_eq!(world.store.load(&jurisdiction_id()).await.unwrap().1, world.board);
        let offered = vec![world.member(who, MemberState::Offered)];
        let new = world.assignment(&mut back, offered);
        back.state = CallState::Offered;
        world.record(vec![called(&back), sent(&new, who)]).await.unwrap();
        assert_eq!(world.store.load(&jurisdiction_id()).await.unwrap().1, world.board);
        let writing = world.store.begin(&jurisdiction_id()).await.unwrap();
        let recalled = writing.recall(&Named::Assignment(old.id)).await.unwrap().unwrap();
        writing.rollback().await.unwrap();
        // What is still on the board is not among it: it would be put away with the rest.
        assert_eq!(recalled.assignments, [old]);
        assert_eq!(recalled.call, Some(back));
    });
}

#[test]
fn a_jurisdiction_is_created_once() {
    on_each_database(async |database| {
        let world = World::create(database.store().await).await;
        let head = world.store.head(&jurisdiction_id()).await.unwrap();
        assert_eq!((head.revision, head.epoch, head.floor_revision), (0, 1, 0));
        let again = world
            .store
            .create_jurisdiction(&jurisdiction(), world.at, &[])
            .await;
        assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
        assert_eq!(world.store.jurisdictions().await.unwrap(), [jurisdiction()]);
        let elsewhere = "kansas-city".parse().unwrap();
        let unknown = world.store.begin(&elsewhere).await.map(|_| ());
        assert_eq!(unknown, Err(StoreError::NoSuchJurisdiction(elsewhere)));
    });
}

#[test]
fn a_new_epoch_is_kept_without_a_new_revision() {
    on_each_database(async |database| {
        let world = World::create(database.store().await).await;
        let mut writing = world.store.begin(&jurisdiction_id()).await.unwrap();
        writing.start_epoch();
        writing.commit().await.unwrap();
        let head = world.store.head(&jurisdiction_id()).await.unwrap();
        assert_eq!((head.revision, head.epoch), (0, 2));
    });
}

#[test]
fn a_node_that_stands_still_loses_the_head_and_writes_nothing_more() {
    on_each_database(async |database| {
        if database.backend() == Backend::Sqlite {
            // One file has one node.
            return;
        }
        let mut world = World::create(database.store().await).await;
        let other_node = database.store().await;
        let call = world.call(1);
        let entry = world.entry(vec![called(&call)]);
        let batch = Batch {
            entries: std::slice::from_ref(&entry),
            board: &world.board,
            texts: &[],
            notes: &[],
            matches: &[],
            replies: &[],
        };
        let mut frozen = world.store.begin(&jurisdiction_id()).await.unwrap();
        frozen.append(&batch).await.unwrap();
        let mut tries = 0;
        let writing = loop {
            match other_node.begin(&jurisdiction_id()).await {
                Ok(writing) => break writing,
                Err(error) => assert!(matches!(error, StoreError::Unavailable(_)), "{error}"),
            }
            tries += 1;
            assert!(tries < 5, "a frozen node holds the head for ever");
        };
        assert_eq!(writing.head().revision, 0);
        writing.rollback().await.unwrap();
        let late = frozen.commit().await;
        assert!(matches!(late, Err(StoreError::Unavailable(_))), "{late:?}");
        assert_eq!(world.store.head(&jurisdiction_id()).await.unwrap().revision, 0);
        world.write(&[entry], &[], &[], &[]).await.unwrap();
    });
}

#[test]
fn a_write_in_which_something_failed_cannot_be_committed() {
    on_each_database(async |database| {
        let mut world = World::create(database.store().await).await;
        let call = world.call(1);
        let entry = world.entry(vec![called(&call)]);
        let kept = world.reply("r-1", Reply::Done);
        world
            .write(&[entry], &[], &[], std::slice::from_ref(&kept))
            .await
            .unwrap();
        let before = world.store.checksum().await.unwrap();
        let mut writing = world.store.begin(&jurisdiction_id()).await.unwrap();
        let (kept_again, call) = ([world.reply("r-2", Reply::Done), kept], world.call(2));
        let entry = world.entry(vec![called(&call)]);
        let batch = Batch {
            entries: &[entry],
            board: &world.board,
            texts: &[],
            notes: &[],
            matches: &[],
            replies: &kept_again,
        };
        writing.append(&batch).await.unwrap_err();
        writing.commit().await.unwrap_err();
        assert_eq!(world.store.checksum().await.unwrap(), before);
    });
}
