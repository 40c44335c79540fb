//! `AdminService`.

use tonic::{Request, Response, Status, Streaming};

use super::super::pb::{self, admin_service_server::AdminService};
use super::super::server::MESSAGE_BYTES;
use super::super::wire::parse::{admin as parse, availability, page, streaming};
use super::super::wire::render::{self, moment};
use super::{Services, Session, caller, page_of, unexpected};
use crate::board::{Jurisdiction, Reply};
use crate::desk::{Answer, internal};
use crate::refusal::{Reason, Refusal};
use crate::roster::command::PutServiceArea;
use crate::roster::outline::outline;
use crate::shift::civil::tzdb_version;

/// The largest outline, bytes of its text.
const OUTLINE_BYTES: usize = 8 * 1024 * 1024;

impl Services {
    /// The caller at the center of the jurisdiction that the request names.
    async fn administers<T>(
        &self,
        request: &Request<T>,
        field: &str,
        named: &str,
    ) -> Result<Session, Status> {
        let named = parse::jurisdiction_id(field, named)?;
        self.session_at(request, &named).await
    }
}

fn of_jurisdiction(answer: &Answer) -> Result<pb::Jurisdiction, Refusal> {
    let Reply::Jurisdiction(jurisdiction) = &answer.reply else {
        return Err(unexpected(answer));
    };
    Ok(render::jurisdiction(jurisdiction))
}

#[tonic::async_trait]
impl AdminService for Services {
    async fn create_jurisdiction(
        &self,
        request: Request<pb::CreateJurisdictionRequest>,
    ) -> Result<Response<pb::CreateJurisdictionResponse>, Status> {
        let caller = caller(&request)?;
        if caller.jurisdiction_id.is_some() {
            let why = "this token administers one jurisdiction; creating others is for the installation's";
            return Err(Refusal::new(Reason::NotYours, why).into());
        }
        let (stamp, jurisdiction) = parse::create_jurisdiction(request.get_ref())?;
        let asked = stamp.by(&caller);
        let answer = self.desk.create_jurisdiction(&asked, jurisdiction).await?;
        Ok(Response::new(pb::CreateJurisdictionResponse {
            jurisdiction: Some(of_jurisdiction(&answer)?),
            server_time: Some(moment(answer.at)),
        }))
    }

    async fn get_jurisdiction(
        &self,
        request: Request<pb::GetJurisdictionRequest>,
    ) -> Result<Response<pb::GetJurisdictionResponse>, Status> {
        let named = &request.get_ref().jurisdiction_id;
        let session = self.administers(&request, "jurisdiction_id", named).await?;
        let board = session.center.board();
        Ok(Response::new(pb::GetJurisdictionResponse {
            jurisdiction: Some(render::jurisdiction(&board.jurisdiction)),
            revision: board.revision,
        }))
    }

    async fn list_jurisdictions(
        &self,
        request: Request<pb::ListJurisdictionsRequest>,
    ) -> Result<Response<pb::ListJurisdictionsResponse>, Status> {
        let caller = caller(&request)?;
        let page = parse::list_jurisdictions(request.get_ref())?;
        let mut listed: Vec<Jurisdiction> = Vec::new();
        for id in self.desk.jurisdictions() {
            if caller.jurisdiction_id.as_ref().is_none_or(|own| *own == id) {
                let center = self.desk.center(&id).await?;
                listed.push(center.board().jurisdiction.clone());
            }
        }
        let (rows, next_page_token) = page_of(&page, listed.iter(), |row| row.id.to_string());
        Ok(Response::new(pb::ListJurisdictionsResponse {
            jurisdictions: rows.into_iter().map(render::jurisdiction).collect(),
            next_page_token,
        }))
    }

    async fn update_jurisdiction(
        &self,
        request: Request<pb::UpdateJurisdictionRequest>,
    ) -> Result<Response<pb::UpdateJurisdictionResponse>, Status> {
        let named = request.get_ref().jurisdiction.as_ref();
        let named = named
            .map(|named| named.jurisdiction_id.as_str())
            .unwrap_or_default();
        let session = self
            .administers(&request, "jurisdiction.jurisdiction_id", named)
            .await?;
        let present = session.center.board().policy().clone();
        let (stamp, command) = parse::update_jurisdiction(request.get_ref(), &present)?;
        let answer = session.ask(stamp, command).await?;
        Ok(Response::new(pb::UpdateJurisdictionResponse {
            jurisdiction: Some(of_jurisdiction(&answer)?),
            revision: answer.revision,
            server_time: Some(moment(answer.at)),
        }))
    }

    async fn create_agency(
        &self,
        request: Request<pb::CreateAgencyRequest>,
    ) -> Result<Response<pb::CreateAgencyResponse>, Status> {
        let named = &request.get_ref().jurisdiction_id;
        let session = self.administers(&request, "jurisdiction_id", named).await?;
        let (stamp, command) = parse::create_agency(request.get_ref())?;
        let answer = session.ask(stamp, command).await?;
        let Reply::Agency(agency) = &answer.reply else {
            return Err(unexpected(&answer).into());
        };
        Ok(Response::new(pb::CreateAgencyResponse {
            agency: Some(render::agency(agency)),
            revision: answer.revision,
            server_time: Some(moment(answer.at)),
        }))
    }

