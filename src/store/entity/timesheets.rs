//! Timesheets, also filed ones.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "timesheets")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) jurisdiction_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: String,
    pub(crate) responder_id: String,
    pub(crate) agency_id: String,
    pub(crate) first_day: String,
    pub(crate) end_day: String,
    pub(crate) worked: String,
    pub(crate) approval: Option<String>,
    pub(crate) version: i64,
    pub(crate) filed: bool,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
