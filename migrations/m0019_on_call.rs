//! On-call lists, and who was called by them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, text, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum OnCallLists {
    Table,
    JurisdictionId,
    Id,
    AgencyId,
    Name,
    Discipline,
    AreaId,
    Rotation,
    Stints,
    Attempts,
    AttemptCount,
    RetiredAt,
    Version,
}

#[derive(DeriveIden)]
enum CallBackAttempts {
    Table,
    JurisdictionId,
    ListId,
    Number,
    Attempt,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(OnCallLists::Table)
                    .col(text(OnCallLists::JurisdictionId))
                    .col(text(OnCallLists::Id))
                    .col(text(OnCallLists::AgencyId))
                    .col(text(OnCallLists::Name))
                    .col(text(OnCallLists::Discipline))
                    .col(text_null(OnCallLists::AreaId))
                    .col(text(OnCallLists::Rotation))
                    .col(text(OnCallLists::Stints))
                    .col(text(OnCallLists::Attempts))
                    .col(big_integer(OnCallLists::AttemptCount))
                    .col(big_integer_null(OnCallLists::RetiredAt))
                    .col(big_integer(OnCallLists::Version))
                    .primary_key(
                        Index::create()
                            .col(OnCallLists::JurisdictionId)
                            .col(OnCallLists::Id),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(CallBackAttempts::Table)
                    .col(text(CallBackAttempts::JurisdictionId))
                    .col(text(CallBackAttempts::ListId))
                    .col(big_integer(CallBackAttempts::Number))
                    .col(text(CallBackAttempts::Attempt))
                    .primary_key(
                        Index::create()
                            .col(CallBackAttempts::JurisdictionId)
                            .col(CallBackAttempts::ListId)
                            .col(CallBackAttempts::Number),
                    )
                    .to_owned(),
            )
            .await
    }

    fn use_transaction(&self) -> Option<bool> {
        super::ALL_OR_NOTHING
    }
}
