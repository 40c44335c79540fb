//! Patterns of shifts, which place of which pattern a shift was made for, and who knows of it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, integer_null, text, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Patterns {
    Table,
    JurisdictionId,
    Id,
    AgencyId,
    Name,
    Discipline,
    Zone,
    Phases,
    Exceptions,
    RetiredAt,
    Version,
}

#[derive(DeriveIden)]
enum Shifts {
    Table,
    JurisdictionId,
    Filed,
    PatternId,
    PatternDate,
    PatternPlace,
    Made,
    Acknowledged,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        patterns(manager).await?;
        shifts(manager).await
    }

    fn use_transaction(&self) -> Option<bool> {
        super::ALL_OR_NOTHING
    }
}

async fn patterns(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(Patterns::Table)
                .col(text(Patterns::JurisdictionId))
                .col(text(Patterns::Id))
                .col(text(Patterns::AgencyId))
                .col(text(Patterns::Name))
                .col(text(Patterns::Discipline))
                .col(text(Patterns::Zone))
                .col(text(Patterns::Phases))
                .col(text(Patterns::Exceptions))
                .col(big_integer_null(Patterns::RetiredAt))
                .col(big_integer(Patterns::Version))
                .primary_key(Index::create().col(Patterns::JurisdictionId).col(Patterns::Id))
                .to_owned(),
        )
        .await
}

async fn shifts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // SQLite adds one column a statement.
    let columns = [
        text_null(Shifts::PatternId),
        text_null(Shifts::PatternDate),
        integer_null(Shifts::PatternPlace),
        text_null(Shifts::Made),
        text_null(Shifts::Acknowledged),
    ];
    for column in columns {
        let added = Table::alter().table(Shifts::Table).add_column(column).to_owned();
        manager.alter_table(added).await?;
    }
    // The second wall: one occurrence has one shift. What is filed is over, and nothing is made of it again.
    manager
        .create_index(
            Index::create()
                .name("shifts_of_pattern")
                .table(Shifts::Table)
                .col(Shifts::JurisdictionId)
                .col(Shifts::PatternId)
                .col(Shifts::PatternDate)
                .col(Shifts::PatternPlace)
                .unique()
                .and_where(
                    Expr::col(Shifts::PatternId)
                        .is_not_null()
                        .and(Expr::col(Shifts::Filed).eq(false)),
                )
                .to_owned(),
        )
        .await
}
