//! What a person must acknowledge.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, text, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Alerts {
    Table,
    JurisdictionId,
    Id,
    Kind,
    CallId,
    AssignmentId,
    ResponderId,
    RaisedAt,
    EscalatesAt,
    Escalations,
    EndedAt,
    AcknowledgedBy,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        alerts(manager).await?;
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        super::ALL_OR_NOTHING
    }
}

/// What a person must acknowledge, also what has ended.
async fn alerts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(Alerts::Table)
                .col(text(Alerts::JurisdictionId))
                .col(text(Alerts::Id))
                .col(text(Alerts::Kind))
                .col(text_null(Alerts::CallId))
                .col(text_null(Alerts::AssignmentId))
                .col(text_null(Alerts::ResponderId))
                .col(big_integer(Alerts::RaisedAt))
                .col(big_integer(Alerts::EscalatesAt))
                .col(big_integer(Alerts::Escalations))
                .col(big_integer_null(Alerts::EndedAt))
                .col(text_null(Alerts::AcknowledgedBy))
                .primary_key(Index::create().col(Alerts::JurisdictionId).col(Alerts::Id))
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("alerts_standing")
                .table(Alerts::Table)
                .col(Alerts::JurisdictionId)
                .col(Alerts::RaisedAt)
                .and_where(Expr::col(Alerts::EndedAt).is_null())
                .to_owned(),
        )
        .await?;
    Ok(())
}
