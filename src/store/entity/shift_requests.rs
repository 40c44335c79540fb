//! What people ask of the schedule, also what is filed.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "shift_requests")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) jurisdiction_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: String,
    pub(crate) agency_id: String,
    pub(crate) responder_id: String,
    pub(crate) partner_id: Option<String>,
    pub(crate) wish: String,
    pub(crate) state: String,
    pub(crate) requested_at: i64,
    pub(crate) requested_by: String,
    pub(crate) ended: Option<String>,
    pub(crate) version: i64,
    pub(crate) filed: bool,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
