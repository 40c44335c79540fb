//! Who stays beyond a shift's end, who called in that he cannot work it, and since when someone has been signed on.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer_null, text, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Shifts {
    Table,
    HeldOver,
    Absences,
}

#[derive(DeriveIden)]
enum DutyStatuses {
    Table,
    OnSince,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column a statement.
        let absences = text(Shifts::Absences).default("[]").to_owned();
        for column in [text_null(Shifts::HeldOver), absences] {
            let added = Table::alter().table(Shifts::Table).add_column(column).to_owned();
            manager.alter_table(added).await?;
        }
        let added = Table::alter()
            .table(DutyStatuses::Table)
            .add_column(big_integer_null(DutyStatuses::OnSince))
            .to_owned();
        manager.alter_table(added).await
    }

    fn use_transaction(&self) -> Option<bool> {
        super::ALL_OR_NOTHING
    }
}
