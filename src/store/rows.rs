//! Many rows in one statement, and one row after the other.

use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Iterable, PrimaryKeyToColumn, Select,
    StreamTrait,
};
use tokio_stream::StreamExt;

use super::StoreError;

/// How many ids a condition may name.
pub(super) const IDS_A_STATEMENT: usize = 1_000;
/// SQLite takes 32,766 values a statement, PostgreSQL 65,535.
const VALUES_A_STATEMENT: usize = 30_000;

/// Reads rows one by one: of a large table only what is made of them is held, never the rows beside it. A list, so that a
/// map is built of it at once: one that grows row by row is left with half-empty nodes.
pub(super) async fn read<E, C, T>(
    db: &C,
    rows: Select<E>,
    mut make: impl FnMut(E::Model) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError>
where
    E: EntityTrait,
    C: ConnectionTrait + StreamTrait,
{
    let mut rows = rows.stream(db).await?;
    let mut made = Vec::new();
    while let Some(row) = rows.next().await {
        made.push(make(row?)?);
    }
    Ok(made)
}

/// Inserts rows that are not there, and replaces those that are.
pub(super) async fn upsert<E, C>(db: &C, rows: Vec<E::Model>) -> Result<(), StoreError>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    C: ConnectionTrait,
{
    let keys = E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column);
    let rest = E::Column::iter().filter(|column| E::PrimaryKey::from_column(*column).is_none());
    let replace = OnConflict::columns(keys).update_columns(rest).to_owned();
    put::<E, C>(db, rows, Some(&replace)).await
}

/// Inserts rows; one that is there already is a [`StoreError::Conflict`].
pub(super) async fn insert<E, C>(db: &C, rows: Vec<E::Model>) -> Result<(), StoreError>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    C: ConnectionTrait,
{
    put::<E, C>(db, rows, None).await
}

/// Inserts rows with a rule of its own for those that are there.
pub(super) async fn put<E, C>(
    db: &C,
    rows: Vec<E::Model>,
    on_conflict: Option<&OnConflict>,
) -> Result<(), StoreError>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    C: ConnectionTrait,
{
    let at_once = VALUES_A_STATEMENT / E::Column::iter().count();
    let mut rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    loop {
        let some: Vec<E::ActiveModel> = rows.by_ref().take(at_once).collect();
        if some.is_empty() {
            return Ok(());
        }
        let mut statement = E::insert_many(some);
        if let Some(rule) = on_conflict {
            statement = statement.on_conflict(rule.clone());
        }
        statement.exec_without_returning(db).await?;
    }
}