    async fn list_agencies(
        &self,
        request: Request<pb::ListAgenciesRequest>,
    ) -> Result<Response<pb::ListAgenciesResponse>, Status> {
        let named = &request.get_ref().jurisdiction_id;
        let session = self.administers(&request, "jurisdiction_id", named).await?;
        let page = parse::list_agencies(request.get_ref())?;
        let board = session.center.board();
        let (rows, next_page_token) = page_of(&page, board.agencies.values(), |row| row.id.to_string());
        Ok(Response::new(pb::ListAgenciesResponse {
            agencies: rows.into_iter().map(render::agency).collect(),
            next_page_token,
        }))
    }

    async fn put_service_area(
        &self,
        request: Request<Streaming<pb::PutServiceAreaRequest>>,
    ) -> Result<Response<pb::PutServiceAreaResponse>, Status> {
        let caller = caller(&request)?;
        let mut parts = request.into_inner();
        let missing = || Refusal::field(Reason::Required, "name", "the first message names the area");
        let mut whole = parts.message().await?.ok_or_else(missing)?;
        while let Some(part) = parts.message().await? {
            if whole.geojson_chunk.len() + part.geojson_chunk.len() > OUTLINE_BYTES {
                let why = format!("an outline has at most {OUTLINE_BYTES} bytes");
                return Err(Refusal::field(Reason::TooMany, "geojson_chunk", why).into());
            }
            whole.geojson_chunk.push_str(&part.geojson_chunk);
        }
        let mut first = Request::new(());
        first.extensions_mut().insert(caller);
        let named = &whole.jurisdiction_id;
        let session = self.administers(&first, "jurisdiction_id", named).await?;
        let (stamp, (name, zone)) = parse::put_service_area(&whole)?;
        // Finding out whether a ring crosses itself may take seconds; nobody else waits for that.
        let text = whole.geojson_chunk;
        let outline = tokio::task::spawn_blocking(move || outline(&text))
            .await
            .map_err(|gone| internal(&gone))?
            .map_err(|fault| Refusal::field(Reason::InvalidOutline, "geojson_chunk", fault.to_string()))?;
        let put = PutServiceArea { name, outline, zone };
        let answer = session.ask(stamp, put).await?;
        let Reply::Area(area) = &answer.reply else {
            return Err(unexpected(&answer).into());
        };
        Ok(Response::new(pb::PutServiceAreaResponse {
            service_area: Some(render::service_area(area)),
            revision: answer.revision,
            server_time: Some(moment(answer.at)),
        }))
    }

    async fn list_service_areas(
        &self,
        request: Request<pb::ListServiceAreasRequest>,
    ) -> Result<Response<pb::ListServiceAreasResponse>, Status> {
        let named = &request.get_ref().jurisdiction_id;
        let session = self.administers(&request, "jurisdiction_id", named).await?;
        let page = parse::list_service_areas(request.get_ref())?;
        let board = session.center.board();
        let (rows, next_page_token) = page_of(&page, board.areas.values(), |row| row.id.to_string());
        Ok(Response::new(pb::ListServiceAreasResponse {
            service_areas: rows.into_iter().map(render::service_area).collect(),
            next_page_token,
        }))
    }

    async fn remove_service_area(
        &self,
        request: Request<pb::RemoveServiceAreaRequest>,
    ) -> Result<Response<pb::RemoveServiceAreaResponse>, Status> {
        let named = &request.get_ref().jurisdiction_id;
        let session = self.administers(&request, "jurisdiction_id", named).await?;
        let (stamp, command) = parse::remove_service_area(request.get_ref())?;
        let Answer { revision, at, .. } = session.ask(stamp, command).await?;
        Ok(Response::new(pb::RemoveServiceAreaResponse {
            revision,
            server_time: Some(moment(at)),
        }))
    }

    async fn get_server_info(
        &self,
        _: Request<pb::GetServerInfoRequest>,
    ) -> Result<Response<pb::GetServerInfoResponse>, Status> {
        let bytes = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
        let (least, most) = streaming::CHECKPOINT_SECONDS;
        Ok(Response::new(pb::GetServerInfoResponse {
            contract_version: "tandem.v1".to_owned(),
            server_version: env!("CARGO_PKG_VERSION").to_owned(),
            tzdb_version: tzdb_version().to_owned(),
            server_time: Some(moment(self.desk.clock().now())),
            limits: Some(pb::Limits {
                message_bytes: bytes(MESSAGE_BYTES),
                page_size: bytes(page::MOST),
                outline_bytes: bytes(OUTLINE_BYTES),
                positions: bytes(availability::BATCH),
                minimum_checkpoint_seconds: least,
                maximum_checkpoint_seconds: most,
            }),
        }))
    }
}
