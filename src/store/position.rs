//! The latest known positions. They are not journaled: memory is ahead of this table by a few seconds, and a late flush
//! never puts an older position over a newer one.

use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::column::{count, id};
use super::entity::positions;
use super::{Store, StoreError, rows};
use crate::board::Position;
use crate::geo::Point;
use crate::id::{JurisdictionId, ResponderId};
use crate::moment::Moment;
use crate::travel::Positions;

impl Store {
    /// Saves positions, in one statement. An older one never replaces a newer one.
    pub async fn save_positions(
        &self,
        jurisdiction_id: &JurisdictionId,
        positions: &Positions,
    ) -> Result<(), StoreError> {
        use positions::Column;
        let rows = positions
            .iter()
            .map(|(responder_id, position)| positions::Model {
                jurisdiction_id: jurisdiction_id.to_string(),
                responder_id: responder_id.to_string(),
                lat_e7: position.point.e7().0,
                lon_e7: position.point.e7().1,
                at: position.at.micros(),
                accuracy_meters: position.accuracy_meters.map(i64::from),
                stationary: position.stationary,
            })
            .collect();
        let newer = OnConflict::columns([Column::JurisdictionId, Column::ResponderId])
            .update_columns([
                Column::LatE7,
                Column::LonE7,
                Column::At,
                Column::AccuracyMeters,
                Column::Stationary,
            ])
            .action_and_where(
                Expr::col((Alias::new("excluded"), Column::At))
                    .gte(Expr::col((positions::Entity, Column::At))),
            )
            .to_owned();
        rows::put::<positions::Entity, _>(&self.pools.writer, rows, Some(&newer)).await
    }

    /// The positions of a jurisdiction.
    pub async fn positions(&self, jurisdiction_id: &JurisdictionId) -> Result<Positions, StoreError> {
        let rows = positions::Entity::find()
            .filter(positions::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
            .all(&self.pools.reader)
            .await?;
        rows.into_iter()
            .map(|row| {
                let position = Position {
                    point: Point::from_e7(row.lat_e7, row.lon_e7),
                    at: Moment::from_micros(row.at),
                    accuracy_meters: row
                        .accuracy_meters
                        .map(|meters| count(meters, "positions.accuracy_meters"))
                        .transpose()?,
                    stationary: row.stationary,
                };
                Ok((id(&row.responder_id, "positions.responder_id")?, position))
            })
            .collect()
    }

    /// Forgets where he was: he signed off.
    pub async fn forget_position(
        &self,
        jurisdiction_id: &JurisdictionId,
        responder_id: ResponderId,
    ) -> Result<(), StoreError> {
        positions::Entity::delete_by_id((jurisdiction_id.to_string(), responder_id.to_string()))
            .exec(&self.pools.writer)
            .await?;
        Ok(())
    }
}
