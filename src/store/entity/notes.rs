//! Words about responders off shift.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notes")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) jurisdiction_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) responder_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) kind: String,
    pub(crate) body: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
