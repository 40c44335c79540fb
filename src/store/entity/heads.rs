//! Where each journal ends, and whose lock is the order of all writes of its jurisdiction.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "heads")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) jurisdiction_id: String,
    pub(crate) revision: i64,
    pub(crate) hash: String,
    pub(crate) epoch: i64,
    pub(crate) last_at: i64,
    pub(crate) floor_revision: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
