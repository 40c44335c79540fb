//! An import that is cut in the middle is finished by the same request, and is then as if it had never been cut.

use std::time::Duration;

use tandem::board::Role;
use tandem::grpc::pb;
use tandem::store::Store;

use super::STAFF;
use crate::harness::on_each_database;
use crate::harness::process::Served;
use crate::harness::town::{Client, admin_token, st_louis};

const PEOPLE: u32 = 1_500;

fn import() -> Vec<pb::ImportRosterRequest> {
    let rows: String = (0..PEOPLE)
        .map(|n| format!("{n:06},Name {n},Adam {n}\n"))
        .collect();
    let text = format!("Emp No,Full Name,Radio\n{rows}");
    let first = pb::ImportRosterRequest {
        request_id: "every-night".to_owned(),
        kind: pb::RosterKind::Responders.into(),
        mapping_toml: STAFF.to_owned(),
        ..Default::default()
    };
    let parts = text
        .as_bytes()
        .chunks(20_000)
        .map(|part| pb::ImportRosterRequest {
            csv_chunk: part.to_vec(),
            ..Default::default()
        });
    std::iter::once(first).chain(parts).collect()
}

/// A jurisdiction with an agency, and one who administers it.
async fn founded(store: &Store, server: &Served) -> String {
    let installer = Client::connect(server.address, &admin_token(store, Role::Admin).await).await;
    let jurisdiction = pb::CreateJurisdictionRequest {
        request_id: "found".to_owned(),
        jurisdiction_id: st_louis().to_string(),
        name: "St. Louis".to_owned(),
        zone: "America/Chicago".to_owned(),
    };
    installer.admin().create_jurisdiction(jurisdiction).await.unwrap();
    let agency = pb::CreateAgencyRequest {
        request_id: "agency".to_owned(),
        jurisdiction_id: st_louis().to_string(),
        agency_id: "slmpd".to_owned(),
        name: "slmpd".to_owned(),
    };
    installer.admin().create_agency(agency).await.unwrap();
    super::keeper_token(store).await
}

#[test]
fn an_import_that_a_crash_has_cut_is_finished_by_the_same_request() {
    on_each_database(async |database| {
        let store = database.store().await;
        let server = Served::start(database.url(), &[]);
        let header = founded(&store, &server).await;
        let hr = Client::connect(server.address, &header).await;
        let sent = tokio::spawn(async move {
            let parts = tokio_stream::iter(import());
            hr.transfer().import_roster(parts).await
        });
        let begun = store.head(&st_louis()).await.unwrap().revision;
        let mut look = tokio::time::interval(Duration::from_millis(2));
        while store.head(&st_louis()).await.unwrap().revision < begun + 3 {
            look.tick().await;
        }
        server.kill();
        assert!(sent.await.unwrap().is_err(), "it was cut");

        let server = Served::start(database.url(), &[]);
        let hr = Client::connect(server.address, &header).await;
        let there = async || {
            let mut count = 0;
            let mut request = pb::ListRespondersRequest {
                page_size: 500,
                ..Default::default()
            };
            loop {
                let page = hr
                    .roster()
                    .list_responders(request.clone())
                    .await
                    .unwrap()
                    .into_inner();
                count += page.responders.len();
                if page.next_page_token.is_empty() {
                    return count;
                }
                request.page_token = page.next_page_token;
            }
        };
        let half = there().await;
        assert!(
            half >= 300 && half < PEOPLE as usize && half.is_multiple_of(100),
            "{half}: whole parts"
        );
        let mut reports = Vec::new();
        for _ in 0..2 {
            let parts = tokio_stream::iter(import());
            let answer = hr.transfer().import_roster(parts).await.unwrap().into_inner();
            reports.push(answer);
        }
        let report = reports[0].report.as_ref().unwrap();
        assert_eq!(
            (report.created_count, report.bad_row_count),
            (PEOPLE, 0),
            "{report:?}"
        );
        assert!(report.applied);
        assert_eq!(reports[0], reports[1]);
        assert_eq!(there().await, PEOPLE as usize);
    });
}
