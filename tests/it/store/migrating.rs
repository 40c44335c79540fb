//! Opening a database and making its tables.

use tandem::store::{Backend, Store, StoreError};

use super::round_trip::fill;
use super::world::World;
use crate::harness::{on_each_database, on_each_empty_database};

#[test]
fn many_that_migrate_at_once_all_find_it_done() {
    on_each_empty_database(async |database| {
        assert!(
            !database
                .store()
                .await
                .pending_migrations()
                .await
                .unwrap()
                .is_empty()
        );
        let url = database.url().to_owned();
        let all: Vec<_> = (0..8)
            .map(|_| {
                let url = url.clone();
                tokio::spawn(async move {
                    let store = Store::connect(&url).await.unwrap();
                    let outcome = store.migrate().await;
                    store.close().await.unwrap();
                    outcome
                })
            })
            .collect();
        for one in all {
            assert_eq!(one.await.unwrap(), Ok(()));
        }
        let store = database.store().await;
        assert_eq!(store.pending_migrations().await.unwrap(), [""; 0]);
        fill(&mut World::create(store).await).await;
    });
}

#[test]
fn a_migration_that_fails_half_way_leaves_nothing_behind() {
    on_each_empty_database(async |database| {
        let store = database.store().await;
        // Something stands where the second table of a migration would come.
        database.execute("CREATE TABLE heads (x int)").await.unwrap();
        assert!(store.migrate().await.is_err());
        assert_eq!(database.tables().await, ["heads"]);
        database.execute("DROP TABLE heads").await.unwrap();
        store.migrate().await.unwrap();
        assert_eq!(store.pending_migrations().await.unwrap(), [""; 0]);
    });
}

#[test]
fn what_is_committed_is_synced_first() {
    on_each_database(async |database| {
        let durability = database.store().await.durability().await.unwrap();
        assert!(durability.synced, "{durability:?}");
        let expected: &[(&str, &str)] = match database.backend() {
            Backend::Sqlite => &[("journal_mode", "wal"), ("synchronous", "2")],
            Backend::Postgres => &[
                ("fsync", "on"),
                ("synchronous_commit", "on"),
                ("full_page_writes", "on"),
            ],
        };
        let read: Vec<(&str, &str)> = durability
            .settings
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        assert_eq!(read, expected);
    });
}

#[test]
fn what_is_in_the_database_is_there_when_it_is_opened_again() {
    on_each_database(async |database| {
        let mut world = World::create(database.store().await).await;
        fill(&mut world).await;
        let before = world.store.checksum().await.unwrap();
        world.store.close().await.unwrap();
        assert!(matches!(
            world.store.checksum().await,
            Err(StoreError::Unavailable(_))
        ));
        let again = database.store().await;
        again.migrate().await.unwrap();
        assert_eq!(again.checksum().await.unwrap(), before);
    });
}

#[tokio::test]
async fn an_address_that_cannot_be_right_is_refused_at_once() {
    for url in [
        "",
        "mysql://x",
        "sqlite::memory:",
        "sqlite:",
        "sqlite:a?mode=memory",
        "tandem.db",
    ] {
        let refused = Store::connect(url).await.map(|_| ());
        assert!(
            matches!(refused, Err(StoreError::Unusable(_))),
            "{url}: {refused:?}"
        );
    }
}
