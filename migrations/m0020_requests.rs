//! What people ask of the schedule.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, boolean, text, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum ShiftRequests {
    Table,
    JurisdictionId,
    Id,
    AgencyId,
    ResponderId,
    PartnerId,
    Wish,
    State,
    RequestedAt,
    RequestedBy,
    Ended,
    Version,
    Filed,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table(manager).await?;
        index(manager, "shift_requests_by_time", ShiftRequests::RequestedAt).await?;
        index(manager, "shift_requests_standing", ShiftRequests::Filed).await
    }

    fn use_transaction(&self) -> Option<bool> {
        super::ALL_OR_NOTHING
    }
}

async fn table(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(ShiftRequests::Table)
                .col(text(ShiftRequests::JurisdictionId))
                .col(text(ShiftRequests::Id))
                .col(text(ShiftRequests::AgencyId))
                .col(text(ShiftRequests::ResponderId))
                .col(text_null(ShiftRequests::PartnerId))
                .col(text(ShiftRequests::Wish))
                .col(text(ShiftRequests::State))
                .col(big_integer(ShiftRequests::RequestedAt))
                .col(text(ShiftRequests::RequestedBy))
                .col(text_null(ShiftRequests::Ended))
                .col(big_integer(ShiftRequests::Version))
                .col(boolean(ShiftRequests::Filed))
                .primary_key(
                    Index::create()
                        .col(ShiftRequests::JurisdictionId)
                        .col(ShiftRequests::Id),
                )
                .to_owned(),
        )
        .await
}

async fn index(manager: &SchemaManager<'_>, name: &str, column: ShiftRequests) -> Result<(), DbErr> {
    manager
        .create_index(
            Index::create()
                .name(name)
                .table(ShiftRequests::Table)
                .col(ShiftRequests::JurisdictionId)
                .col(column)
                .to_owned(),
        )
        .await
}
