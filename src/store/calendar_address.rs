//! Addresses at which a calendar can be subscribed to. Like a token's, the secret half is never here, only its hash; like
//! tokens, they are not in the journal.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::column::{id, micros, moment, some_id};
use super::entity::calendar_addresses as table;
use super::{Store, StoreError, rows};
use crate::id::{AreaId, CalendarAddressId, JurisdictionId, ResponderId};
use crate::moment::Moment;
use crate::transfer::calendar::CalendarOf;

/// An address at which a calendar can be subscribed to.
#[derive(Clone, PartialEq, Eq)]
pub struct CalendarAddress {
    /// Its public half.
    pub id: CalendarAddressId,
    /// Where.
    pub jurisdiction_id: JurisdictionId,
    /// A hash of its secret half.
    pub secret_hash: String,
    /// Whose calendar.
    pub of: CalendarOf,
    /// Who made it.
    pub created_by: String,
    /// By which request.
    pub request_id: String,
    /// When.
    pub created_at: Moment,
    /// When it was taken back.
    pub revoked_at: Option<Moment>,
}

impl std::fmt::Debug for CalendarAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CalendarAddress")
            .field("id", &self.id)
            .field("of", &self.of)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Keeps a new address. [`StoreError::Conflict`]: the same request has made one.
    pub async fn insert_calendar_address(&self, address: &CalendarAddress) -> Result<(), StoreError> {
        rows::insert::<table::Entity, _>(&self.pools.writer, vec![row(address)]).await
    }

    /// One address, also one that is void.
    pub async fn calendar_address(
        &self,
        id: CalendarAddressId,
    ) -> Result<Option<CalendarAddress>, StoreError> {
        let found = table::Entity::find()
            .filter(table::Column::Id.eq(id.to_string()))
            .one(&self.pools.reader)
            .await?;
        found.map(address).transpose()
    }

    /// The address that this request has made.
    pub async fn calendar_address_of_request(
        &self,
        jurisdiction_id: &JurisdictionId,
        created_by: &str,
        request_id: &str,
    ) -> Result<Option<CalendarAddress>, StoreError> {
        let found = table::Entity::find()
            .filter(table::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
            .filter(table::Column::CreatedBy.eq(created_by))
            .filter(table::Column::RequestId.eq(request_id))
            .one(&self.pools.reader)
            .await?;
        found.map(address).transpose()
    }

    /// The addresses of a jurisdiction that are in force, by id.
    pub async fn calendar_addresses(
        &self,
        jurisdiction_id: &JurisdictionId,
    ) -> Result<Vec<CalendarAddress>, StoreError> {
        let rows = table::Entity::find()
            .filter(table::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
            .filter(table::Column::RevokedAt.is_null())
            .order_by_asc(table::Column::Id)
            .all(&self.pools.reader)
            .await?;
        rows.into_iter().map(address).collect()
    }

    /// Takes an address back, if that has not been done.
    pub async fn revoke_calendar_address(
        &self,
        jurisdiction_id: &JurisdictionId,
        id: CalendarAddressId,
        at: Moment,
    ) -> Result<(), StoreError> {
        table::Entity::update_many()
            .col_expr(table::Column::RevokedAt, Expr::val(at.micros()))
            .filter(table::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
            .filter(table::Column::Id.eq(id.to_string()))
            .filter(table::Column::RevokedAt.is_null())
            .exec(&self.pools.writer)
            .await?;
        Ok(())
    }
}

fn address(row: table::Model) -> Result<CalendarAddress, StoreError> {
    let responder_id: Option<ResponderId> =
        some_id(row.responder_id.as_deref(), "calendar_addresses.responder_id")?;
    let area_id: Option<AreaId> = some_id(row.area_id.as_deref(), "calendar_addresses.area_id")?;
    let of = match (responder_id, area_id) {
        (Some(id), None) => CalendarOf::Responder(id),
        (None, Some(id)) => CalendarOf::Area(id),
        (Some(_), Some(_)) | (None, None) => {
            let why = "a calendar is a responder's or an area's";
            return Err(StoreError::corrupt("calendar_addresses", why));
        }
    };
    Ok(CalendarAddress {
        id: id(&row.id, "calendar_addresses.id")?,
        jurisdiction_id: id(&row.jurisdiction_id, "calendar_addresses.jurisdiction_id")?,
        secret_hash: row.secret_hash,
        of,
        created_by: row.created_by,
        request_id: row.request_id,
        created_at: Moment::from_micros(row.created_at),
        revoked_at: moment(row.revoked_at),
    })
}

fn row(address: &CalendarAddress) -> table::Model {
    let (responder_id, area_id) = match address.of {
        CalendarOf::Responder(id) => (Some(id.to_string()), None),
        CalendarOf::Area(id) => (None, Some(id.to_string())),
    };
    table::Model {
        jurisdiction_id: address.jurisdiction_id.to_string(),
        id: address.id.to_string(),
        secret_hash: address.secret_hash.clone(),
        responder_id,
        area_id,
        created_by: address.created_by.clone(),
        request_id: address.request_id.clone(),
        created_at: address.created_at.micros(),
        revoked_at: micros(address.revoked_at),
    }
}
