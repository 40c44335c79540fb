//! Calls for service, also filed ones. No narrative and no address stand here: those are texts, by id.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calls")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) jurisdiction_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: String,
    pub(crate) number: i64,
    pub(crate) state: String,
    pub(crate) state_since: i64,
    pub(crate) source: String,
    pub(crate) requested_by: String,
    pub(crate) incident_type: String,
    pub(crate) acuity_scheme: String,
    pub(crate) acuity_level: i32,
    pub(crate) response: String,
    pub(crate) hazards: String,
    pub(crate) lat_e7: Option<i32>,
    pub(crate) lon_e7: Option<i32>,
    pub(crate) address_text_id: Option<String>,
    pub(crate) clinical_text_id: Option<String>,
    pub(crate) approach_text_id: Option<String>,
    pub(crate) person_references: String,
    pub(crate) asked_qualifications: String,
    pub(crate) slots: String,
    pub(crate) source_version: i64,
    pub(crate) opened_at: i64,
    pub(crate) opened_by: String,
    pub(crate) closed_at: Option<i64>,
    pub(crate) cancel_reason: String,
    pub(crate) waiting_since: Option<i64>,
    pub(crate) declined: String,
    pub(crate) assignment_id: Option<String>,
    pub(crate) match_id: Option<String>,
    pub(crate) remarks: String,
    pub(crate) flags: String,
    pub(crate) files_at: Option<i64>,
    pub(crate) filed: bool,
    pub(crate) version: i64,
    pub(crate) merged_into_call_id: Option<String>,
    pub(crate) links: String,
    pub(crate) amendments: String,
    pub(crate) callback_text_id: Option<String>,
    pub(crate) course: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
