//! `TransferService`.

use tonic::{Request, Response, Status, Streaming};

use super::super::pb::{self, transfer_service_server::TransferService};
use super::super::wire::parse::transfer as parse;
use super::super::wire::render::{moment, transfer as render};
use super::outlet::{Outflow, outlet};
use super::{Services, Session, caller, page_of};
use crate::board::Role;
use crate::desk::{Caller, internal};
use crate::id::AgencyId;
use crate::refusal::{Reason, Refusal};
use crate::transfer::export::table;
use crate::transfer::fhir::bundle;
use crate::transfer::{FILE_BYTES, Surroundings, read};

/// How much of a table or a text one message carries, bytes.
const CHUNK: usize = 64 * 1024;

impl Session {
    /// Whether the agency is there, and the caller keeps its roster; one who is bound to an agency asks for that one.
    pub(super) fn keeps_agency(&self, asked: Option<&AgencyId>) -> Result<(), Refusal> {
        let Some(agency_id) = asked else {
            return match bound_to(&self.caller) {
                Some(own) => {
                    let told = format!("this token keeps the roster of {own} alone: name it");
                    Err(Refusal::field(Reason::NotYours, "agency_id", told))
                }
                None => Ok(()),
            };
        };
        self.caller.keep_roster_of(agency_id)?;
        if self.center.board().agencies.contains_key(agency_id) {
            Ok(())
        } else {
            Err(Refusal::field(Reason::NotFound, "agency_id", "no such agency"))
        }
    }
}

/// Hands bytes on in parts; an empty whole is one empty part.
pub(super) fn in_parts<T: Send + 'static>(
    whole: Vec<u8>,
    part: impl Fn(&[u8]) -> T + Send + 'static,
) -> Outflow<T> {
    let (to, stream) = outlet();
    tokio::spawn(async move {
        let mut parts: Vec<&[u8]> = whole.chunks(CHUNK).collect();
        if parts.is_empty() {
            parts.push(&[]);
        }
        for bytes in parts {
            if !to.hand_on(Ok(part(bytes))).await {
                return;
            }
        }
    });
    stream
}

/// The same of a text: parts end between characters.
fn in_text_parts<T: Send + 'static>(whole: String, part: impl Fn(&str) -> T + Send + 'static) -> Outflow<T> {
    let (to, stream) = outlet();
    tokio::spawn(async move {
        let mut rest = whole.as_str();
        loop {
            let mut end = rest.len().min(CHUNK);
            while !rest.is_char_boundary(end) {
                end -= 1;
            }
            let (text, after) = rest.split_at(end);
            if !to.hand_on(Ok(part(text))).await || after.is_empty() {
                return;
            }
            rest = after;
        }
    });
    stream
}

/// The first message, and the bytes of all.
async fn gathered(
    session: &Session,
    mut parts: Streaming<pb::ImportRosterRequest>,
) -> Result<(pb::ImportRosterRequest, Vec<u8>), Status> {
    let missing = || {
        Refusal::field(
            Reason::Required,
            "kind",
            "the first message says what the table is about",
        )
    };
    let mut first = session.next(&mut parts).await?.ok_or_else(missing)?;
    let mut bytes = std::mem::take(&mut first.csv_chunk);
    while let Some(part) = session.next(&mut parts).await? {
        if bytes.len() + part.csv_chunk.len() > FILE_BYTES {
            let why = format!("a file has at most {FILE_BYTES} bytes");
            return Err(Refusal::field(Reason::MessageTooLarge, "csv_chunk", why).into());
        }
        bytes.extend_from_slice(&part.csv_chunk);
    }
    Ok((first, bytes))
}

/// The one agency whose roster he keeps.
fn bound_to(caller: &Caller) -> Option<AgencyId> {
    let hr = caller.role == Role::Hr;
    caller.agency_id.clone().filter(|_| hr)
}

#[tonic::async_trait]
impl TransferService for Services {
    async fn import_roster(
        &self,
        request: Request<Streaming<pb::ImportRosterRequest>>,
    ) -> Result<Response<pb::ImportRosterResponse>, Status> {
        let caller = caller(&request)?;
        let mut shown = Request::new(());
        shown.extensions_mut().insert(caller);
        let session = self.session(&shown).await?;
        let (first, bytes) = gathered(&session, request.into_inner()).await?;
        let (stamp, asked) = parse::import_roster(&first, &bytes)?;
        if let Some(replace) = &asked.replace {
            let kept = session.keeps_agency(Some(&replace.agency_id));
            kept.map_err(|refusal| refusal.within("replace_period"))?;
        }
        let (zone, area_zones) = {
            let board = session.center.board();
            (board.jurisdiction.zone.clone(), board.area_zones())
        };
        let bound = bound_to(&session.caller);
        let parse::ImportAsked {
            kind,
            mapping,
            replace,
            wished,
        } = asked;
        // A file of thousands of rows takes a while; nobody else waits for that.
        let reading = tokio::task::spawn_blocking(move || {
            let around = Surroundings {
                zone: &zone,
                area_zones: &area_zones,
                bound_to: bound.as_ref(),
                replace: replace.as_ref(),
            };
            read(kind, &bytes, &mapping, around)
        });
        let reading = reading
            .await
            .map_err(|gone| internal(&gone))?
            .map_err(|fault| Refusal::field(fault.reason, "csv_chunk", fault.detail))?;
        let done = session
            .center
            .import(stamp.by(&session.caller), reading, wished)
            .await?;
        Ok(Response::new(pb::ImportRosterResponse {
            revision: done.revision,
            server_time: Some(moment(done.at)),
            report: Some(render::report(done)),
        }))
    }

