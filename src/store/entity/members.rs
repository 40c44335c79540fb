//! One row a membership; `place` is its position in the assignment's list.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "members")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) jurisdiction_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) assignment_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) place: i32,
    pub(crate) slot_id: String,
    pub(crate) responder_id: String,
    pub(crate) agency_id: String,
    pub(crate) discipline: String,
    pub(crate) state: String,
    pub(crate) active: bool,
    pub(crate) state_since: i64,
    pub(crate) ordered: bool,
    pub(crate) answer_by: Option<i64>,
    pub(crate) delivered_at: Option<i64>,
    pub(crate) seen_at: Option<i64>,
    pub(crate) eta_seconds: Option<i64>,
    pub(crate) distance_meters: Option<i64>,
    pub(crate) basis: Option<String>,
    pub(crate) staged: bool,
    pub(crate) steps: String,
    pub(crate) exit_reason: Option<String>,
    pub(crate) exit_at: Option<i64>,
    pub(crate) safety_state: String,
    pub(crate) safety_next_at: Option<i64>,
    pub(crate) checked_in_at: Option<i64>,
    pub(crate) disposition: Option<String>,
    pub(crate) disposition_due_at: Option<i64>,
    pub(crate) disposition_overdue: bool,
    pub(crate) moved_to_assignment_id: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
