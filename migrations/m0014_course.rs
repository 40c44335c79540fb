//! What has become of a call beside its usual course: records of other systems that came with a merge, reopenings, who was
//! replaced.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Calls {
    Table,
    Course,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let course = text(Calls::Course).default("{}").to_owned();
        let added = Table::alter().table(Calls::Table).add_column(course).to_owned();
        manager.alter_table(added).await
    }

    fn use_transaction(&self) -> Option<bool> {
        super::ALL_OR_NOTHING
    }
}
