//! What becomes of a write whose end nobody heard, and of a journal that is not the one it was.

use tandem::grpc::pb;
use tandem::grpc::pb::watch_assignments_response::Heard;
use tonic::{Code, Status, Streaming};

use crate::harness::town::{Town, reason};
use crate::harness::wire_cutter::Cut;
use crate::harness::{Database, on_each_database_to_damage, on_postgres};

async fn revisions(database: &Database, request_id: &str) -> usize {
    let sql = format!("SELECT operation_id FROM journal WHERE request_id = '{request_id}'");
    database.texts(&sql).await.len()
}

#[test]
fn a_commit_whose_answer_is_lost_is_found_out_and_answered() {
    on_postgres(async |database| {
        let wire = database.wire();
        let town = Town::open(&database.over(&wire), 1, 1).await;
        let asked = town.call(3);
        wire.cut(Cut::AfterCommit);
        let mut dispatch = town.dispatcher.dispatch();
        let opened = dispatch.open_call(asked.clone()).await.unwrap().into_inner();
        assert!(wire.is_cut());
        assert_eq!(revisions(database, &asked.request_id).await, 1);
        let again = dispatch.open_call(asked.clone()).await.unwrap().into_inner();
        assert_eq!(again, opened);
        assert_eq!(revisions(database, &asked.request_id).await, 1);
        town.close().await;
    });
}

#[test]
fn a_commit_that_never_arrived_is_not_acknowledged_and_may_be_asked_again() {
    on_postgres(async |database| {
        let wire = database.wire();
        let town = Town::open(&database.over(&wire), 1, 1).await;
        let asked = town.call(3);
        wire.cut(Cut::BeforeCommit);
        let mut dispatch = town.dispatcher.dispatch();
        let refused = dispatch.open_call(asked.clone()).await.unwrap_err();
        assert!(wire.is_cut());
        assert_eq!(
            (refused.code(), reason(&refused)),
            (Code::Unavailable, "STORE_UNAVAILABLE".to_owned())
        );
        assert_eq!(revisions(database, &asked.request_id).await, 0);
        dispatch.open_call(asked.clone()).await.unwrap();
        assert_eq!(revisions(database, &asked.request_id).await, 1);
        town.close().await;
    });
}

/// As if the database had been restored from a copy in which the last revision was another one.
async fn restore(database: &Database) {
    let other = "f".repeat(64);
    for sql in [
        format!("UPDATE journal SET hash = '{other}' WHERE revision = (SELECT revision FROM heads)"),
        format!("UPDATE heads SET hash = '{other}'"),
    ] {
        assert_eq!(database.execute(&sql).await.unwrap(), 1);
    }
}

async fn watch(town: &Town, resume_token: &str) -> Result<Streaming<pb::WatchAssignmentsResponse>, Status> {
    let request = pb::WatchAssignmentsRequest {
        resume_token: resume_token.to_owned(),
        ..Default::default()
    };
    let watched = town.dispatcher.streaming().watch_assignments(request).await;
    watched.map(tonic::Response::into_inner)
}

/// Whoever listens is told to start again, and his token is of no use any more.
async fn hears_of_a_new_epoch(town: &Town, mut stream: Streaming<pb::WatchAssignmentsResponse>) {
    let Some(Heard::Snapshot(snapshot)) = stream.message().await.unwrap().unwrap().heard else {
        panic!("a snapshot comes first")
    };
    let ended = stream.message().await.unwrap_err();
    assert_eq!(reason(&ended), "RESUME_TOKEN_OF_ANOTHER_EPOCH");
    let refused = watch(town, &snapshot.resume_token).await.unwrap_err();
    assert_eq!(reason(&refused), "RESUME_TOKEN_OF_ANOTHER_EPOCH");
    let mut fresh = watch(town, "").await.unwrap();
    let Some(Heard::Snapshot(snapshot)) = fresh.message().await.unwrap().unwrap().heard else {
        panic!("a snapshot comes first")
    };
    assert!(watch(town, &snapshot.resume_token).await.is_ok());
}

#[test]
fn another_history_begins_a_new_epoch_with_the_next_write() {
    on_each_database_to_damage(async |database| {
        let town = Town::open(database, 1, 1).await;
        let stream = watch(&town, "").await.unwrap();
        restore(database).await;
        let asked = town.call(3);
        town.dispatcher.dispatch().open_call(asked.clone()).await.unwrap();
        assert_eq!(revisions(database, &asked.request_id).await, 1);
        hears_of_a_new_epoch(&town, stream).await;
        town.close().await;
    });
}

#[test]
fn another_history_begins_a_new_epoch_also_when_all_that_is_asked_is_refused() {
    on_each_database_to_damage(async |database| {
        let town = Town::open(database, 1, 1).await;
        let opened = town.open_call(3).await;
        let stream = watch(&town, "").await.unwrap();
        restore(database).await;
        let (late, assignment) = (&town.officers[0], opened.assignment.unwrap());
        town.accept(late, &assignment.call_id).await.unwrap_err();
        hears_of_a_new_epoch(&town, stream).await;
        town.close().await;
    });
}

#[test]
fn a_node_that_only_listens_hears_of_another_history_too() {
    on_postgres(async |database| {
        let town = Town::open(database, 1, 1).await;
        let listening = Town::beside(database, &town).await;
        let stream = watch(&listening, "").await.unwrap();
        let true_hash = database.texts("SELECT hash FROM heads").await.remove(0);
        restore(database).await;
        hears_of_a_new_epoch(&listening, stream).await;
        listening.close().await;
        town.close().await;
        // Nothing was written meanwhile; the tables are made whole again for the check.
        let sql =
            format!("UPDATE journal SET hash = '{true_hash}' WHERE revision = (SELECT revision FROM heads)");
        database.execute(&sql).await.unwrap();
        let sql = format!("UPDATE heads SET hash = '{true_hash}'");
        database.execute(&sql).await.unwrap();
    });
}
