//! Planned stretches of work, also filed ones.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "shifts")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) jurisdiction_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: String,
    pub(crate) agency_id: String,
    pub(crate) responder_id: Option<String>,
    pub(crate) state: String,
    pub(crate) starts_at: i64,
    pub(crate) ends_at: i64,
    pub(crate) zone: String,
    pub(crate) area_id: Option<String>,
    pub(crate) actual_start: Option<i64>,
    pub(crate) actual_end: Option<i64>,
    pub(crate) external_references: String,
    pub(crate) pattern_id: Option<String>,
    pub(crate) pattern_date: Option<String>,
    pub(crate) pattern_place: Option<i32>,
    pub(crate) made: Option<String>,
    pub(crate) acknowledged: Option<String>,
    pub(crate) version: i64,
    pub(crate) filed: bool,
    pub(crate) required_qualifications: String,
    pub(crate) override_reason: String,
    pub(crate) held_over: Option<String>,
    pub(crate) absences: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
