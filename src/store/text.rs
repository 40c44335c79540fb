//! Texts about persons and places. Who may read which is not decided here.

use std::collections::BTreeSet;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::column::{from_word, id, word};
use super::entity::texts;
use super::{Store, StoreError, rows};
use crate::dispatch::{Call, Text};
use crate::id::{JurisdictionId, TextId};
use crate::moment::Moment;

impl Store {
    /// One text.
    pub async fn text(
        &self,
        jurisdiction_id: &JurisdictionId,
        text_id: TextId,
    ) -> Result<Option<Text>, StoreError> {
        texts::Entity::find_by_id((jurisdiction_id.to_string(), text_id.to_string()))
            .one(&self.pools.reader)
            .await?
            .map(text)
            .transpose()
    }

    /// The texts of a call, oldest first; then those that it has from other calls: merged into it, or of which it was a
    /// part.
    pub async fn texts_of_call(
        &self,
        jurisdiction_id: &JurisdictionId,
        call: &Call,
    ) -> Result<Vec<Text>, StoreError> {
        let of_jurisdiction = texts::Entity::find()
            .filter(texts::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
            .order_by_asc(texts::Column::Revision)
            .order_by_asc(texts::Column::Place);
        let mut rows = of_jurisdiction
            .clone()
            .filter(texts::Column::CallId.eq(call.id.to_string()))
            .all(&self.pools.reader)
            .await?;
        let own: BTreeSet<String> = rows.iter().map(|row| row.id.clone()).collect();
        let others: Vec<String> = call
            .text_ids()
            .map(|id| id.to_string())
            .filter(|id| !own.contains(id))
            .collect();
        for some in others.chunks(rows::IDS_A_STATEMENT) {
            let found = of_jurisdiction
                .clone()
                .filter(texts::Column::Id.is_in(some))
                .all(&self.pools.reader)
                .await?;
            rows.extend(found);
        }
        rows.into_iter().map(text).collect()
    }
}

/// Keeps texts. The revision of their batch and their place in it are their order: ids of one moment have none.
pub(super) async fn save<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    revision: u64,
    texts: &[Text],
) -> Result<(), StoreError> {
    let rows = (0..)
        .zip(texts)
        .map(|(place, text)| texts::Model {
            jurisdiction_id: jurisdiction_id.to_string(),
            id: text.id.to_string(),
            call_id: text.call_id.to_string(),
            class: word(&text.class),
            author: text.author.clone(),
            recorded_at: text.recorded_at.micros(),
            revision: revision.cast_signed(),
            place,
            body: text.body.clone(),
        })
        .collect();
    rows::insert::<texts::Entity, _>(db, rows).await
}

fn text(row: texts::Model) -> Result<Text, StoreError> {
    Ok(Text {
        id: id(&row.id, "texts.id")?,
        call_id: id(&row.call_id, "texts.call_id")?,
        class: from_word(row.class, "texts.class")?,
        author: row.author,
        recorded_at: Moment::from_micros(row.recorded_at),
        body: row.body,
    })
}
