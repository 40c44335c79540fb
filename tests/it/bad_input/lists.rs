//! The page of every list: each refuses the same, and takes a size of 0 or a huge one as far as it goes.

use tandem::grpc::pb;

use super::{Row, World, asks, damaged, invalid, tolerated};
use crate::harness::town::st_louis;

/// Rows of one list: sizes, and the pages of other lists.
macro_rules! pages {
    ($rows:ident, $foreign:expr, $client:expr, $service:ident.$method:ident, $kind:ident { $($field:ident: $value:expr),* }) => {{
        let name = stringify!($method);
        let asked = |page_size: i32, page_token: &str| {
            let whole = || pb::$kind {
                $($field: $value,)*
                ..Default::default()
            };
            let mut request = whole();
            request.page_size = page_size;
            request.page_token = page_token.to_owned();
            asks!($client, $service.$method, request)
        };
        for size in [-1, i32::MIN] {
            let name = format!("{name}: a page of {size}");
            $rows.push(invalid(&name, "VALUE_OUT_OF_RANGE", "page_size", asked(size, "")));
        }
        for size in [0, 501, i32::MAX] {
            let name = format!("{name}: a page of {size}");
            $rows.push(tolerated(&name, asked(size, "")));
        }
        let mut bad: Vec<(&str, String)> = Vec::from($foreign);
        bad.retain(|(of, _)| *of != name);
        bad.push(("nowhere", "AAAA".repeat(20)));
        for (of, token) in bad {
            let name = format!("{name}: a page of {of}");
            $rows.push(invalid(
                &name,
                "INVALID_PAGE_TOKEN",
                "page_token",
                asked(0, &token),
            ));
        }
    }};
}

pub(super) async fn rows<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let (dana, root, installer) = (&town.dispatcher, &town.admin, town.installer().await);
    let responders = pb::ListRespondersRequest {
        page_size: 1,
        ..Default::default()
    };
    let first = root.roster().list_responders(responders).await.unwrap();
    let page_of_responders = first.into_inner().next_page_token;
    let calls = pb::ListCallsRequest {
        page_size: 1,
        ..Default::default()
    };
    let first = dana.dispatch().list_calls(calls).await.unwrap();
    let page_of_calls = first.into_inner().next_page_token;
    let foreign = [
        ("list_responders", page_of_responders.clone()),
        ("list_calls", page_of_calls),
        ("a damaged token", damaged(&page_of_responders)),
    ];
    let foreign = || foreign.clone();
    let here = || st_louis().to_string();
    let anna = &town.clinicians[0].id;
    let list = crate::on_call::list(town, "pages", &[]).await;
    let mut rows = Vec::new();
    pages!(rows, foreign(), dana, dispatch.list_calls, ListCallsRequest {});
    pages!(
        rows,
        foreign(),
        dana,
        dispatch.list_remarks,
        ListRemarksRequest {
            call_id: world.busy.call_id.clone()
        }
    );
    pages!(
        rows,
        foreign(),
        dana,
        assignment.list_assignments,
        ListAssignmentsRequest {}
    );
    pages!(
        rows,
        foreign(),
        installer,
        admin.list_jurisdictions,
        ListJurisdictionsRequest {}
    );
    pages!(
        rows,
        foreign(),
        root,
        admin.list_agencies,
        ListAgenciesRequest {
            jurisdiction_id: here()
        }
    );
    pages!(
        rows,
        foreign(),
        root,
        admin.list_service_areas,
        ListServiceAreasRequest {
            jurisdiction_id: here()
        }
    );
    pages!(
        rows,
        foreign(),
        root,
        roster.list_responders,
        ListRespondersRequest {}
    );
    pages!(
        rows,
        foreign(),
        root,
        roster.list_credentials,
        ListCredentialsRequest {
            responder_id: anna.clone()
        }
    );
    pages!(
        rows,
        foreign(),
        root,
        roster.list_expiring,
        ListExpiringRequest {}
    );
    pages!(rows, foreign(), root, schedule.list_shifts, ListShiftsRequest {});
    pages!(
        rows,
        foreign(),
        root,
        on_call.list_on_call_lists,
        ListOnCallListsRequest {}
    );
    pages!(
        rows,
        foreign(),
        root,
        on_call.list_call_back_attempts,
        ListCallBackAttemptsRequest {
            on_call_list_id: list.on_call_list_id.clone()
        }
    );
    pages!(
        rows,
        foreign(),
        root,
        request.list_requests,
        ListRequestsRequest {}
    );
    pages!(
        rows,
        foreign(),
        root,
        request.list_open_shifts,
        ListOpenShiftsRequest {}
    );
    for size in [-1, i32::MIN] {
        let request = pb::ListEventsRequest {
            page_size: size,
            ..Default::default()
        };
        let name = format!("list_events: a page of {size}");
        let asked = asks!(dana, streaming.list_events, request);
        rows.push(invalid(&name, "VALUE_OUT_OF_RANGE", "page_size", asked));
    }
    rows
}
