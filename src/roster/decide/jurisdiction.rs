//! The jurisdiction, its agencies and its areas.

use super::policy::policy_faults;
use crate::board::{After, Agency, Draft, EventKind, Happening, Reply, ServiceArea};
use crate::id::AreaId;
use crate::refusal::{Reason, Refusal};
use crate::roster::command::{CreateAgency, PutServiceArea, RemoveServiceArea, UpdateJurisdiction};

/// Changes name and policy.
pub fn update_jurisdiction(draft: &mut Draft<'_>, command: &UpdateJurisdiction) -> Result<Reply, Refusal> {
    let mut jurisdiction = draft.board().jurisdiction.clone();
    if jurisdiction.version != command.expected_version {
        return Err(Refusal::stale(command.expected_version, jurisdiction.version));
    }
    if let Some(policy) = &command.policy {
        let violations = policy_faults(policy);
        if !violations.is_empty() {
            return Err(Refusal {
                violations,
                ..Refusal::new(
                    Reason::InvalidPolicy,
                    "this policy cannot be used; each field says what it may be",
                )
            });
        }
        jurisdiction.policy = policy.clone();
    }
    if let Some(name) = &command.name {
        jurisdiction.name.clone_from(name);
    }
    jurisdiction.version += 1;
    let after = After::Jurisdiction(Box::new(jurisdiction.clone()));
    draft.emit(Happening::new(EventKind::JurisdictionChanged, after));
    Ok(Reply::Jurisdiction(Box::new(jurisdiction)))
}

/// Creates an agency.
pub fn create_agency(draft: &mut Draft<'_>, command: &CreateAgency) -> Result<Reply, Refusal> {
    if draft.board().agencies.contains_key(&command.id) {
        return Err(Refusal::field(
            Reason::AlreadyExists,
            "agency_id",
            "there is an agency with this id",
        ));
    }
    let agency = Agency {
        id: command.id.clone(),
        name: command.name.clone(),
        pay_periods: Default::default(),
    };
    draft.emit(Happening::new(
        EventKind::AgencyCreated,
        After::Agency(agency.clone()),
    ));
    Ok(Reply::Agency(agency))
}

/// Creates an area, or replaces the outline of the one with this name.
pub fn put_service_area(draft: &mut Draft<'_>, command: &PutServiceArea) -> Result<Reply, Refusal> {
    let known = draft
        .board()
        .areas
        .values()
        .find(|area| area.name == command.name);
    let id = match known {
        Some(area) => area.id,
        None => AreaId::next(draft.ids, draft.at),
    };
    let area = ServiceArea {
        id,
        name: command.name.clone(),
        outline: command.outline.clone(),
        zone: command.zone.clone(),
        removed: false,
    };
    draft.emit(Happening::new(EventKind::AreaChanged, After::Area(area.clone())));
    Ok(Reply::Area(area))
}

/// Removes an area.
pub fn remove_service_area(draft: &mut Draft<'_>, command: &RemoveServiceArea) -> Result<Reply, Refusal> {
    let mut area = draft
        .board()
        .areas
        .get(&command.area_id)
        .cloned()
        .ok_or_else(|| Refusal::not_found("area", command.area_id))?;
    area.removed = true;
    draft.emit(Happening::new(EventKind::AreaRemoved, After::Area(area)));
    Ok(Reply::Done)
}
