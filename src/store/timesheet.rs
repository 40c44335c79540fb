//! Timesheets.

use std::collections::BTreeMap;

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use super::column::{from_json, id, json};
use super::entity::timesheets;
use super::{Store, StoreError, rows};
use crate::hours::Timesheet;
use crate::id::{AgencyId, JurisdictionId, ResponderId, TimesheetId};
use crate::shift::date::LocalDate;

/// Which timesheets to list. What is empty does not narrow.
#[derive(Clone, Debug, Default)]
pub struct TimesheetFilter {
    /// Those of this responder.
    pub responder_id: Option<ResponderId>,
    /// Those of this agency.
    pub agency_id: Option<AgencyId>,
    /// Those that end after this day.
    pub from: Option<LocalDate>,
    /// Those that begin before this day.
    pub until: Option<LocalDate>,
}

impl Store {
    /// One timesheet, also a filed one.
    pub async fn timesheet(
        &self,
        jurisdiction_id: &JurisdictionId,
        timesheet_id: TimesheetId,
    ) -> Result<Option<Timesheet>, StoreError> {
        timesheets::Entity::find_by_id((jurisdiction_id.to_string(), timesheet_id.to_string()))
            .one(&self.pools.reader)
            .await?
            .map(timesheet)
            .transpose()
    }

    /// Timesheets by first day and id, those after `after`; all of them without a limit.
    pub async fn timesheets(
        &self,
        jurisdiction_id: &JurisdictionId,
        filter: &TimesheetFilter,
        after: Option<(LocalDate, TimesheetId)>,
        limit: Option<u64>,
    ) -> Result<Vec<Timesheet>, StoreError> {
        use timesheets::Column;
        let rows = timesheets::Entity::find()
            .filter(Column::JurisdictionId.eq(jurisdiction_id.as_str()))
            .apply_if(filter.responder_id, |query, responder_id| {
                query.filter(Column::ResponderId.eq(responder_id.to_string()))
            })
            .apply_if(filter.agency_id.as_ref(), |query, agency_id| {
                query.filter(Column::AgencyId.eq(agency_id.as_str()))
            })
            .apply_if(filter.from, |query, from| {
                query.filter(Column::EndDay.gt(from.to_string()))
            })
            .apply_if(filter.until, |query, until| {
                query.filter(Column::FirstDay.lt(until.to_string()))
            })
            .apply_if(after, |query, (day, timesheet_id)| {
                let same_day = Condition::all()
                    .add(Column::FirstDay.eq(day.to_string()))
                    .add(Column::Id.gt(timesheet_id.to_string()));
                query.filter(
                    Condition::any()
                        .add(Column::FirstDay.gt(day.to_string()))
                        .add(same_day),
                )
            })
            .order_by_asc(Column::FirstDay)
            .order_by_asc(Column::Id)
            .limit(limit)
            .all(&self.pools.reader)
            .await?;
        rows.into_iter().map(timesheet).collect()
    }
}

/// The timesheets that are not filed.
pub(super) async fn read_standing<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
) -> Result<BTreeMap<TimesheetId, Timesheet>, StoreError> {
    let rows = timesheets::Entity::find()
        .filter(timesheets::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
        .filter(timesheets::Column::Filed.eq(false))
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| timesheet(row).map(|sheet| (sheet.id, sheet)))
        .collect()
}

pub(super) async fn save<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    sheets: &[&Timesheet],
) -> Result<(), StoreError> {
    let rows = sheets.iter().map(|sheet| row(jurisdiction_id, sheet)).collect();
    rows::upsert::<timesheets::Entity, _>(db, rows).await
}

fn timesheet(row: timesheets::Model) -> Result<Timesheet, StoreError> {
    let approval = row.approval.as_deref();
    let approval = approval.map(|text| from_json(text, "timesheets.approval"));
    Ok(Timesheet {
        id: id(&row.id, "timesheets.id")?,
        responder_id: id(&row.responder_id, "timesheets.responder_id")?,
        agency_id: id(&row.agency_id, "timesheets.agency_id")?,
        first_day: id(&row.first_day, "timesheets.first_day")?,
        end_day: id(&row.end_day, "timesheets.end_day")?,
        worked: from_json(&row.worked, "timesheets.worked")?,
        approval: approval.transpose()?,
        version: row.version.cast_unsigned(),
        filed: row.filed,
    })
}

fn row(jurisdiction_id: &JurisdictionId, sheet: &Timesheet) -> timesheets::Model {
    timesheets::Model {
        jurisdiction_id: jurisdiction_id.to_string(),
        id: sheet.id.to_string(),
        responder_id: sheet.responder_id.to_string(),
        agency_id: sheet.agency_id.to_string(),
        first_day: sheet.first_day.to_string(),
        end_day: sheet.end_day.to_string(),
        worked: json(&sheet.worked),
        approval: sheet.approval.as_ref().map(json),
        version: sheet.version.cast_signed(),
        filed: sheet.filed,
    }
}
