//! Agencies, service areas, responders and their credentials.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, StreamTrait};

use super::column::{count, from_json, id, json, micros, moment, point};
use super::entity::{agencies, credentials, responders, service_areas};
use super::{StoreError, rows};
use crate::board::{Agency, ServiceArea};
use crate::id::{AgencyId, AreaId, CredentialId, JurisdictionId, ResponderId};
use crate::roster::{Base, Credential, Employment, Responder};

pub(super) async fn read_agencies<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
) -> Result<BTreeMap<AgencyId, Agency>, StoreError> {
    let rows = agencies::Entity::find()
        .filter(agencies::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            let id: AgencyId = id(&row.id, "agencies.id")?;
            let agency = Agency {
                id: id.clone(),
                name: row.name,
                pay_periods: from_json(&row.pay_periods, "agencies.pay_periods")?,
            };
            Ok((id, agency))
        })
        .collect()
}

pub(super) async fn save_agencies<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    agencies: &[&Agency],
) -> Result<(), StoreError> {
    let rows = agencies
        .iter()
        .map(|agency| agencies::Model {
            jurisdiction_id: jurisdiction_id.to_string(),
            id: agency.id.to_string(),
            name: agency.name.clone(),
            pay_periods: json(&agency.pay_periods),
        })
        .collect();
    rows::upsert::<agencies::Entity, _>(db, rows).await
}

/// The areas that are not removed.
pub(super) async fn read_areas<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
) -> Result<BTreeMap<AreaId, ServiceArea>, StoreError> {
    let rows = service_areas::Entity::find()
        .filter(service_areas::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
        .filter(service_areas::Column::Removed.eq(false))
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            let id = id(&row.id, "service_areas.id")?;
            let area = ServiceArea {
                id,
                name: row.name,
                outline: from_json(&row.outline, "service_areas.outline")?,
                zone: row.zone,
                removed: row.removed,
            };
            Ok((id, area))
        })
        .collect()
}

pub(super) async fn save_areas<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    areas: &[&ServiceArea],
) -> Result<(), StoreError> {
    let rows = areas
        .iter()
        .map(|area| service_areas::Model {
            jurisdiction_id: jurisdiction_id.to_string(),
            id: area.id.to_string(),
            name: area.name.clone(),
            outline: json(&area.outline),
            zone: area.zone.clone(),
            removed: area.removed,
        })
        .collect();
    rows::upsert::<service_areas::Entity, _>(db, rows).await
}

/// Everyone, also those who left.
pub(super) async fn read_responders<C: ConnectionTrait + StreamTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
) -> Result<BTreeMap<ResponderId, Responder>, StoreError> {
    let mut held: BTreeMap<String, BTreeMap<CredentialId, Box<Credential>>> = BTreeMap::new();
    let papers =
        credentials::Entity::find().filter(credentials::Column::JurisdictionId.eq(jurisdiction_id.as_str()));
    let kept = rows::read(db, papers, |row| {
        let papers = held.entry(row.responder_id.clone()).or_default();
        let credential = Box::new(credential(row)?);
        papers.insert(credential.id, credential);
        Ok(())
    });
    kept.await?;
    let people =
        responders::Entity::find().filter(responders::Column::JurisdictionId.eq(jurisdiction_id.as_str()));
    let people = rows::read(db, people, |row| {
        let papers = held.remove(&row.id).unwrap_or_default();
        let responder = responder(row, papers)?;
        Ok((responder.id, responder))
    });
    Ok(people.await?.into_iter().collect())
}

