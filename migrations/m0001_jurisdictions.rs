//! Jurisdictions, the head of each journal and the board at its floor.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Jurisdictions {
    Table,
    Id,
    Name,
    Zone,
    Policy,
    Version,
}

#[derive(DeriveIden)]
enum Heads {
    Table,
    JurisdictionId,
    Revision,
    Hash,
    Epoch,
    LastAt,
    FloorRevision,
}

#[derive(DeriveIden)]
enum Floors {
    Table,
    JurisdictionId,
    Revision,
    Hash,
    Board,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        jurisdictions(manager).await?;
        heads(manager).await?;
        floors(manager).await?;
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        super::ALL_OR_NOTHING
    }
}

/// One row a jurisdiction: its name, its zone and its policy.
async fn jurisdictions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(Jurisdictions::Table)
                .col(text(Jurisdictions::Id))
                .col(text(Jurisdictions::Name))
                .col(text(Jurisdictions::Zone))
                .col(text(Jurisdictions::Policy))
                .col(big_integer(Jurisdictions::Version))
                .primary_key(Index::create().col(Jurisdictions::Id))
                .to_owned(),
        )
        .await?;
    Ok(())
}

/// Where each journal ends, and whose lock is the order of all writes of its jurisdiction.
async fn heads(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(Heads::Table)
                .col(text(Heads::JurisdictionId))
                .col(big_integer(Heads::Revision))
                .col(text(Heads::Hash))
                .col(big_integer(Heads::Epoch))
                .col(big_integer(Heads::LastAt))
                .col(big_integer(Heads::FloorRevision))
                .primary_key(Index::create().col(Heads::JurisdictionId))
                .foreign_key(
                    ForeignKey::create()
                        .from(Heads::Table, Heads::JurisdictionId)
                        .to(Jurisdictions::Table, Jurisdictions::Id),
                )
                .to_owned(),
        )
        .await?;
    Ok(())
}

/// The board at the floor: the journal tells how it became what the tables show.
async fn floors(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(Floors::Table)
                .col(text(Floors::JurisdictionId))
                .col(big_integer(Floors::Revision))
                .col(text(Floors::Hash))
                .col(text(Floors::Board))
                .primary_key(Index::create().col(Floors::JurisdictionId))
                .foreign_key(
                    ForeignKey::create()
                        .from(Floors::Table, Floors::JurisdictionId)
                        .to(Jurisdictions::Table, Jurisdictions::Id),
                )
                .to_owned(),
        )
        .await?;
    Ok(())
}
