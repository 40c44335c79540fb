//! When a responder left and came back.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Responders {
    Table,
    Departures,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let departures = text(Responders::Departures).default("[]").to_owned();
        let added = Table::alter()
            .table(Responders::Table)
            .add_column(departures)
            .to_owned();
        manager.alter_table(added).await
    }

    fn use_transaction(&self) -> Option<bool> {
        super::ALL_OR_NOTHING
    }
}
