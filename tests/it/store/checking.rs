//! What `check` and `checksum` notice.

use std::collections::BTreeMap;

use tandem::board::Position;
use tandem::id::{CalendarAddressId, TokenId};
use tandem::store::{CalendarAddress, Token};
use tandem::transfer::calendar::CalendarOf;

use super::round_trip::fill;
use super::values::{jurisdiction_id, point};
use super::world::World;
use crate::harness::{on_each_database, on_each_database_to_damage};

#[test]
fn whatever_is_changed_behind_the_journal_is_found() {
    for (damage, found) in [
        (
            "UPDATE calls SET incident_type = 'OD' WHERE number = 41",
            "incident_type",
        ),
        ("UPDATE calls SET filed = true WHERE number = 42", "board.calls"),
        ("UPDATE responders SET call_sign = 'X'", "call_sign"),
        ("UPDATE turns SET last_sent_at = 5", "board.turns"),
        (
            "UPDATE members SET eta_seconds = 1 WHERE active",
            "members[1].eta_seconds",
        ),
        (
            "UPDATE members SET active = false WHERE active",
            "its column active says false",
        ),
        ("DELETE FROM credentials", "credentials"),
        ("DELETE FROM call_references", "external_references"),
        (
            "UPDATE assignments SET ended_at = 1",
            "has ended and has active members",
        ),
        (
            "UPDATE journal SET method = 'CancelCall' WHERE revision = 1",
            "the hash is not that of the entry",
        ),
        ("DELETE FROM journal WHERE revision = 1", "revision 2 follows 0"),
        (
            "DELETE FROM journal WHERE revision = 2",
            "the journal ends at 1, the head says 2",
        ),
        (
            "UPDATE heads SET revision = 3",
            "the journal ends at 2, the head says 3",
        ),
        ("UPDATE heads SET hash = 'x'", "the head's hash"),
        ("UPDATE heads SET floor_revision = 1", "the floor is at 0"),
        ("DELETE FROM matches", "its match"),
        ("UPDATE matches SET call_id = 'x'", "its match"),
    ] {
        on_each_database_to_damage(async |database| {
            let mut world = World::create(database.store().await).await;
            fill(&mut world).await;
            assert_eq!(
                world.store.check(&jurisdiction_id()).await.unwrap().differences,
                [""; 0]
            );
            assert!(database.execute(damage).await.unwrap() > 0, "{damage}");
            let report = world.store.check(&jurisdiction_id()).await.unwrap();
            assert!(
                report
                    .differences
                    .iter()
                    .any(|difference| difference.contains(found)),
                "{damage}: {:#?}",
                report.differences
            );
        });
    }
}

#[test]
fn an_index_that_guards_nobody_any_more_is_found() {
    on_each_database_to_damage(async |database| {
        let world = World::create(database.store().await).await;
        database.execute("DROP INDEX members_one_active").await.unwrap();
        let found = world.store.check(&jurisdiction_id()).await.unwrap().differences;
        assert_eq!(
            found,
            ["the index members_one_active is missing, or is not unique"]
        );
    });
}

#[test]
fn the_checksum_feels_every_table() {
    on_each_database_to_damage(async |database| {
        let mut world = World::create(database.store().await).await;
        fill(&mut world).await;
        let who = *world.board.responders.keys().next().unwrap();
        let position = Position {
            point: point(),
            at: world.at,
            accuracy_meters: None,
            stationary: false,
        };
        world
            .store
            .save_positions(&jurisdiction_id(), &BTreeMap::from([(who, position)]))
            .await
            .unwrap();
        let token = Token {
            id: TokenId::next(&mut world.ids, world.at),
            secret_hash: String::new(),
            role: tandem::board::Role::Auditor,
            subject: String::new(),
            jurisdiction_id: None,
            agency_id: None,
            responder_id: None,
            device_id: None,
            created_at: world.at,
            expires_at: world.at,
            revoked_at: None,
        };
        world.store.insert_token(&token).await.unwrap();
        let address = CalendarAddress {
            id: CalendarAddressId::next(&mut world.ids, world.at),
            jurisdiction_id: jurisdiction_id(),
            secret_hash: String::new(),
            of: CalendarOf::Responder(who),
            created_by: String::new(),
            request_id: String::new(),
            created_at: world.at,
            revoked_at: None,
        };
        world.store.insert_calendar_address(&address).await.unwrap();

        // A table goes once nothing points at it any more.
        let mut tables = database.tables().await;
        assert!(tables.len() > 20);
        let mut sum = world.store.checksum().await.unwrap();
        while !tables.is_empty() {
            let before = tables.len();
            let mut left = Vec::new();
            for table in tables {
                let Ok(rows) = database.execute(&format!("DELETE FROM {table}")).await else {
                    left.push(table);
                    continue;
                };
                assert!(rows > 0, "{table} was empty");
                let after = world.store.checksum().await.unwrap();
                assert_ne!(after, sum, "{table}");
                sum = after;
            }
            assert!(left.len() < before, "{left:?} cannot be emptied");
            tables = left;
        }
    });
}

#[test]
fn reading_changes_nothing() {
    on_each_database(async |database| {
        let mut world = World::create(database.store().await).await;
        fill(&mut world).await;
        let before = world.store.checksum().await.unwrap();
        world.store.load(&jurisdiction_id()).await.unwrap();
        world.store.check(&jurisdiction_id()).await.unwrap();
        assert_eq!(world.store.checksum().await.unwrap(), before);
        let writing = world.store.begin(&jurisdiction_id()).await.unwrap();
        writing.commit().await.unwrap();
        assert_eq!(world.store.checksum().await.unwrap(), before);
    });
}
