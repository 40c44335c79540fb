//! Moving the floor.

use tandem::board::Reply;

use super::round_trip::fill;
use super::values::{called, jurisdiction_id, key};
use super::world::World;
use crate::harness::on_each_database;

#[test]
fn pruning_moves_the_floor_and_the_story_stays_the_same() {
    on_each_database(async |database| {
        let mut world = World::create(database.store().await).await;
        fill(&mut world).await;
        let kept_from = world.at;
        let call = world.call(60);
        let entry = world.entry(vec![called(&call)]);
        let reply = world.reply("r-2", Reply::Done);
        world
            .write(std::slice::from_ref(&entry), &[], &[], &[reply])
            .await
            .unwrap();

        let head = world.store.prune(&jurisdiction_id(), kept_from).await.unwrap();
        assert_eq!((head.floor_revision, head.revision), (1, 3));
        assert_eq!(world.store.head(&jurisdiction_id()).await.unwrap(), head);
        assert!(world.store.check(&jurisdiction_id()).await.unwrap().is_clean());
        assert_eq!(
            world.store.entries(&jurisdiction_id(), 2, 10).await.unwrap(),
            [(entry, head.hash)]
        );

        let head = world
            .store
            .prune(&jurisdiction_id(), world.at.plus_seconds(1))
            .await
            .unwrap();
        assert_eq!(head.floor_revision, 3);
        assert_eq!(world.store.entries(&jurisdiction_id(), 0, 10).await.unwrap(), []);
        let writing = world.store.begin(&jurisdiction_id()).await.unwrap();
        assert!(
            writing
                .replies(&[key("r-1"), key("r-2")])
                .await
                .unwrap()
                .is_empty()
        );
        assert_eq!(
            world.store.hash_at(&jurisdiction_id(), 3).await.unwrap(),
            Some(head.hash.clone())
        );
        writing.rollback().await.unwrap();

        // What follows is recorded as before.
        let call = world.call(61);
        assert_eq!(world.record(vec![called(&call)]).await.unwrap().revision, 4);
        assert_eq!(world.store.load(&jurisdiction_id()).await.unwrap().1, world.board);
    });
}

#[test]
fn pruning_again_changes_nothing() {
    on_each_database(async |database| {
        let mut world = World::create(database.store().await).await;
        fill(&mut world).await;
        world.store.prune(&jurisdiction_id(), world.at).await.unwrap();
        let before = world.store.checksum().await.unwrap();
        world.store.prune(&jurisdiction_id(), world.at).await.unwrap();
        assert_eq!(world.store.checksum().await.unwrap(), before);
    });
}
