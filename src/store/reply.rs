//! What was answered to each request. The same request, sent again, gets it again.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};

use super::column::{from_json, json};
use super::entity::replies;
use super::{StoreError, rows};
use crate::board::{Names, Reply};
use crate::id::JurisdictionId;
use crate::moment::Moment;

/// How many keys one condition names: each is three values and a level of the expression.
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
    use replies::Column;
    let mut kept = BTreeMap::new();
    for some in keys.chunks(KEYS_A_STATEMENT) {
        let any = some.iter().fold(Condition::any(), |any, key| {
            any.add(
                Condition::all()
                    .add(Column::Subject.eq(key.subject.as_str()))
                    .add(Column::Method.eq(key.method.as_str()))
                    .add(Column::RequestId.eq(key.request_id.as_str())),
            )
        });
        let rows = replies::Entity::find()
            .filter(Column::JurisdictionId.eq(jurisdiction_id.as_str()))
            .filter(any)
            .all(db)
            .await?;
        for row in rows {
            let reply = kept_reply(row)?;
            kept.insert(reply.key.clone(), reply);
        }
    }
    Ok(kept)
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
