//! What each responder is licensed for.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "credentials")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) jurisdiction_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) responder_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: String,
    pub(crate) agency_id: String,
    pub(crate) code: String,
    pub(crate) number: String,
    pub(crate) issuer: String,
    pub(crate) valid_until: Option<String>,
    pub(crate) lapses_at: Option<i64>,
    pub(crate) revoked_at: Option<i64>,
    pub(crate) valid_from: Option<String>,
    pub(crate) starts_at: Option<i64>,
    pub(crate) finding: Option<String>,
    pub(crate) noticed_days: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
