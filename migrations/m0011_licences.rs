//! When a credential begins, what has been found about it, and the latest notice of its end; what a shift requires, and
//! why it was staffed all the same.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer_null, text, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Credentials {
    Table,
    ValidFrom,
    StartsAt,
    Finding,
    NoticedDays,
}

#[derive(DeriveIden)]
enum Shifts {
    Table,
    RequiredQualifications,
    OverrideReason,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column a statement.
        let of_credentials = [
            text_null(Credentials::ValidFrom),
            big_integer_null(Credentials::StartsAt),
            text_null(Credentials::Finding),
            big_integer_null(Credentials::NoticedDays),
        ];
        for column in of_credentials {
            let added = Table::alter()
                .table(Credentials::Table)
                .add_column(column)
                .to_owned();
            manager.alter_table(added).await?;
        }
        let of_shifts = [
            text(Shifts::RequiredQualifications).default("[]").to_owned(),
            text(Shifts::OverrideReason).default("").to_owned(),
        ];
        for column in of_shifts {
            let added = Table::alter().table(Shifts::Table).add_column(column).to_owned();
            manager.alter_table(added).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        super::ALL_OR_NOTHING
    }
}
