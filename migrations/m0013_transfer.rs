//! The roster in and out: what imports bring of a responder and what is held against them, and the addresses at which a
//! calendar can be subscribed to.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, text, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Responders {
    Table,
    Imported,
}

#[derive(DeriveIden)]
enum CalendarAddresses {
    Table,
    JurisdictionId,
    Id,
    SecretHash,
    ResponderId,
    AreaId,
    CreatedBy,
    RequestId,
    CreatedAt,
    RevokedAt,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table(Responders::Table)
                    .add_column(text_null(Responders::Imported))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(CalendarAddresses::Table)
                    .col(text(CalendarAddresses::JurisdictionId))
                    .col(text(CalendarAddresses::Id))
                    .col(text(CalendarAddresses::SecretHash))
                    .col(text_null(CalendarAddresses::ResponderId))
                    .col(text_null(CalendarAddresses::AreaId))
                    .col(text(CalendarAddresses::CreatedBy))
                    .col(text(CalendarAddresses::RequestId))
                    .col(big_integer(CalendarAddresses::CreatedAt))
                    .col(big_integer_null(CalendarAddresses::RevokedAt))
                    .primary_key(
                        Index::create()
                            .col(CalendarAddresses::JurisdictionId)
                            .col(CalendarAddresses::Id),
                    )
                    .to_owned(),
            )
            .await?;
        // Made once for a request, however often it is sent.
        manager
            .create_index(
                Index::create()
                    .name("calendar_addresses_by_request")
                    .table(CalendarAddresses::Table)
                    .col(CalendarAddresses::JurisdictionId)
                    .col(CalendarAddresses::CreatedBy)
                    .col(CalendarAddresses::RequestId)
                    .unique()
                    .to_owned(),
            )
            .await
    }

    fn use_transaction(&self) -> Option<bool> {
        super::ALL_OR_NOTHING
    }
}
