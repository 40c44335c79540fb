//! What was answered to each request. The same request, sent again, gets it again.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, Select};

use super::column::{from_json, json};
use super::entity::replies;
use super::{StoreError, rows};
use crate::board::{Names, Reply};
use crate::id::JurisdictionId;
use crate::moment::Moment;

/// How many keys one condition names: each is four values and a level of the expression.
const KEYS_A_STATEMENT: usize = 200;

/// Which request it was. `request_id`s of different callers or methods do not meet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReplyKey {
    /// The caller's subject.
    pub subject: String,
    /// The method, such as `OpenCall`.
    pub method: String,
    /// The `request_id` that he chose.
    pub request_id: String,
}

/// An answer that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptReply {
    /// To which request.
    pub key: ReplyKey,
    /// The digest of the request's body: another body under the same key is refused.
    pub fingerprint: String,
    /// The revision at which it was done.
    pub revision: u64,
    /// When.
    pub at: Moment,
    /// The answer.
    pub reply: Reply,
    /// Those whom it names.
    pub names: Names,
}

pub(super) async fn read<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    keys: &[ReplyKey],
) -> Result<BTreeMap<ReplyKey, KeptReply>, StoreError> {
    let mut kept = BTreeMap::new();
    for some in keys.chunks(KEYS_A_STATEMENT) {
        for row in of_any(jurisdiction_id, some).all(db).await? {
            let reply = kept_reply(row)?;
            kept.insert(reply.key.clone(), reply);
        }
    }
    Ok(kept)
}

/// Replies to any of these. Each alternative names the whole primary key, the jurisdiction too: with that one before the
/// brackets, SQLite reads through all replies of the jurisdiction as soon as there are three alternatives.
fn of_any(jurisdiction_id: &JurisdictionId, keys: &[ReplyKey]) -> Select<replies::Entity> {
    use replies::Column;
    let any = keys.iter().fold(Condition::any(), |any, key| {
        any.add(
            Condition::all()
                .add(Column::JurisdictionId.eq(jurisdiction_id.as_str()))
                .add(Column::Subject.eq(key.subject.as_str()))
                .add(Column::Method.eq(key.method.as_str()))
                .add(Column::RequestId.eq(key.request_id.as_str())),
        )
    });
    replies::Entity::find().filter(any)
}

pub(super) async fn save<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    replies: &[KeptReply],
) -> Result<(), StoreError> {
    let rows = replies
        .iter()
        .map(|kept| replies::Model {
            jurisdiction_id: jurisdiction_id.to_string(),
            subject: kept.key.subject.clone(),
            method: kept.key.method.clone(),
            request_id: kept.key.request_id.clone(),
            fingerprint: kept.fingerprint.clone(),
            revision: kept.revision.cast_signed(),
            at: kept.at.micros(),
            reply: json(&(&kept.reply, &kept.names)),
        })
        .collect();
    rows::insert::<replies::Entity, _>(db, rows).await
}

fn kept_reply(row: replies::Model) -> Result<KeptReply, StoreError> {
    let (reply, names) = from_json(&row.reply, "replies.reply")?;
    Ok(KeptReply {
        key: ReplyKey {
            subject: row.subject,
            method: row.method,
            request_id: row.request_id,
        },
        fingerprint: row.fingerprint,
        revision: row.revision.cast_unsigned(),
        at: Moment::from_micros(row.at),
        reply,
        names,
    })
}

#[cfg(test)]
mod tests {
    use sea_orm::{QueryTrait, Statement};

    use super::*;
    use crate::store::Store;

    #[tokio::test]
    async fn a_batch_is_looked_up_by_key_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("tandem.db").display());
        let store = Store::connect(&url).await.expect("opened");
        store.migrate().await.expect("migrated");
        let db = &store.pools.reader;
        let jurisdiction_id = "st-louis".parse().expect("an id");
        for many in [1, 2, 3, 64, KEYS_A_STATEMENT] {
            let key = |n: usize| ReplyKey {
                subject: "dana".to_owned(),
                method: "OpenCall".to_owned(),
                request_id: n.to_string(),
            };
            let keys: Vec<ReplyKey> = (0..many).map(key).collect();
            let mut asked: Statement = of_any(&jurisdiction_id, &keys).build(db.get_database_backend());
            asked.sql.insert_str(0, "EXPLAIN QUERY PLAN ");
            let steps = db.query_all_raw(asked).await.expect("a plan");
            let steps = steps
                .iter()
                .map(|step| step.try_get_by::<String, _>("detail").expect("a step"));
            let searches: Vec<String> = steps.filter(|step| step.contains(" replies")).collect();
            assert_eq!(searches.len(), many);
            for search in searches {
                assert!(search.ends_with("AND request_id=?)"), "{search}");
            }
        }
    }
}
