//! Bearer tokens.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, text, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Tokens {
    Table,
    Id,
    SecretHash,
    Role,
    Subject,
    JurisdictionId,
    AgencyId,
    ResponderId,
    DeviceId,
    CreatedAt,
    ExpiresAt,
    RevokedAt,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tokens(manager).await?;
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        super::ALL_OR_NOTHING
    }
}

/// Bearer tokens: the public half and a hash of the secret one.
async fn tokens(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(Tokens::Table)
                .col(text(Tokens::Id))
                .col(text(Tokens::SecretHash))
                .col(text(Tokens::Role))
                .col(text(Tokens::Subject))
                .col(text_null(Tokens::JurisdictionId))
                .col(text_null(Tokens::AgencyId))
                .col(text_null(Tokens::ResponderId))
                .col(text_null(Tokens::DeviceId))
                .col(big_integer(Tokens::CreatedAt))
                .col(big_integer(Tokens::ExpiresAt))
                .col(big_integer_null(Tokens::RevokedAt))
                .primary_key(Index::create().col(Tokens::Id))
                .to_owned(),
        )
        .await?;
    Ok(())
}