    type ExportRosterStream = Outflow<pb::ExportRosterResponse>;

    async fn export_roster(
        &self,
        request: Request<pb::ExportRosterRequest>,
    ) -> Result<Response<Self::ExportRosterStream>, Status> {
        let session = self.session(&request).await?;
        let wanted = parse::export_roster(request.get_ref())?;
        session.keeps_agency(wanted.agency_id.as_ref())?;
        let now = moment(session.now());
        // The table is made of a copy: a long one does not hold the board.
        let board = session.center.board().clone();
        let revision = board.revision;
        let whole = tokio::task::spawn_blocking(move || table(&board, &wanted)).await;
        let whole = whole.map_err(|gone| internal(&gone))?;
        Ok(Response::new(in_parts(whole, move |part| {
            pb::ExportRosterResponse {
                csv_chunk: part.to_vec(),
                revision,
                server_time: Some(now),
            }
        })))
    }

    async fn release_hold(
        &self,
        request: Request<pb::ReleaseHoldRequest>,
    ) -> Result<Response<pb::ReleaseHoldResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::release_hold(request.get_ref())?;
        session.keeps(command.responder_id)?;
        let answer = session.of_responder(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::ReleaseHoldResponse {
            responder: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    type GetCalendarStream = Outflow<pb::GetCalendarResponse>;

    async fn get_calendar(
        &self,
        request: Request<pb::GetCalendarRequest>,
    ) -> Result<Response<Self::GetCalendarStream>, Status> {
        let session = self.session(&request).await?;
        let of = parse::get_calendar(request.get_ref())?;
        session.center.may_read_calendar(&session.caller, of)?;
        let (whole, revision) = session.center.calendar(of).await?;
        let now = moment(session.now());
        Ok(Response::new(in_text_parts(whole, move |part| {
            pb::GetCalendarResponse {
                calendar_chunk: part.to_owned(),
                revision,
                server_time: Some(now),
            }
        })))
    }

    async fn create_calendar_address(
        &self,
        request: Request<pb::CreateCalendarAddressRequest>,
    ) -> Result<Response<pb::CreateCalendarAddressResponse>, Status> {
        let session = self.session(&request).await?;
        let (request_id, of) = parse::create_calendar_address(request.get_ref())?;
        let made = session
            .center
            .make_calendar_address(&session.caller, of, &request_id)
            .await?;
        let path = made.text.map(|text| format!("/calendar/{text}.ics"));
        let revision = session.center.board().revision;
        Ok(Response::new(pb::CreateCalendarAddressResponse {
            server_time: Some(moment(made.address.created_at)),
            calendar_address: Some(render::calendar_address(&made.address)),
            path: path.unwrap_or_default(),
            revision,
        }))
    }

    async fn list_calendar_addresses(
        &self,
        request: Request<pb::ListCalendarAddressesRequest>,
    ) -> Result<Response<pb::ListCalendarAddressesResponse>, Status> {
        let session = self.session(&request).await?;
        let page = parse::list_calendar_addresses(request.get_ref())?;
        let known = session.center.calendar_addresses(&session.caller).await?;
        let (rows, next_page_token) = page_of(&page, known.iter(), |row| row.id.to_string());
        Ok(Response::new(pb::ListCalendarAddressesResponse {
            calendar_addresses: rows.into_iter().map(render::calendar_address).collect(),
            next_page_token,
        }))
    }

    async fn revoke_calendar_address(
        &self,
        request: Request<pb::RevokeCalendarAddressRequest>,
    ) -> Result<Response<pb::RevokeCalendarAddressResponse>, Status> {
        let session = self.session(&request).await?;
        let id = parse::revoke_calendar_address(request.get_ref())?;
        session
            .center
            .revoke_calendar_address(&session.caller, id)
            .await?;
        let revision = session.center.board().revision;
        Ok(Response::new(pb::RevokeCalendarAddressResponse {
            revision,
            server_time: Some(moment(session.now())),
        }))
    }

    type ExportScheduleStream = Outflow<pb::ExportScheduleResponse>;

    async fn export_schedule(
        &self,
        request: Request<pb::ExportScheduleRequest>,
    ) -> Result<Response<Self::ExportScheduleStream>, Status> {
        let session = self.session(&request).await?;
        let (agency_id, window) = parse::export_schedule(request.get_ref())?;
        session.keeps_agency(agency_id.as_ref())?;
        let now = session.now();
        let board = session.center.board().clone();
        let revision = board.revision;
        let whole =
            tokio::task::spawn_blocking(move || bundle(&board, agency_id.as_ref(), window, now)).await;
        let whole = whole.map_err(|gone| internal(&gone))?;
        Ok(Response::new(in_text_parts(whole, move |part| {
            pb::ExportScheduleResponse {
                fhir_chunk: part.to_owned(),
                revision,
                server_time: Some(moment(now)),
            }
        })))
    }
}
