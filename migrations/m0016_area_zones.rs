//! The zone of an area: some regions span two.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text_null;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum ServiceAreas {
    Table,
    Zone,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let zone = text_null(ServiceAreas::Zone);
        let added = Table::alter()
            .table(ServiceAreas::Table)
            .add_column(zone)
            .to_owned();
        manager.alter_table(added).await
    }

    fn use_transaction(&self) -> Option<bool> {
        super::ALL_OR_NOTHING
    }
}