/// Writes responders, and the credentials of each in place of those that stood there.
pub(super) async fn save_responders<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    responders: &[&Responder],
) -> Result<(), StoreError> {
    if responders.is_empty() {
        return Ok(());
    }
    let rows = responders
        .iter()
        .map(|responder| responder_row(jurisdiction_id, responder))
        .collect();
    rows::upsert::<responders::Entity, _>(db, rows).await?;
    for some in responders.chunks(rows::IDS_A_STATEMENT) {
        credentials::Entity::delete_many()
            .filter(credentials::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
            .filter(credentials::Column::ResponderId.is_in(some.iter().map(|who| who.id.to_string())))
            .exec(db)
            .await?;
    }
    let papers = responders
        .iter()
        .flat_map(|responder| {
            responder
                .papers()
                .map(|paper| credential_row(jurisdiction_id, responder, paper))
        })
        .collect();
    rows::insert::<credentials::Entity, _>(db, papers).await
}

fn responder(
    row: responders::Model,
    credentials: BTreeMap<CredentialId, Box<Credential>>,
) -> Result<Responder, StoreError> {
    let base = row.base_name.zip(point(row.base_lat_e7, row.base_lon_e7));
    Ok(Responder {
        id: id(&row.id, "responders.id")?,
        agency_id: id(&row.agency_id, "responders.agency_id")?,
        discipline: row.discipline,
        name: row.name,
        call_sign: row.call_sign,
        base: base.map(|(name, point)| Base { name, point }),
        area_ids: from_json(&row.area_ids, "responders.area_ids")?,
        must_not_meet: from_json(&row.must_not_meet, "responders.must_not_meet")?,
        credentials,
        external_references: from_json(&row.external_references, "responders.external_references")?,
        employment: Employment {
            position: row.position,
            cost_code: row.cost_code,
        },
        retired_at: moment(row.retired_at),
        departures: from_json(&row.departures, "responders.departures")?,
        imported: row
            .imported
            .map(|imported| from_json(&imported, "responders.imported"))
            .transpose()?,
        version: row.version.cast_unsigned(),
    })
}

fn responder_row(jurisdiction_id: &JurisdictionId, responder: &Responder) -> responders::Model {
    let base = responder.base.as_ref();
    responders::Model {
        jurisdiction_id: jurisdiction_id.to_string(),
        id: responder.id.to_string(),
        agency_id: responder.agency_id.to_string(),
        discipline: responder.discipline.clone(),
        name: responder.name.clone(),
        call_sign: responder.call_sign.clone(),
        base_name: base.map(|base| base.name.clone()),
        base_lat_e7: base.map(|base| base.point.e7().0),
        base_lon_e7: base.map(|base| base.point.e7().1),
        area_ids: json(&responder.area_ids),
        must_not_meet: json(&responder.must_not_meet),
        external_references: json(&responder.external_references),
        retired_at: micros(responder.retired_at),
        departures: json(&responder.departures),
        imported: responder.imported.as_ref().map(json),
        position: responder.employment.position.clone(),
        cost_code: responder.employment.cost_code.clone(),
        version: responder.version.cast_signed(),
    }
}

fn credential(row: credentials::Model) -> Result<Credential, StoreError> {
    Ok(Credential {
        id: id(&row.id, "credentials.id")?,
        code: row.code,
        number: row.number,
        issuer: row.issuer,
        valid_until: row.valid_until,
        lapses_at: moment(row.lapses_at),
        revoked_at: moment(row.revoked_at),
        valid_from: row.valid_from,
        starts_at: moment(row.starts_at),
        finding: row
            .finding
            .map(|finding| from_json(&finding, "credentials.finding"))
            .transpose()?,
        noticed_days: row
            .noticed_days
            .map(|days| count(days, "credentials.noticed_days"))
            .transpose()?,
    })
}

fn credential_row(
    jurisdiction_id: &JurisdictionId,
    holder: &Responder,
    credential: &Credential,
) -> credentials::Model {
    credentials::Model {
        jurisdiction_id: jurisdiction_id.to_string(),
        responder_id: holder.id.to_string(),
        id: credential.id.to_string(),
        agency_id: holder.agency_id.to_string(),
        code: credential.code.clone(),
        number: credential.number.clone(),
        issuer: credential.issuer.clone(),
        valid_until: credential.valid_until.clone(),
        lapses_at: micros(credential.lapses_at),
        revoked_at: micros(credential.revoked_at),
        valid_from: credential.valid_from.clone(),
        starts_at: micros(credential.starts_at),
        finding: credential.finding.as_ref().map(json),
        noticed_days: credential.noticed_days.map(i64::from),
    }
}
