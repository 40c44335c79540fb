//! Calendars: what they say to an independent reader, who may read them, and at which address.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;
use tandem::grpc::pb;
use tandem::grpc::pb::calendar_of::Of;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tonic::Status;

use super::{File, called};
use crate::harness::town::{Client, NOON, Town, in_each_town, reason};

fn of(responder_id: &str) -> Option<pb::CalendarOf> {
    Some(pb::CalendarOf {
        of: Some(Of::ResponderId(responder_id.to_owned())),
    })
}

async fn calendar(by: &Client, of: Option<pb::CalendarOf>) -> Result<String, Status> {
    let mut parts = by
        .transfer()
        .get_calendar(pb::GetCalendarRequest { of })
        .await?
        .into_inner();
    let mut whole = String::new();
    while let Some(part) = parts.message().await? {
        whole.push_str(&part.calendar_chunk);
    }
    Ok(whole)
}

/// What an independent reader makes of it: sequence, status, first and last second, by id.
fn meaning(text: &str) -> Option<BTreeMap<String, (u64, String, i64, i64)>> {
    let Some(python) = std::env::var_os("TANDEM_PYTHON") else {
        assert!(
            std::env::var_os("TANDEM_REQUIRE_POSTGRES").is_none(),
            "whoever demands PostgreSQL demands the independent reader too: set TANDEM_PYTHON"
        );
        let _ = writeln!(
            std::io::stderr(),
            "TANDEM_PYTHON is not set: no calendar was read"
        );
        return None;
    };
    let reader = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/icalendar_meaning.py");
    let mut child = Command::new(python)
        .arg(reader)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    assert!(
        done.status.success(),
        "{}\n{text}",
        String::from_utf8_lossy(&done.stderr)
    );
    let said = String::from_utf8(done.stdout).unwrap();
    let events = said.lines().map(|line| {
        let [uid, sequence, status, start, end] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let number = |text: &str| text.parse().unwrap();
        (
            uid.to_owned(),
            (
                sequence.parse().unwrap(),
                status.to_owned(),
                number(start),
                number(end),
            ),
        )
    });
    Some(events.collect())
}

/// Zones of both hemispheres, half hours, and none of these.
const ZONES: [&str; 8] = [
    "America/Chicago",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Europe/London",
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "America/Phoenix",
    "UTC",
];

