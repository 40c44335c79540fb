//! What a person must acknowledge, also what has ended.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "alerts")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) jurisdiction_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) call_id: Option<String>,
    pub(crate) assignment_id: Option<String>,
    pub(crate) responder_id: Option<String>,
    pub(crate) raised_at: i64,
    pub(crate) escalates_at: i64,
    pub(crate) escalations: i64,
    pub(crate) ended_at: Option<i64>,
    pub(crate) acknowledged_by: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
