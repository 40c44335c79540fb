//! What holds of responders while they are off shift, and the words about them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum OffShifts {
    Table,
    JurisdictionId,
    ResponderId,
    Zone,
    Unavailable,
    OptedOut,
    ContactPreferences,
    Noted,
    Arrival,
    Version,
}

#[derive(DeriveIden)]
enum Notes {
    Table,
    JurisdictionId,
    ResponderId,
    Kind,
    Body,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(OffShifts::Table)
                    .col(text(OffShifts::JurisdictionId))
                    .col(text(OffShifts::ResponderId))
                    .col(text(OffShifts::Zone))
                    .col(text(OffShifts::Unavailable))
                    .col(text_null(OffShifts::OptedOut))
                    .col(text(OffShifts::ContactPreferences))
                    .col(text(OffShifts::Noted))
                    .col(text_null(OffShifts::Arrival))
                    .col(big_integer(OffShifts::Version))
                    .primary_key(
                        Index::create()
                            .col(OffShifts::JurisdictionId)
                            .col(OffShifts::ResponderId),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Notes::Table)
                    .col(text(Notes::JurisdictionId))
                    .col(text(Notes::ResponderId))
                    .col(text(Notes::Kind))
                    .col(text(Notes::Body))
                    .primary_key(
                        Index::create()
                            .col(Notes::JurisdictionId)
                            .col(Notes::ResponderId)
                            .col(Notes::Kind),
                    )
                    .to_owned(),
            )
            .await
    }

    fn use_transaction(&self) -> Option<bool> {
        super::ALL_OR_NOTHING
    }
}