#[test]
fn an_independent_reader_finds_every_shift_at_its_moment_in_zones_of_both_hemispheres() {
    in_each_town(1, 0, async |town| {
        let mut rows = String::from(
            "external_references,agency,responder,local_start,start_occurrence,local_end,end_occurrence,zone\n",
        );
        let mut number = 0;
        // Every fourth day of a year in every zone; nights, so that clocks change in the middle of some.
        for (place, zone) in ZONES.iter().enumerate() {
            for day in (2..360).step_by(4) {
                let at = NOON.plus_seconds(day * 86_400);
                let date = &tandem::shift::civil::to_local(at, "UTC").unwrap()[..10];
                let date: tandem::shift::date::LocalDate = date.parse().unwrap();
                let next = date.plus_days(1).unwrap();
                number += 1;
                let (hour, minute) = (16 + place % 8, place * 7 % 60);
                rows.push_str(&format!(
                    "x/shift/{number},bhr,,{date}T{hour}:{minute:02},,{next}T06:15,,{zone}\n"
                ));
            }
        }
        // The hour that comes twice: each of the two.
        rows.push_str("x/shift/first,bhr,,2026-11-01T01:30,first,2026-11-01T09:00,,America/Chicago\n");
        rows.push_str("x/shift/second,bhr,,2026-11-01T01:30,second,2026-11-01T09:00,,America/Chicago\n");
        let area = put_area(town).await;
        let rows: String = rows
            .lines()
            .enumerate()
            .map(|(place, line)| format!("{line},{}\n", if place == 0 { "area" } else { "North; \"a, b\"" }))
            .map(|line| line.replace("North; \"a, b\"", "\"North; \"\"a, b\"\"\""))
            .collect();
        let report = File::of(town, pb::RosterKind::Shifts, "", rows)
            .report(&town.admin)
            .await;
        assert!(report.applied && report.created_count > 700, "{report:?}");

        let of_area = Some(pb::CalendarOf {
            of: Some(Of::AreaId(area)),
        });
        let text = calendar(&town.admin, of_area).await.unwrap();
        let Some(read) = meaning(&text) else { return };
        let mut planned = BTreeMap::new();
        let mut request = pb::ListShiftsRequest {
            page_size: 500,
            ..Default::default()
        };
        loop {
            let page = town
                .admin
                .schedule()
                .list_shifts(request.clone())
                .await
                .unwrap()
                .into_inner();
            for shift in page
                .shifts
                .into_iter()
                .filter(|shift| shift.responder_id.is_empty())
            {
                let uid = format!("shift-{}@st-louis.tandem", shift.shift_id);
                let (start, end) = (
                    shift.planned_start.unwrap().seconds,
                    shift.planned_end.unwrap().seconds,
                );
                planned.insert(uid, (1, "CONFIRMED".to_owned(), start, end));
            }
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        assert_eq!(read, planned);
    });
}

async fn put_area(town: &Town) -> String {
    let square = r#"{"type":"Polygon","coordinates":[[[-91,38],[-90,38],[-90,39],[-91,39],[-91,38]]]}"#;
    let area = pb::PutServiceAreaRequest {
        request_id: town.request_id(),
        jurisdiction_id: "st-louis".to_owned(),
        name: "North; \"a, b\"".to_owned(),
        geojson_chunk: square.to_owned(),
        zone: String::new(),
    };
    let put = town
        .admin
        .admin()
        .put_service_area(tokio_stream::iter([area]))
        .await;
    put.unwrap().into_inner().service_area.unwrap().area_id
}

#[test]
fn a_change_keeps_the_id_and_counts_on_and_a_cancelled_shift_says_so() {
    in_each_town(0, 0, async |town| {
        File::staff(town, &["000001,Ana,Adam 1"])
            .report(&town.admin)
            .await;
        let ana = called(town, "Adam 1").await.responder_id;
        let planned = |row: &str| File::shifts(town, &[row]);
        planned("a,000001,06/02/2026,0900,1700").report(&town.admin).await;
        let first = calendar(&town.admin, of(&ana)).await.unwrap();
        planned("a,000001,06/03/2026,0900,1700").report(&town.admin).await;
        let second = calendar(&town.admin, of(&ana)).await.unwrap();
        let shift = town
            .admin
            .schedule()
            .list_shifts(pb::ListShiftsRequest::default())
            .await;
        let shift = shift.unwrap().into_inner().shifts.remove(0);
        let cancel = pb::CancelShiftRequest {
            request_id: town.request_id(),
            shift_id: shift.shift_id,
            expected_version: shift.version,
        };
        town.admin.schedule().cancel_shift(cancel).await.unwrap();
        let third = calendar(&town.admin, of(&ana)).await.unwrap();
        let (Some(first), Some(second), Some(third)) = (meaning(&first), meaning(&second), meaning(&third))
        else {
            return;
        };
        let told = |read: &BTreeMap<String, (u64, String, i64, i64)>| {
            let (uid, (sequence, status, start, _)) = read.first_key_value().unwrap();
            assert_eq!(read.len(), 1);
            (uid.clone(), *sequence, status.clone(), *start)
        };
        let (uid, _, _, start) = told(&first);
        let confirmed = "CONFIRMED".to_owned();
        assert_eq!(told(&first), (uid.clone(), 1, confirmed.clone(), start));
        assert_eq!(told(&second), (uid.clone(), 2, confirmed, start + 86_400));
        assert_eq!(told(&third), (uid, 3, "CANCELLED".to_owned(), start + 86_400));
    });
}

/// Asks for a path as a phone would, and gives status and body.
async fn get(address: std::net::SocketAddr, path: &str) -> (u16, String) {
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: tandem\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    (status, body.to_owned())
}

#[test]
fn a_phone_subscribes_at_an_address_until_it_is_taken_back() {
    in_each_town(2, 0, async |town| {
        let (me, other) = (&town.clinicians[0], &town.clinicians[1]);
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(tandem::web::serve(
            town.desk.clone(),
            listener,
            std::future::pending(),
        ));

        let request = pb::CreateCalendarAddressRequest {
            request_id: town.request_id(),
            of: of(&me.id),
        };
        let refused = other
            .client
            .transfer()
            .create_calendar_address(request.clone())
            .await;
        assert_eq!(reason(&refused.unwrap_err()), "NOT_YOURS");
        let made = me
            .client
            .transfer()
            .create_calendar_address(request.clone())
            .await
            .unwrap()
            .into_inner();
        let (status, text) = get(address, &made.path).await;
        assert_eq!(
            (status, text),
            (200, calendar(&me.client, of(&me.id)).await.unwrap())
        );

        // Sent again it is the same address, and its secret is not shown again.
        let again = me
            .client
            .transfer()
            .create_calendar_address(request)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(
            (again.calendar_address.clone(), &*again.path),
            (made.calendar_address.clone(), "")
        );
        let id = made.calendar_address.unwrap().calendar_address_id;
        for path in [
            made.path.replace("tcal_", "tcal_x"),
            format!("{}x.ics", made.path.strip_suffix(".ics").unwrap()),
            format!("/calendar/tcal_{id}_.ics"),
            "/calendar/.ics".to_owned(),
            "/".to_owned(),
        ] {
            assert_eq!(get(address, &path).await.0, 404, "{path}");
        }
        let kept = town
            .store
            .calendar_addresses(&"st-louis".parse().unwrap())
            .await
            .unwrap();
        assert!(!made.path.contains(&kept[0].secret_hash), "only a hash is kept");

        let revoke = |request_id| pb::RevokeCalendarAddressRequest {
            request_id,
            calendar_address_id: id.clone(),
        };
        let refused = other
            .client
            .transfer()
            .revoke_calendar_address(revoke(town.request_id()))
            .await;
        assert_eq!(reason(&refused.unwrap_err()), "NOT_YOURS");
        me.client
            .transfer()
            .revoke_calendar_address(revoke(town.request_id()))
            .await
            .unwrap();
        assert_eq!(get(address, &made.path).await.0, 404);
        serving.abort();
    });
}

async fn slots(town: &Town) -> BTreeMap<String, String> {
    let request = pb::ExportScheduleRequest {
        from: Some("2026-06-01T00:00:00Z".parse().unwrap()),
        to: Some("2026-06-03T00:00:00Z".parse().unwrap()),
        agency_id: String::new(),
    };
    let mut parts = town
        .admin
        .transfer()
        .export_schedule(request)
        .await
        .unwrap()
        .into_inner();
    let mut whole = String::new();
    while let Some(part) = parts.message().await.unwrap() {
        whole.push_str(&part.fhir_chunk);
    }
    let bundle: Value = serde_json::from_str(&whole).unwrap();
    assert_eq!(
        (bundle["resourceType"].as_str(), bundle["type"].as_str()),
        (Some("Bundle"), Some("collection"))
    );
    let resources = bundle["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["resource"]);
    let of_type = |kind: &'static str| resources.clone().filter(move |one| one["resourceType"] == kind);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let schedules: BTreeMap<String, String> = of_type("Schedule")
        .map(|one| {
            (
                format!("Schedule/{}", text(&one["id"])),
                text(&one["actor"][0]["reference"]),
            )
        })
        .collect();
    let roles: BTreeMap<String, String> = of_type("PractitionerRole")
        .map(|one| {
            (
                format!("PractitionerRole/{}", text(&one["id"])),
                text(&one["practitioner"]["display"]),
            )
        })
        .collect();
    of_type("Slot")
        .map(|one| {
            assert!(text(&one["start"]) < text(&one["end"]));
            let schedule = text(&one["schedule"]["reference"]);
            (roles[&schedules[&schedule]].clone(), text(&one["status"]))
        })
        .collect()
}

#[test]
fn a_slot_says_whether_he_is_free_offered_busy_or_away() {
    in_each_town(2, 1, async |town| {
        let told = async |who: &str| slots(town).await[who].clone();
        assert_eq!(told("clinician 0").await, "free");
        let call = town.open_call(2).await;
        assert_eq!(told("clinician 0").await, "busy-tentative");
        assert_eq!(told("clinician 1").await, "free");
        let assignment = call.assignment.unwrap().assignment_id;
        town.accept(&town.clinicians[0], &assignment).await.unwrap();
        assert_eq!(told("clinician 0").await, "busy");
        town.sign_off(&town.clinicians[1]).await;
        assert_eq!(told("clinician 1").await, "busy-unavailable");
    });
}
