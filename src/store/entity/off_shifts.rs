//! What holds of responders while they are off shift.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "off_shifts")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) jurisdiction_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) responder_id: String,
    pub(crate) zone: String,
    pub(crate) unavailable: String,
    pub(crate) opted_out: Option<String>,
    pub(crate) contact_preferences: String,
    pub(crate) noted: String,
    pub(crate) arrival: Option<String>,
    pub(crate) version: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
