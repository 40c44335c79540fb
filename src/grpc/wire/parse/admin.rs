//! Jurisdictions, agencies and areas.

use super::faults::Faults;
use super::field::{NAME, id, name, required};
use super::page::Page;
use super::schedule::known_zone;
use super::{Stamp, Stamped, desk_work, pb};
use crate::board::{Jurisdiction, Policy};
use crate::id::{AreaId, JurisdictionId};
use crate::refusal::Refusal;
use crate::roster::command::{CreateAgency, RemoveServiceArea, UpdateJurisdiction};

/// CreateJurisdiction.
pub(crate) fn create_jurisdiction(request: &pb::CreateJurisdictionRequest) -> Stamped<Jurisdiction> {
    let pb::CreateJurisdictionRequest {
        request_id,
        jurisdiction_id,
        name: its_name,
        zone,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let jurisdiction_id = faults.take("jurisdiction_id", id(jurisdiction_id));
    let its_name = faults.take("name", name(its_name, NAME));
    let zone = faults.take("zone", known_zone(zone));
    faults.end(|| {
        let jurisdiction = Jurisdiction {
            id: jurisdiction_id?,
            name: its_name?,
            zone: zone?.to_owned(),
            policy: Policy::default(),
            version: 1,
        };
        Some((stamp?, jurisdiction))
    })
}

/// UpdateJurisdiction; single thresholds change the present policy.
pub(crate) fn update_jurisdiction(
    request: &pb::UpdateJurisdictionRequest,
    present: &Policy,
) -> Stamped<UpdateJurisdiction> {
    let pb::UpdateJurisdictionRequest {
        request_id,
        jurisdiction,
        update_mask,
        expected_version,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let paths = super::policy::PATHS.iter().map(|path| format!("policy.{path}"));
    let known: Vec<String> = ["name", "policy"]
        .map(str::to_owned)
        .into_iter()
        .chain(paths)
        .collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let mask = faults.mask(update_mask.as_ref(), &known, true);
    let given = faults
        .take("jurisdiction", required(jurisdiction.as_ref()))
        .cloned()
        .unwrap_or_default();
    let thresholds = given.policy.unwrap_or_default();
    let asks = |path: &str| mask.contains(path);
    let its_name = faults.when(asks("name"), "jurisdiction.name", || name(&given.name, NAME));
    let paths: Vec<&str> = mask
        .iter()
        .filter_map(|path| match path.as_str() {
            "policy" => Some(super::policy::said(&thresholds)),
            path => path.strip_prefix("policy.").map(|path| vec![path]),
        })
        .flatten()
        .collect();
    let policy = if paths.is_empty() {
        Some(None)
    } else {
        faults.policy(&thresholds, &paths, present).map(Some)
    };
    faults.end(|| {
        let update = UpdateJurisdiction {
            expected_version: *expected_version,
            name: its_name?,
            policy: policy?,
        };
        Some((stamp?, update))
    })
}

/// CreateAgency.
pub(crate) fn create_agency(request: &pb::CreateAgencyRequest) -> Stamped<CreateAgency> {
    let pb::CreateAgencyRequest {
        request_id,
        jurisdiction_id: _, // which center is asked: see `jurisdiction_id`
        agency_id,
        name: its_name,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let agency_id = faults.take("agency_id", id(agency_id));
    let its_name = faults.take("name", name(its_name, NAME));
    faults.end(|| {
        let create = CreateAgency {
            id: agency_id?,
            name: its_name?,
        };
        Some((stamp?, create))
    })
}

/// PutServiceArea, put together: the first message with the whole of the text. Stamp, and the area's name and
/// zone.
pub(crate) fn put_service_area(request: &pb::PutServiceAreaRequest) -> Stamped<(String, Option<String>)> {
    let pb::PutServiceAreaRequest {
        request_id,
        jurisdiction_id: _, // which center is asked: see `jurisdiction_id`
        name: its_name,
        geojson_chunk: _, // read by `roster::outline`
        zone,
    } = request;
    let mut faults = Faults::default();
    let stamp: Option<Stamp> = desk_work(&mut faults, request, request_id);
    let its_name = faults.take("name", name(its_name, NAME));
    let zone = match zone.as_str() {
        "" => Some(None),
        zone => faults
            .take("zone", known_zone(zone))
            .map(|zone| Some(zone.to_owned())),
    };
    faults.end(|| Some((stamp?, (its_name?, zone?))))
}

/// RemoveServiceArea.
pub(crate) fn remove_service_area(request: &pb::RemoveServiceAreaRequest) -> Stamped<RemoveServiceArea> {
    let pb::RemoveServiceAreaRequest {
        request_id,
        jurisdiction_id: _, // which center is asked: see `jurisdiction_id`
        area_id,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let area_id = faults.take::<AreaId>("area_id", id(area_id));
    faults.end(|| Some((stamp?, RemoveServiceArea { area_id: area_id? })))
}

/// Which jurisdiction is meant.
pub(crate) fn jurisdiction_id(field: &str, text: &str) -> Result<JurisdictionId, Refusal> {
    let mut faults = Faults::default();
    let jurisdiction_id = faults.take(field, id(text));
    faults.end(|| jurisdiction_id)
}

/// ListJurisdictions.
pub(crate) fn list_jurisdictions(request: &pb::ListJurisdictionsRequest) -> Result<Page, Refusal> {
    let pb::ListJurisdictionsRequest {
        page_size,
        page_token,
    } = request;
    let mut faults = Faults::default();
    let filter = pb::ListJurisdictionsRequest::default();
    let page = faults.page("jurisdictions", &filter, *page_size, page_token);
    faults.end(|| page)
}

/// ListAgencies.
pub(crate) fn list_agencies(request: &pb::ListAgenciesRequest) -> Result<Page, Refusal> {
    let pb::ListAgenciesRequest {
        jurisdiction_id,
        page_size,
        page_token,
    } = request;
    let mut faults = Faults::default();
    let filter = pb::ListAgenciesRequest {
        jurisdiction_id: jurisdiction_id.clone(),
        ..Default::default()
    };
    let page = faults.page("agencies", &filter, *page_size, page_token);
    faults.end(|| page)
}

/// ListServiceAreas.
pub(crate) fn list_service_areas(request: &pb::ListServiceAreasRequest) -> Result<Page, Refusal> {
    let pb::ListServiceAreasRequest {
        jurisdiction_id,
        page_size,
        page_token,
    } = request;
    let mut faults = Faults::default();
    let filter = pb::ListServiceAreasRequest {
        jurisdiction_id: jurisdiction_id.clone(),
        ..Default::default()
    };
    let page = faults.page("service_areas", &filter, *page_size, page_token);
    faults.end(|| page)
}
