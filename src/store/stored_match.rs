//! Matches as they were asked and answered. Some 10 kB of JSON each, so they are deflated.

use std::collections::BTreeMap;
use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::column::{from_json, id, json, some_id};
use super::entity::{assignments, calls, matches};
use super::{Store, StoreError, rows};
use crate::id::{CallId, JurisdictionId, MatchId};
use crate::matching::{Situation, StoredMatch};

impl Store {
    /// One match.
    pub async fn stored_match(
        &self,
        jurisdiction_id: &JurisdictionId,
        match_id: MatchId,
    ) -> Result<Option<StoredMatch>, StoreError> {
        matches::Entity::find_by_id((jurisdiction_id.to_string(), match_id.to_string()))
            .one(&self.pools.reader)
            .await?
            .map(stored_match)
            .transpose()
    }

    /// The latest match of a call: the one that the call names.
    pub async fn latest_match(
        &self,
        jurisdiction_id: &JurisdictionId,
        call_id: CallId,
    ) -> Result<Option<StoredMatch>, StoreError> {
        let call = calls::Entity::find_by_id((jurisdiction_id.to_string(), call_id.to_string()))
            .one(&self.pools.reader)
            .await?;
        match some_id(call.and_then(|call| call.match_id).as_deref(), "calls.match_id")? {
            Some(match_id) => self.stored_match(jurisdiction_id, match_id).await,
            None => Ok(None),
        }
    }

    /// At most `limit` matches after this one, by id: from the oldest to the latest.
    pub async fn stored_matches(
        &self,
        jurisdiction_id: &JurisdictionId,
        after: Option<MatchId>,
        limit: u64,
    ) -> Result<Vec<StoredMatch>, StoreError> {
        let after = after.map(|after| matches::Column::Id.gt(after.to_string()));
        let rows = matches::Entity::find()
            .filter(matches::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
            .filter(after.into_iter().fold(Condition::all(), Condition::add))
            .order_by_asc(matches::Column::Id)
            .limit(limit)
            .all(&self.pools.reader)
            .await?;
        rows.into_iter().map(stored_match).collect()
    }
}

/// Each match that a call or an assignment names and that is not there, or is another call's; in plain words.
pub(super) async fn missing<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
) -> Result<Vec<String>, StoreError> {
    let here = jurisdiction_id.as_str();
    let kept: BTreeMap<String, String> = matches::Entity::find()
        .filter(matches::Column::JurisdictionId.eq(here))
        .select_only()
        .columns([matches::Column::Id, matches::Column::CallId])
        .into_tuple()
        .all(db)
        .await?
        .into_iter()
        .collect();
    let of_calls = calls::Entity::find()
        .filter(calls::Column::JurisdictionId.eq(here))
        .filter(calls::Column::MatchId.is_not_null())
        .select_only()
        .columns([calls::Column::Id, calls::Column::MatchId])
        .into_tuple::<(String, String)>()
        .all(db)
        .await?;
    let of_assignments = assignments::Entity::find()
        .filter(assignments::Column::JurisdictionId.eq(here))
        .filter(assignments::Column::MatchId.is_not_null())
        .select_only()
        .columns([assignments::Column::CallId, assignments::Column::MatchId])
        .into_tuple::<(String, String)>()
        .all(db)
        .await?;
    let named = of_calls.into_iter().chain(of_assignments);
    let missing = named.filter(|(call_id, match_id)| kept.get(match_id) != Some(call_id));
    Ok(missing
        .map(|(call_id, match_id)| format!("call {call_id}: its match {match_id} is not there"))
        .collect())
}

pub(super) async fn save<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    matches: &[StoredMatch],
) -> Result<(), StoreError> {
    let rows = matches
        .iter()
        .map(|kept| matches::Model {
            jurisdiction_id: jurisdiction_id.to_string(),
            id: kept.id.to_string(),
            call_id: kept.situation.call_id.to_string(),
            at: kept.situation.at.micros(),
            policy_version: kept.situation.policy_version.cast_signed(),
            content: deflate(&json(&(&kept.situation, &kept.report))),
        })
        .collect();
    rows::insert::<matches::Entity, _>(db, rows).await
}

fn stored_match(row: matches::Model) -> Result<StoredMatch, StoreError> {
    let (situation, report): (Situation, _) = from_json(&inflate(&row.content)?, "matches.content")?;
    if situation.call_id.to_string() != row.call_id {
        return Err(StoreError::corrupt("matches.content", "it is another call's"));
    }
    Ok(StoredMatch {
        id: id(&row.id, "matches.id")?,
        situation,
        report,
    })
}

fn deflate(text: &str) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder
        .write_all(text.as_bytes())
        .and_then(|()| encoder.finish())
        .expect("writing to memory does not fail")
}

fn inflate(bytes: &[u8]) -> Result<String, StoreError> {
    let mut text = String::new();
    DeflateDecoder::new(bytes)
        .read_to_string(&mut text)
        .map_err(|error| StoreError::corrupt("matches.content", error))?;
    Ok(text)
}
