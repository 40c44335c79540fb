//! Tables, calendars and schedules.

use tandem::grpc::pb;
use tandem::grpc::pb::calendar_of::Of;

use super::{Ask, Stage, ask};
use crate::harness::town::Member;

fn of(member: &Member) -> Option<pb::CalendarOf> {
    Some(pb::CalendarOf {
        of: Some(Of::ResponderId(member.id.clone())),
    })
}

/// A request whose answer is a stream of parts.
macro_rules! parts {
    ($method:ident, $request:expr, $part:ident) => {{
        let request = $request;
        Ask(Box::new(move |client: $crate::harness::town::Client| {
            let request = request.clone();
            Box::pin(async move {
                let mut parts = client.transfer().$method(request).await?.into_inner();
                Ok(parts.message().await?.is_some_and(|part| !part.$part.is_empty()))
            })
        }))
    }};
}

impl Stage<'_> {
    /// The second of June of the clinicians' agency, whole.
    fn table(&self) -> pb::ImportRosterRequest {
        let at = |text: &str| Some(text.parse().unwrap());
        let number = self.next();
        pb::ImportRosterRequest {
            request_id: self.request_id(),
            kind: pb::RosterKind::Shifts.into(),
            replace_period: Some(pb::ReplacePeriod {
                agency_id: "bhr".to_owned(),
                from: at("2026-06-02T05:00:00Z"),
                to: at("2026-06-03T05:00:00Z"),
            }),
            csv_chunk: format!(
                "external_references,agency,local_start,local_end\nx/shift/{number},bhr,2026-06-02T09:00,2026-06-02T17:00\n"
            )
            .into_bytes(),
            ..Default::default()
        }
    }

    /// Someone of the clinicians' agency one of whose fields is held by hand.
    async fn held(&self) -> pb::Responder {
        let mut town = self.town.admin.transfer();
        let number = self.next();
        let import = pb::ImportRosterRequest {
            request_id: self.request_id(),
            kind: pb::RosterKind::Responders.into(),
            csv_chunk: format!(
                "external_references,agency,discipline,name,call_sign\nx/employee/{number},bhr,clinician,A,held-{number}\n"
            )
            .into_bytes(),
            ..Default::default()
        };
        town.import_roster(tokio_stream::iter([import])).await.unwrap();
        let everyone = pb::ListRespondersRequest {
            page_size: 500,
            ..Default::default()
        };
        let listed = self.town.admin.roster().list_responders(everyone).await;
        let everyone = listed.unwrap().into_inner().responders;
        let call_sign = format!("held-{number}");
        let joined = everyone
            .into_iter()
            .find(|one| one.call_sign == call_sign)
            .unwrap();
        let update = pb::UpdateResponderRequest {
            request_id: self.request_id(),
            expected_version: joined.version,
            responder: Some(pb::Responder {
                name: "B".to_owned(),
                ..joined
            }),
            update_mask: Some(prost_types::FieldMask {
                paths: vec!["name".to_owned()],
            }),
        };
        let updated = self.town.admin.roster().update_responder(update).await.unwrap();
        updated.into_inner().responder.unwrap()
    }

    async fn address(&self) -> String {
        let request = pb::CreateCalendarAddressRequest {
            request_id: self.request_id(),
            of: of(self.subject),
        };
        let made = self
            .town
            .admin
            .transfer()
            .create_calendar_address(request)
            .await
            .unwrap();
        made.into_inner().calendar_address.unwrap().calendar_address_id
    }

    pub(super) async fn transfer(&self, method: &str) -> Option<Ask> {
        let request_id = self.request_id();
        let window = |text: &str| Some(text.parse().unwrap());
        Some(match method {
            "ImportRoster" => ask!(sends transfer.import_roster, self.table(), |answer| {
                answer.report.unwrap().created_count == 1
            }),
            "ExportRoster" => parts!(
                export_roster,
                pb::ExportRosterRequest {
                    kind: pb::RosterKind::Responders.into(),
                    agency_id: "bhr".to_owned(),
                },
                csv_chunk
            ),
            "ReleaseHold" => {
                let held = self.held().await;
                ask!(
                    transfer.release_hold,
                    pb::ReleaseHoldRequest {
                        request_id,
                        responder_id: held.responder_id,
                        fields: vec!["name".to_owned()],
                        expected_version: held.version,
                    },
                    |answer| answer.responder.unwrap().held_fields.is_empty()
                )
            }
            "GetCalendar" => parts!(
                get_calendar,
                pb::GetCalendarRequest { of: of(self.subject) },
                calendar_chunk
            ),
            "CreateCalendarAddress" => ask!(
                transfer.create_calendar_address,
                pb::CreateCalendarAddressRequest {
                    request_id,
                    of: of(self.subject),
                },
                |answer| answer.path.starts_with("/calendar/tcal_")
            ),
            "ListCalendarAddresses" => {
                self.address().await;
                ask!(
                    transfer.list_calendar_addresses,
                    pb::ListCalendarAddressesRequest::default(),
                    |answer| !answer.calendar_addresses.is_empty()
                )
            }
            "RevokeCalendarAddress" => ask!(
                transfer.revoke_calendar_address,
                pb::RevokeCalendarAddressRequest {
                    request_id,
                    calendar_address_id: self.address().await,
                },
                |answer| answer.server_time.is_some()
            ),
            "ExportSchedule" => parts!(
                export_schedule,
                pb::ExportScheduleRequest {
                    from: window("2026-06-01T00:00:00Z"),
                    to: window("2026-06-02T00:00:00Z"),
                    agency_id: "bhr".to_owned(),
                },
                fhir_chunk
            ),
            _ => return None,
        })
    }
}
