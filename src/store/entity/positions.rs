//! The latest known position of each responder. Not journaled, and forgotten at sign-off.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "positions")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) jurisdiction_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) responder_id: String,
    pub(crate) lat_e7: i32,
    pub(crate) lon_e7: i32,
    pub(crate) at: i64,
    pub(crate) accuracy_meters: Option<i64>,
    pub(crate) stationary: bool,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
