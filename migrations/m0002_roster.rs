//! Agencies, service areas, responders and their credentials.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, boolean, integer_null, text, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Agencies {
    Table,
    JurisdictionId,
    Id,
    Name,
}

#[derive(DeriveIden)]
enum ServiceAreas {
    Table,
    JurisdictionId,
    Id,
    Name,
    Outline,
    Removed,
}

#[derive(DeriveIden)]
enum Responders {
    Table,
    JurisdictionId,
    Id,
    AgencyId,
    Discipline,
    Name,
    CallSign,
    BaseName,
    BaseLatE7,
    BaseLonE7,
    AreaIds,
    MustNotMeet,
    ExternalReferences,
    RetiredAt,
    Version,
}

#[derive(DeriveIden)]
enum Credentials {
    Table,
    JurisdictionId,
    ResponderId,
    Id,
    AgencyId,
    Code,
    Number,
    Issuer,
    ValidUntil,
    LapsesAt,
    RevokedAt,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        agencies(manager).await?;
        service_areas(manager).await?;
        responders(manager).await?;
        credentials(manager).await?;
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        super::ALL_OR_NOTHING
    }
}

/// Employers of responders.
async fn agencies(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(Agencies::Table)
                .col(text(Agencies::JurisdictionId))
                .col(text(Agencies::Id))
                .col(text(Agencies::Name))
                .primary_key(Index::create().col(Agencies::JurisdictionId).col(Agencies::Id))
                .to_owned(),
        )
        .await?;
    Ok(())
}

/// Parts of the map, also removed ones.
async fn service_areas(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(ServiceAreas::Table)
                .col(text(ServiceAreas::JurisdictionId))
                .col(text(ServiceAreas::Id))
                .col(text(ServiceAreas::Name))
                .col(text(ServiceAreas::Outline))
                .col(boolean(ServiceAreas::Removed))
                .primary_key(
                    Index::create()
                        .col(ServiceAreas::JurisdictionId)
                        .col(ServiceAreas::Id),
                )
                .to_owned(),
        )
        .await?;
    Ok(())
}

/// Everyone on the roster, also those who left.
async fn responders(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(Responders::Table)
                .col(text(Responders::JurisdictionId))
                .col(text(Responders::Id))
                .col(text(Responders::AgencyId))
                .col(text(Responders::Discipline))
                .col(text(Responders::Name))
                .col(text(Responders::CallSign))
                .col(text_null(Responders::BaseName))
                .col(integer_null(Responders::BaseLatE7))
                .col(integer_null(Responders::BaseLonE7))
                .col(text(Responders::AreaIds))
                .col(text(Responders::MustNotMeet))
                .col(text(Responders::ExternalReferences))
                .col(big_integer_null(Responders::RetiredAt))
                .col(big_integer(Responders::Version))
                .primary_key(
                    Index::create()
                        .col(Responders::JurisdictionId)
                        .col(Responders::Id),
                )
                .to_owned(),
        )
        .await?;
    Ok(())
}

/// What each responder is licensed for.
async fn credentials(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(Credentials::Table)
                .col(text(Credentials::JurisdictionId))
                .col(text(Credentials::ResponderId))
                .col(text(Credentials::Id))
                .col(text(Credentials::AgencyId))
                .col(text(Credentials::Code))
                .col(text(Credentials::Number))
                .col(text(Credentials::Issuer))
                .col(text_null(Credentials::ValidUntil))
                .col(big_integer_null(Credentials::LapsesAt))
                .col(big_integer_null(Credentials::RevokedAt))
                .primary_key(
                    Index::create()
                        .col(Credentials::JurisdictionId)
                        .col(Credentials::ResponderId)
                        .col(Credentials::Id),
                )
                .foreign_key(
                    ForeignKey::create()
                        .from(
                            Credentials::Table,
                            (Credentials::JurisdictionId, Credentials::ResponderId),
                        )
                        .to(Responders::Table, (Responders::JurisdictionId, Responders::Id)),
                )
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("credentials_lapses_at")
                .table(Credentials::Table)
                .col(Credentials::JurisdictionId)
                .col(Credentials::LapsesAt)
                .to_owned(),
        )
        .await?;
    Ok(())
}
