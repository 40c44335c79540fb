//! Assignments and their members, with the second wall of "one active membership a responder".

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, boolean, integer, text, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Assignments {
    Table,
    JurisdictionId,
    Id,
    CallId,
    Outcome,
    MatchId,
    HeldUntil,
    OverrideReason,
    OverrideTextId,
    Degraded,
    MadeAt,
    EndedAt,
    Filed,
    Version,
}

#[derive(DeriveIden)]
enum Members {
    Table,
    JurisdictionId,
    AssignmentId,
    Place,
    SlotId,
    ResponderId,
    AgencyId,
    Discipline,
    State,
    Active,
    StateSince,
    Ordered,
    AnswerBy,
    DeliveredAt,
    SeenAt,
    EtaSeconds,
    DistanceMeters,
    Basis,
    Staged,
    Steps,
    ExitReason,
    ExitAt,
    SafetyState,
    SafetyNextAt,
    CheckedInAt,
    Disposition,
    DispositionDueAt,
    DispositionOverdue,
}

#[derive(DeriveIden)]
enum Calls {
    Table,
    JurisdictionId,
    Id,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        assignments(manager).await?;
        members(manager).await?;
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        super::ALL_OR_NOTHING
    }
}

/// Who was sent to which call.
async fn assignments(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(Assignments::Table)
                .col(text(Assignments::JurisdictionId))
                .col(text(Assignments::Id))
                .col(text(Assignments::CallId))
                .col(text(Assignments::Outcome))
                .col(text_null(Assignments::MatchId))
                .col(big_integer_null(Assignments::HeldUntil))
                .col(text(Assignments::OverrideReason))
                .col(text_null(Assignments::OverrideTextId))
                .col(boolean(Assignments::Degraded))
                .col(big_integer(Assignments::MadeAt))
                .col(big_integer_null(Assignments::EndedAt))
                .col(boolean(Assignments::Filed))
                .col(big_integer(Assignments::Version))
                .primary_key(
                    Index::create()
                        .col(Assignments::JurisdictionId)
                        .col(Assignments::Id),
                )
                .foreign_key(
                    ForeignKey::create()
                        .from(
                            Assignments::Table,
                            (Assignments::JurisdictionId, Assignments::CallId),
                        )
                        .to(Calls::Table, (Calls::JurisdictionId, Calls::Id)),
                )
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("assignments_call")
                .table(Assignments::Table)
                .col(Assignments::JurisdictionId)
                .col(Assignments::CallId)
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("assignments_made")
                .table(Assignments::Table)
                .col(Assignments::JurisdictionId)
                .col(Assignments::MadeAt)
                .col(Assignments::Id)
                .to_owned(),
        )
        .await?;
    Ok(())
}

/// One row a membership; `place` is its position in the assignment's list.
async fn members(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(Members::Table)
                .col(text(Members::JurisdictionId))
                .col(text(Members::AssignmentId))
                .col(integer(Members::Place))
                .col(text(Members::SlotId))
                .col(text(Members::ResponderId))
                .col(text(Members::AgencyId))
                .col(text(Members::Discipline))
                .col(text(Members::State))
                .col(boolean(Members::Active))
                .col(big_integer(Members::StateSince))
                .col(boolean(Members::Ordered))
                .col(big_integer_null(Members::AnswerBy))
                .col(big_integer_null(Members::DeliveredAt))
                .col(big_integer_null(Members::SeenAt))
                .col(big_integer_null(Members::EtaSeconds))
                .col(big_integer_null(Members::DistanceMeters))
                .col(text_null(Members::Basis))
                .col(boolean(Members::Staged))
                .col(text(Members::Steps))
                .col(text_null(Members::ExitReason))
                .col(big_integer_null(Members::ExitAt))
                .col(text(Members::SafetyState))
                .col(big_integer_null(Members::SafetyNextAt))
                .col(big_integer_null(Members::CheckedInAt))
                .col(text_null(Members::Disposition))
                .col(big_integer_null(Members::DispositionDueAt))
                .col(boolean(Members::DispositionOverdue))
                .primary_key(
                    Index::create()
                        .col(Members::JurisdictionId)
                        .col(Members::AssignmentId)
                        .col(Members::Place),
                )
                .foreign_key(
                    ForeignKey::create()
                        .from(Members::Table, (Members::JurisdictionId, Members::AssignmentId))
                        .to(Assignments::Table, (Assignments::JurisdictionId, Assignments::Id)),
                )
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("members_one_active")
                .table(Members::Table)
                .col(Members::JurisdictionId)
                .col(Members::ResponderId)
                .unique()
                .and_where(Expr::col(Members::Active))
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("members_responder")
                .table(Members::Table)
                .col(Members::JurisdictionId)
                .col(Members::ResponderId)
                .col(Members::AssignmentId)
                .to_owned(),
        )
        .await?;
    Ok(())
}
