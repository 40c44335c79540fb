//! Calls for service, their names elsewhere, their texts and their matches.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, blob, boolean, integer, integer_null, text, text_null,
};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Calls {
    Table,
    JurisdictionId,
    Id,
    Number,
    State,
    StateSince,
    Source,
    RequestedBy,
    IncidentType,
    AcuityScheme,
    AcuityLevel,
    Response,
    Hazards,
    LatE7,
    LonE7,
    AddressTextId,
    ClinicalTextId,
    ApproachTextId,
    PersonReferences,
    AskedQualifications,
    Slots,
    SourceVersion,
    OpenedAt,
    OpenedBy,
    ClosedAt,
    CancelReason,
    WaitingSince,
    Declined,
    AssignmentId,
    MatchId,
    Remarks,
    Flags,
    FilesAt,
    Filed,
    Version,
}

#[derive(DeriveIden)]
enum CallReferences {
    Table,
    JurisdictionId,
    System,
    Kind,
    Value,
    CallId,
}

#[derive(DeriveIden)]
enum Texts {
    Table,
    JurisdictionId,
    Id,
    CallId,
    Class,
    Author,
    RecordedAt,
    Revision,
    Place,
    Body,
}

#[derive(DeriveIden)]
enum Matches {
    Table,
    JurisdictionId,
    Id,
    CallId,
    At,
    PolicyVersion,
    Content,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        calls(manager).await?;
        call_references(manager).await?;
        texts(manager).await?;
        matches(manager).await?;
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        super::ALL_OR_NOTHING
    }
}

/// Calls for service, also filed ones. No narrative and no address stand here: those are texts, by id.
async fn calls(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(Calls::Table)
                .col(text(Calls::JurisdictionId))
                .col(text(Calls::Id))
                .col(big_integer(Calls::Number))
                .col(text(Calls::State))
                .col(big_integer(Calls::StateSince))
                .col(text(Calls::Source))
                .col(text(Calls::RequestedBy))
                .col(text(Calls::IncidentType))
                .col(text(Calls::AcuityScheme))
                .col(integer(Calls::AcuityLevel))
                .col(text(Calls::Response))
                .col(text(Calls::Hazards))
                .col(integer_null(Calls::LatE7))
                .col(integer_null(Calls::LonE7))
                .col(text_null(Calls::AddressTextId))
                .col(text_null(Calls::ClinicalTextId))
                .col(text_null(Calls::ApproachTextId))
                .col(text(Calls::PersonReferences))
                .col(text(Calls::AskedQualifications))
                .col(text(Calls::Slots))
                .col(big_integer(Calls::SourceVersion))
                .col(big_integer(Calls::OpenedAt))
                .col(text(Calls::OpenedBy))
                .col(big_integer_null(Calls::ClosedAt))
                .col(text(Calls::CancelReason))
                .col(big_integer_null(Calls::WaitingSince))
                .col(text(Calls::Declined))
                .col(text_null(Calls::AssignmentId))
                .col(text_null(Calls::MatchId))
                .col(text(Calls::Remarks))
                .col(text(Calls::Flags))
                .col(big_integer_null(Calls::FilesAt))
                .col(boolean(Calls::Filed))
                .col(big_integer(Calls::Version))
                .primary_key(Index::create().col(Calls::JurisdictionId).col(Calls::Id))
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("calls_number")
                .table(Calls::Table)
                .col(Calls::JurisdictionId)
                .col(Calls::Number)
                .unique()
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("calls_opened")
                .table(Calls::Table)
                .col(Calls::JurisdictionId)
                .col(Calls::OpenedAt)
                .col(Calls::Id)
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("calls_state")
                .table(Calls::Table)
                .col(Calls::JurisdictionId)
                .col(Calls::State)
                .col(Calls::OpenedAt)
                .to_owned(),
        )
        .await?;
    Ok(())
}

/// Names that other systems have for calls: one name, one call.
async fn call_references(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(CallReferences::Table)
                .col(text(CallReferences::JurisdictionId))
                .col(text(CallReferences::System))
                .col(text(CallReferences::Kind))
                .col(text(CallReferences::Value))
                .col(text(CallReferences::CallId))
                .primary_key(
                    Index::create()
                        .col(CallReferences::JurisdictionId)
                        .col(CallReferences::System)
                        .col(CallReferences::Kind)
                        .col(CallReferences::Value),
                )
                .foreign_key(
                    ForeignKey::create()
                        .from(
                            CallReferences::Table,
                            (CallReferences::JurisdictionId, CallReferences::CallId),
                        )
                        .to(Calls::Table, (Calls::JurisdictionId, Calls::Id)),
                )
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("call_references_call")
                .table(CallReferences::Table)
                .col(CallReferences::JurisdictionId)
                .col(CallReferences::CallId)
                .to_owned(),
        )
        .await?;
    Ok(())
}

/// Texts about persons and places, apart from everything else.
async fn texts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(Texts::Table)
                .col(text(Texts::JurisdictionId))
                .col(text(Texts::Id))
                .col(text(Texts::CallId))
                .col(text(Texts::Class))
                .col(text(Texts::Author))
                .col(big_integer(Texts::RecordedAt))
                .col(big_integer(Texts::Revision))
                .col(integer(Texts::Place))
                .col(text(Texts::Body))
                .primary_key(Index::create().col(Texts::JurisdictionId).col(Texts::Id))
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("texts_call")
                .table(Texts::Table)
                .col(Texts::JurisdictionId)
                .col(Texts::CallId)
                .col(Texts::Revision)
                .col(Texts::Place)
                .to_owned(),
        )
        .await?;
    Ok(())
}

/// Each match as it was asked and answered: JSON, deflated.
async fn matches(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(Matches::Table)
                .col(text(Matches::JurisdictionId))
                .col(text(Matches::Id))
                .col(text(Matches::CallId))
                .col(big_integer(Matches::At))
                .col(big_integer(Matches::PolicyVersion))
                .col(blob(Matches::Content))
                .primary_key(Index::create().col(Matches::JurisdictionId).col(Matches::Id))
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("matches_call")
                .table(Matches::Table)
                .col(Matches::JurisdictionId)
                .col(Matches::CallId)
                .col(Matches::At)
                .to_owned(),
        )
        .await?;
    Ok(())
}
