//! Where a call or a membership went on, which calls are related, and corrections of a call's own times.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Calls {
    Table,
    MergedIntoCallId,
    Links,
    Amendments,
}

#[derive(DeriveIden)]
enum Members {
    Table,
    MovedToAssignmentId,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column a statement.
        let of_calls = [
            text_null(Calls::MergedIntoCallId),
            text(Calls::Links).default("{}").to_owned(),
            text(Calls::Amendments).default("[]").to_owned(),
        ];
        for column in of_calls {
            let added = Table::alter().table(Calls::Table).add_column(column).to_owned();
            manager.alter_table(added).await?;
        }
        let of_members = Table::alter()
            .table(Members::Table)
            .add_column(text_null(Members::MovedToAssignmentId))
            .to_owned();
        manager.alter_table(of_members).await
    }

    fn use_transaction(&self) -> Option<bool> {
        super::ALL_OR_NOTHING
    }
}
