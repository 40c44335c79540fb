//! Everyone on the roster, also those who left.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "responders")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) jurisdiction_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: String,
    pub(crate) agency_id: String,
    pub(crate) discipline: String,
    pub(crate) name: String,
    pub(crate) call_sign: String,
    pub(crate) base_name: Option<String>,
    pub(crate) base_lat_e7: Option<i32>,
    pub(crate) base_lon_e7: Option<i32>,
    pub(crate) area_ids: String,
    pub(crate) must_not_meet: String,
    pub(crate) external_references: String,
    pub(crate) retired_at: Option<i64>,
    pub(crate) departures: String,
    pub(crate) imported: Option<String>,
    pub(crate) position: String,
    pub(crate) cost_code: String,
    pub(crate) version: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
