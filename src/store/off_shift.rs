//! What holds of responders while they are off shift, and the words about them. Who may read those is not decided here.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::column::{from_json, from_word, id, json, word};
use super::entity::{notes, off_shifts};
use super::{Store, StoreError, rows};
use crate::id::{JurisdictionId, ResponderId};
use crate::roster::{Note, NoteKind, OffShift};

impl Store {
    /// The words about somebody off shift.
    pub async fn notes(
        &self,
        jurisdiction_id: &JurisdictionId,
        responder_id: ResponderId,
    ) -> Result<BTreeMap<NoteKind, String>, StoreError> {
        let rows = notes::Entity::find()
            .filter(notes::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
            .filter(notes::Column::ResponderId.eq(responder_id.to_string()))
            .all(&self.pools.reader)
            .await?;
        rows.into_iter()
            .map(|row| Ok((from_word(row.kind, "notes.kind")?, row.body)))
            .collect()
    }
}

/// Keeps words in the place of those that stood there; of several about one thing the last.
pub(super) async fn save_notes<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    notes: &[Note],
) -> Result<(), StoreError> {
    let last: BTreeMap<(ResponderId, NoteKind), &Note> = notes
        .iter()
        .map(|note| ((note.responder_id, note.kind), note))
        .collect();
    let rows = last.into_values().map(|note| notes::Model {
        jurisdiction_id: jurisdiction_id.to_string(),
        responder_id: note.responder_id.to_string(),
        kind: word(&note.kind),
        body: note.body.clone(),
    });
    rows::upsert::<notes::Entity, _>(db, rows.collect()).await
}

pub(super) async fn read_all<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
) -> Result<BTreeMap<ResponderId, OffShift>, StoreError> {
    let rows = off_shifts::Entity::find()
        .filter(off_shifts::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| off_shift(row).map(|said| (said.responder_id, said)))
        .collect()
}

pub(super) async fn save<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    said: &[&OffShift],
) -> Result<(), StoreError> {
    let rows = said.iter().map(|said| off_shifts::Model {
        jurisdiction_id: jurisdiction_id.to_string(),
        responder_id: said.responder_id.to_string(),
        zone: said.zone.clone(),
        unavailable: json(&said.unavailable),
        opted_out: said.opted_out.as_ref().map(json),
        contact_preferences: json(&said.contact_preferences),
        noted: json(&said.noted),
        arrival: said.arrival.as_ref().map(json),
        version: said.version.cast_signed(),
    });
    rows::upsert::<off_shifts::Entity, _>(db, rows.collect()).await
}

fn off_shift(row: off_shifts::Model) -> Result<OffShift, StoreError> {
    let opted_out = row.opted_out.as_deref();
    let arrival = row.arrival.as_deref();
    Ok(OffShift {
        responder_id: id(&row.responder_id, "off_shifts.responder_id")?,
        zone: row.zone,
        unavailable: from_json(&row.unavailable, "off_shifts.unavailable")?,
        opted_out: opted_out
            .map(|text| from_json(text, "off_shifts.opted_out"))
            .transpose()?,
        contact_preferences: from_json(&row.contact_preferences, "off_shifts.contact_preferences")?,
        noted: from_json(&row.noted, "off_shifts.noted")?,
        arrival: arrival
            .map(|text| from_json(text, "off_shifts.arrival"))
            .transpose()?,
        version: row.version.cast_unsigned(),
    })
}
