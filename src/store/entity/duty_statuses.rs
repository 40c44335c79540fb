//! The duty status of everyone who has ever signed on.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "duty_statuses")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) jurisdiction_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) responder_id: String,
    pub(crate) status: String,
    pub(crate) reason: String,
    pub(crate) since: i64,
    pub(crate) expires_at: Option<i64>,
    pub(crate) active_on: Option<String>,
    pub(crate) reporter: String,
    pub(crate) on_since: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
