//! Pages, filters and resume tokens.

use tandem::grpc::pb;
use tonic::Code;

use super::{Row, World, asks, at, damaged, invalid, refused};
use crate::harness::town::{by_id, st_louis};

pub(super) async fn rows<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let mut rows = pages(world).await;
    rows.extend(streams(world).await);
    rows.extend(filters(world));
    rows
}

async fn pages<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let (dana, root) = (&town.dispatcher, &town.admin);
    let responders = |page_size, page_token: &str| pb::ListRespondersRequest {
        page_size,
        page_token: page_token.to_owned(),
        ..Default::default()
    };
    let first = root.roster().list_responders(responders(1, "")).await.unwrap();
    let token = first.into_inner().next_page_token;
    let calls = |page_size, page_token: &str| {
        let request = pb::ListCallsRequest {
            page_size,
            page_token: page_token.to_owned(),
            ..Default::default()
        };
        asks!(dana, dispatch.list_calls, request)
    };
    let clinicians = pb::ListRespondersRequest {
        discipline: "clinician".to_owned(),
        ..responders(1, &token)
    };
    let agencies = pb::ListAgenciesRequest {
        jurisdiction_id: st_louis().to_string(),
        page_size: -1,
        ..Default::default()
    };
    let shifts = pb::ListShiftsRequest {
        page_size: i32::MIN,
        ..Default::default()
    };
    vec![
        invalid(
            "ListCalls: a page of -1",
            "VALUE_OUT_OF_RANGE",
            "page_size",
            calls(-1, ""),
        ),
        invalid(
            "ListAgencies: a page of -1",
            "VALUE_OUT_OF_RANGE",
            "page_size",
            asks!(root, admin.list_agencies, agencies),
        ),
        invalid(
            "ListShifts: a page of the least number",
            "VALUE_OUT_OF_RANGE",
            "page_size",
            asks!(root, schedule.list_shifts, shifts),
        ),
        invalid(
            "ListCalls: another list's page",
            "INVALID_PAGE_TOKEN",
            "page_token",
            calls(1, &token),
        ),
        invalid(
            "ListResponders: another filter's page",
            "INVALID_PAGE_TOKEN",
            "page_token",
            asks!(root, roster.list_responders, clinicians),
        ),
        invalid(
            "ListResponders: a damaged page",
            "INVALID_PAGE_TOKEN",
            "page_token",
            asks!(root, roster.list_responders, responders(1, &damaged(&token))),
        ),
        invalid(
            "ListResponders: half a page",
            "INVALID_PAGE_TOKEN",
            "page_token",
            asks!(root, roster.list_responders, responders(1, &token[..4])),
        ),
        invalid(
            "ListCalls: no page at all",
            "INVALID_PAGE_TOKEN",
            "page_token",
            calls(1, "page two"),
        ),
    ]
}

async fn streams<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let dana = &town.dispatcher;
    let anna = &town.clinicians[0].client;
    let list = pb::ListEventsRequest::default();
    let listed = dana.streaming().list_events(list).await.unwrap();
    let token = listed.into_inner().resume_token;
    let watch = |resume_token: &str, checkpoint_seconds, filter| pb::WatchAssignmentsRequest {
        resume_token: resume_token.to_owned(),
        checkpoint_seconds,
        filter,
    };
    let narrow = pb::EventFilter {
        call_ids: vec![world.busy.call_id.clone()],
        ..Default::default()
    };
    let listed = pb::ListEventsRequest {
        resume_token: damaged(&token),
        ..Default::default()
    };
    let board = pb::WatchBoardRequest {
        checkpoint_seconds: 14,
    };
    let (reason, field) = ("INVALID_RESUME_TOKEN", "resume_token");
    vec![
        invalid(
            "WatchAssignments: a damaged token",
            reason,
            field,
            asks!(
                dana,
                streaming.watch_assignments,
                watch(&damaged(&token), 15, None)
            ),
        ),
        invalid(
            "WatchAssignments: half a token",
            reason,
            field,
            asks!(dana, streaming.watch_assignments, watch(&token[..8], 15, None)),
        ),
        invalid(
            "WatchAssignments: another subscriber's token",
            reason,
            field,
            asks!(anna, streaming.watch_assignments, watch(&token, 15, None)),
        ),
        invalid(
            "WatchAssignments: another filter's token",
            reason,
            field,
            asks!(dana, streaming.watch_assignments, watch(&token, 15, Some(narrow))),
        ),
        invalid(
            "ListEvents: a damaged token",
            reason,
            field,
            asks!(dana, streaming.list_events, listed),
        ),
        invalid(
            "WatchAssignments: a word for a token",
            reason,
            field,
            asks!(
                dana,
                streaming.watch_assignments,
                watch("the beginning", 15, None)
            ),
        ),
        invalid(
            "WatchAssignments: checkpoints too seldom",
            "VALUE_OUT_OF_RANGE",
            "checkpoint_seconds",
            asks!(dana, streaming.watch_assignments, watch("", 301, None)),
        ),
        invalid(
            "WatchBoard: checkpoints too often",
            "VALUE_OUT_OF_RANGE",
            "checkpoint_seconds",
            asks!(dana, availability.watch_board, board),
        ),
    ]
}

