//! The journal, the replies kept for repeated requests, and the audit.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Journal {
    Table,
    JurisdictionId,
    Revision,
    At,
    OperationId,
    RequestId,
    Subject,
    Role,
    Method,
    Events,
    Hash,
}

#[derive(DeriveIden)]
enum Replies {
    Table,
    JurisdictionId,
    Subject,
    Method,
    RequestId,
    Fingerprint,
    Revision,
    At,
    Reply,
}

#[derive(DeriveIden)]
enum Audit {
    Table,
    JurisdictionId,
    OperationId,
    Revision,
    At,
    Subject,
    Role,
    Method,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        journal(manager).await?;
        replies(manager).await?;
        audit(manager).await?;
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        super::ALL_OR_NOTHING
    }
}

/// What happened: one row an operation, in order and without gaps.
async fn journal(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(Journal::Table)
                .col(text(Journal::JurisdictionId))
                .col(big_integer(Journal::Revision))
                .col(big_integer(Journal::At))
                .col(text(Journal::OperationId))
                .col(text(Journal::RequestId))
                .col(text(Journal::Subject))
                .col(text(Journal::Role))
                .col(text(Journal::Method))
                .col(text(Journal::Events))
                .col(text(Journal::Hash))
                .primary_key(
                    Index::create()
                        .col(Journal::JurisdictionId)
                        .col(Journal::Revision),
                )
                .to_owned(),
        )
        .await?;
    Ok(())
}

/// What was answered to each request, so that the same request gets the same answer.
async fn replies(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(Replies::Table)
                .col(text(Replies::JurisdictionId))
                .col(text(Replies::Subject))
                .col(text(Replies::Method))
                .col(text(Replies::RequestId))
                .col(text(Replies::Fingerprint))
                .col(big_integer(Replies::Revision))
                .col(big_integer(Replies::At))
                .col(text(Replies::Reply))
                .primary_key(
                    Index::create()
                        .col(Replies::JurisdictionId)
                        .col(Replies::Subject)
                        .col(Replies::Method)
                        .col(Replies::RequestId),
                )
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("replies_at")
                .table(Replies::Table)
                .col(Replies::JurisdictionId)
                .col(Replies::At)
                .to_owned(),
        )
        .await?;
    Ok(())
}

/// Who did what and when. It outlives the journal.
async fn audit(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(Audit::Table)
                .col(text(Audit::JurisdictionId))
                .col(text(Audit::OperationId))
                .col(big_integer(Audit::Revision))
                .col(big_integer(Audit::At))
                .col(text(Audit::Subject))
                .col(text(Audit::Role))
                .col(text(Audit::Method))
                .primary_key(Index::create().col(Audit::JurisdictionId).col(Audit::OperationId))
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("audit_at")
                .table(Audit::Table)
                .col(Audit::JurisdictionId)
                .col(Audit::At)
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("audit_subject")
                .table(Audit::Table)
                .col(Audit::JurisdictionId)
                .col(Audit::Subject)
                .col(Audit::At)
                .to_owned(),
        )
        .await?;
    Ok(())
}
