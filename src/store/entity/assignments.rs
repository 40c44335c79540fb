//! Who was sent to which call.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "assignments")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) jurisdiction_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: String,
    pub(crate) call_id: String,
    pub(crate) outcome: String,
    pub(crate) match_id: Option<String>,
    pub(crate) held_until: Option<i64>,
    pub(crate) override_reason: String,
    pub(crate) override_text_id: Option<String>,
    pub(crate) degraded: bool,
    pub(crate) made_at: i64,
    pub(crate) ended_at: Option<i64>,
    pub(crate) filed: bool,
    pub(crate) version: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
