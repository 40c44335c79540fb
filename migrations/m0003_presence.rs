//! Shifts, duty, turns and positions: who is there and whose turn it is.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, boolean, integer, text, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Shifts {
    Table,
    JurisdictionId,
    Id,
    AgencyId,
    ResponderId,
    State,
    StartsAt,
    EndsAt,
    Zone,
    AreaId,
    ActualStart,
    ActualEnd,
    ExternalReferences,
    Version,
    Filed,
}

#[derive(DeriveIden)]
enum DutyStatuses {
    Table,
    JurisdictionId,
    ResponderId,
    Status,
    Reason,
    Since,
    ExpiresAt,
    ActiveOn,
    Reporter,
}

#[derive(DeriveIden)]
enum Turns {
    Table,
    JurisdictionId,
    ResponderId,
    LastSentAt,
    LastFreedAt,
}

#[derive(DeriveIden)]
enum Positions {
    Table,
    JurisdictionId,
    ResponderId,
    LatE7,
    LonE7,
    At,
    AccuracyMeters,
    Stationary,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        shifts(manager).await?;
        duty_statuses(manager).await?;
        turns(manager).await?;
        positions(manager).await?;
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        super::ALL_OR_NOTHING
    }
}

/// Planned stretches of work, also filed ones.
async fn shifts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(Shifts::Table)
                .col(text(Shifts::JurisdictionId))
                .col(text(Shifts::Id))
                .col(text(Shifts::AgencyId))
                .col(text_null(Shifts::ResponderId))
                .col(text(Shifts::State))
                .col(big_integer(Shifts::StartsAt))
                .col(big_integer(Shifts::EndsAt))
                .col(text(Shifts::Zone))
                .col(text_null(Shifts::AreaId))
                .col(big_integer_null(Shifts::ActualStart))
                .col(big_integer_null(Shifts::ActualEnd))
                .col(text(Shifts::ExternalReferences))
                .col(big_integer(Shifts::Version))
                .col(boolean(Shifts::Filed))
                .primary_key(Index::create().col(Shifts::JurisdictionId).col(Shifts::Id))
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("shifts_start")
                .table(Shifts::Table)
                .col(Shifts::JurisdictionId)
                .col(Shifts::StartsAt)
                .col(Shifts::Id)
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("shifts_responder")
                .table(Shifts::Table)
                .col(Shifts::JurisdictionId)
                .col(Shifts::ResponderId)
                .col(Shifts::StartsAt)
                .to_owned(),
        )
        .await?;
    Ok(())
}

/// The duty status of everyone who has ever signed on.
async fn duty_statuses(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(DutyStatuses::Table)
                .col(text(DutyStatuses::JurisdictionId))
                .col(text(DutyStatuses::ResponderId))
                .col(text(DutyStatuses::Status))
                .col(text(DutyStatuses::Reason))
                .col(big_integer(DutyStatuses::Since))
                .col(big_integer_null(DutyStatuses::ExpiresAt))
                .col(text_null(DutyStatuses::ActiveOn))
                .col(text(DutyStatuses::Reporter))
                .primary_key(
                    Index::create()
                        .col(DutyStatuses::JurisdictionId)
                        .col(DutyStatuses::ResponderId),
                )
                .to_owned(),
        )
        .await?;
    Ok(())
}

/// When each responder was last sent and last freed.
async fn turns(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(Turns::Table)
                .col(text(Turns::JurisdictionId))
                .col(text(Turns::ResponderId))
                .col(big_integer_null(Turns::LastSentAt))
                .col(big_integer_null(Turns::LastFreedAt))
                .primary_key(Index::create().col(Turns::JurisdictionId).col(Turns::ResponderId))
                .to_owned(),
        )
        .await?;
    Ok(())
}

/// The latest known position of each responder. Not journaled, and forgotten at sign-off.
async fn positions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(Positions::Table)
                .col(text(Positions::JurisdictionId))
                .col(text(Positions::ResponderId))
                .col(integer(Positions::LatE7))
                .col(integer(Positions::LonE7))
                .col(big_integer(Positions::At))
                .col(big_integer_null(Positions::AccuracyMeters))
                .col(boolean(Positions::Stationary))
                .primary_key(
                    Index::create()
                        .col(Positions::JurisdictionId)
                        .col(Positions::ResponderId),
                )
                .to_owned(),
        )
        .await?;
    Ok(())
}