fn filters<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let dana = &world.town.dispatcher;
    let events = |filter| {
        let request = pb::ListEventsRequest {
            filter: Some(filter),
            ..Default::default()
        };
        asks!(dana, streaming.list_events, request)
    };
    let of = |call_ids| pb::EventFilter {
        call_ids,
        ..Default::default()
    };
    let kinds = |kinds| pb::EventFilter {
        kinds,
        ..Default::default()
    };
    let calls = |states, opened_from, opened_to| {
        let request = pb::ListCallsRequest {
            states,
            opened_from,
            opened_to,
            ..Default::default()
        };
        asks!(dana, dispatch.list_calls, request)
    };
    let get = |call_id: &str| {
        let request = pb::GetCallRequest { call: by_id(call_id) };
        asks!(dana, dispatch.get_call, request)
    };
    let explain = |match_id: &str, runners_up| {
        let request = pb::ExplainMatchRequest {
            call_id: world.busy.call_id.clone(),
            match_id: match_id.to_owned(),
            runners_up,
        };
        asks!(dana, dispatch.explain_match, request)
    };
    let shifts = pb::ListShiftsRequest {
        state: 999,
        ..Default::default()
    };
    let noon = 1_780_333_200;
    vec![
        invalid(
            "ListEvents: a kind of 0",
            "INVALID_ENUM",
            "filter.kinds[0]",
            events(kinds(vec![0])),
        ),
        invalid(
            "ListEvents: a kind of 999",
            "INVALID_ENUM",
            "filter.kinds[1]",
            events(kinds(vec![pb::EventKind::CallOpened.into(), 999])),
        ),
        invalid(
            "ListEvents: a call that is no id",
            "INVALID_ID",
            "filter.call_ids[0]",
            events(of(vec!["the loud one".to_owned()])),
        ),
        invalid(
            "ListEvents: ten thousand calls",
            "TOO_MANY",
            "filter.call_ids",
            events(of(vec!["c".to_owned(); 10_000])),
        ),
        invalid(
            "ListCalls: a state of 0",
            "INVALID_ENUM",
            "states[0]",
            calls(vec![0], None, None),
        ),
        invalid(
            "ListCalls: a state of 999",
            "INVALID_ENUM",
            "states[0]",
            calls(vec![999], None, None),
        ),
        invalid(
            "ListCalls: a window that ends before it starts",
            "INVALID_WINDOW",
            "opened_to",
            calls(Vec::new(), at(noon, 0), at(noon - 1, 0)),
        ),
        invalid(
            "ListShifts: a state of 999",
            "INVALID_ENUM",
            "state",
            asks!(world.town.admin, schedule.list_shifts, shifts),
        ),
        invalid("GetCall: no id", "INVALID_ID", "call.call_id", get("77")),
        invalid("GetCall: an empty id", "REQUIRED", "call.call_id", get("")),
        invalid(
            "ExplainMatch: no id",
            "INVALID_ID",
            "match_id",
            explain("the first", None),
        ),
        invalid(
            "ExplainMatch: more than fifty others",
            "VALUE_OUT_OF_RANGE",
            "runners_up",
            explain("", Some(51)),
        ),
        refused(
            "ExplainMatch: no such match",
            Code::NotFound,
            "NOT_FOUND",
            "",
            explain(super::NOBODY, None),
        ),
    ]
}
