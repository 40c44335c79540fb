//! One number for everything in the database: "this changed nothing" is "the number is the same".

use sea_orm::{ConnectionTrait, EntityTrait, Iterable, PrimaryKeyToColumn, QueryOrder, QuerySelect};
use sha2::{Digest, Sha256};

use super::{Store, StoreError, backend, entity};

/// How many rows are read at once.
const PAGE: u64 = 1_000;

impl Store {
    /// A digest of all rows of all tables, in the order of their keys, at one moment.
    pub async fn checksum(&self) -> Result<String, StoreError> {
        let transaction = backend::begin_read(&self.pools.reader).await?;
        let mut sum = Sha256::new();
        macro_rules! tables {
            ($($table:ident),+ $(,)?) => {
                $(add::<entity::$table::Entity, _>(&transaction, stringify!($table), &mut sum).await?;)+
            };
        }
        tables!(
            agencies,
            alerts,
            assignments,
            audit,
            calendar_addresses,
            call_back_attempts,
            call_references,
            calls,
            credentials,
            duty_statuses,
            floors,
            heads,
            journal,
            jurisdictions,
            matches,
            members,
            notes,
            off_shifts,
            on_call_lists,
            patterns,
            positions,
            replies,
            responders,
            service_areas,
            shift_requests,
            shifts,
            texts,
            timesheets,
            tokens,
            turns,
        );
        transaction.rollback().await?;
        Ok(hex::encode(sum.finalize()))
    }
}

async fn add<E, C>(db: &C, table: &str, sum: &mut Sha256) -> Result<(), StoreError>
where
    E: EntityTrait,
    E::Model: Sync,
    C: ConnectionTrait,
{
    sum.update(table.as_bytes());
    let mut offset = 0;
    loop {
        let mut query = E::find();
        for key in E::PrimaryKey::iter() {
            query = query.order_by_asc(key.into_column());
        }
        let rows = query.offset(offset).limit(PAGE).all(db).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in rows {
            sum.update(format!("{row:?}\n").as_bytes());
            offset += 1;
        }
    }
}
