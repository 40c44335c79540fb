//! What can become of a call beside its usual course, through the real door.

mod amending;
mod linking;
mod merging;
mod reassigning;
mod reopening;
mod splitting;

use tandem::grpc::pb;
use tonic::Status;

use crate::harness::town::{Client, Member, Town};

/// One threshold of the policy, as this.
async fn cancel(town: &Town, call_id: &str) -> pb::Call {
    let request = pb::CancelCallRequest {
        request_id: town.request_id(),
        call_id: call_id.to_owned(),
        reason: "caller_withdrew".to_owned(),
        channel: pb::Channel::Phone.into(),
        occurred_at: None,
    };
    let answer = town.dispatcher.dispatch().cancel_call(request).await.unwrap();
    answer.into_inner().call.unwrap()
}

async fn reopen(town: &Town, call_id: &str) -> Result<pb::ReopenCallResponse, Status> {
    let request = pb::ReopenCallRequest {
        request_id: town.request_id(),
        call_id: call_id.to_owned(),
        note: "she is back".to_owned(),
        channel: pb::Channel::Phone.into(),
        occurred_at: None,
    };
    let answer = town.dispatcher.dispatch().reopen_call(request).await?;
    Ok(answer.into_inner())
}

/// A call and its assignment.
async fn opened(town: &Town) -> (String, String) {
    let opened = town.open_call(3).await;
    let assignment_id = opened.assignment.map(|one| one.assignment_id);
    (opened.call.unwrap().call_id, assignment_id.unwrap_or_default())
}

/// His latest membership.
fn of<'a>(assignment: &'a pb::Assignment, member: &Member) -> Option<&'a pb::Member> {
    let is = |one: &&pb::Member| one.responder.as_ref().unwrap().responder_id == member.id;
    assignment.members.iter().rev().find(is)
}

/// Where everything that follows now begins, for this client.
async fn mark(client: &Client) -> String {
    heard_since(client, "").await.resume_token
}

/// All that this client hears after the mark.
async fn heard_since(client: &Client, mark: &str) -> pb::ListEventsResponse {
    let request = pb::ListEventsRequest {
        resume_token: mark.to_owned(),
        filter: None,
        page_size: 500,
    };
    let answer = client.streaming().list_events(request).await.unwrap();
    answer.into_inner()
}

/// The kinds of what he hears after the mark, by revision.
async fn kinds_since(client: &Client, mark: &str) -> Vec<Vec<pb::EventKind>> {
    let heard = heard_since(client, mark).await;
    let kinds = |update: &pb::Update| update.events.iter().map(pb::Event::kind).collect();
    heard.updates.iter().map(kinds).collect()
}
