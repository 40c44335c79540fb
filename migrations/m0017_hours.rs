//! Timesheets, what payroll calls people's work, and which pay periods it has the hours of.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, boolean, text, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Timesheets {
    Table,
    JurisdictionId,
    Id,
    ResponderId,
    AgencyId,
    FirstDay,
    EndDay,
    Worked,
    Approval,
    Version,
    Filed,
}

#[derive(DeriveIden)]
enum Responders {
    Table,
    Position,
    CostCode,
}

#[derive(DeriveIden)]
enum Agencies {
    Table,
    PayPeriods,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        timesheets(manager).await?;
        // SQLite adds one column a statement.
        for column in [Responders::Position, Responders::CostCode] {
            let empty = text(column).default("").to_owned();
            let added = Table::alter()
                .table(Responders::Table)
                .add_column(empty)
                .to_owned();
            manager.alter_table(added).await?;
        }
        let none = text(Agencies::PayPeriods).default("{}").to_owned();
        let added = Table::alter().table(Agencies::Table).add_column(none).to_owned();
        manager.alter_table(added).await
    }

    fn use_transaction(&self) -> Option<bool> {
        super::ALL_OR_NOTHING
    }
}

async fn timesheets(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let key = Index::create()
        .col(Timesheets::JurisdictionId)
        .col(Timesheets::Id)
        .to_owned();
    manager
        .create_table(
            Table::create()
                .table(Timesheets::Table)
                .col(text(Timesheets::JurisdictionId))
                .col(text(Timesheets::Id))
                .col(text(Timesheets::ResponderId))
                .col(text(Timesheets::AgencyId))
                .col(text(Timesheets::FirstDay))
                .col(text(Timesheets::EndDay))
                .col(text(Timesheets::Worked))
                .col(text_null(Timesheets::Approval))
                .col(big_integer(Timesheets::Version))
                .col(boolean(Timesheets::Filed))
                .primary_key(&mut key.clone())
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("timesheets_by_day")
                .table(Timesheets::Table)
                .col(Timesheets::JurisdictionId)
                .col(Timesheets::FirstDay)
                .col(Timesheets::Id)
                .to_owned(),
        )
        .await
}
