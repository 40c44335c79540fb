//! Bearer tokens. The secret half is never here, only its hash.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use super::column::{from_word, id, micros, moment, some_id, word};
use super::entity::tokens;
use super::{Store, StoreError, rows};
use crate::board::Role;
use crate::id::{AgencyId, JurisdictionId, ResponderId, TokenId};
use crate::moment::Moment;

/// A bearer token: who its holder is and what he may do.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// Its public half.
    pub id: TokenId,
    /// A hash of its secret half.
    pub secret_hash: String,
    /// What its holder may do.
    pub role: Role,
    /// Who he is.
    pub subject: String,
    /// Where he may do it; none means everywhere.
    pub jurisdiction_id: Option<JurisdictionId>,
    /// His agency; none when he belongs to none.
    pub agency_id: Option<AgencyId>,
    /// The responder that he is.
    pub responder_id: Option<ResponderId>,
    /// The one device that may use it.
    pub device_id: Option<String>,
    /// When it was made.
    pub created_at: Moment,
    /// From when on it is void.
    pub expires_at: Moment,
    /// When it was taken back.
    pub revoked_at: Option<Moment>,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Token")
            .field("id", &self.id)
            .field("role", &self.role)
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Keeps a new token.
    pub async fn insert_token(&self, token: &Token) -> Result<(), StoreError> {
        rows::insert::<tokens::Entity, _>(&self.pools.writer, vec![row(token)]).await
    }

    /// Those of these tokens that there are, also void ones.
    pub async fn tokens_of(&self, ids: &BTreeSet<TokenId>) -> Result<BTreeMap<TokenId, Token>, StoreError> {
        let rows = tokens::Entity::find()
            .filter(tokens::Column::Id.is_in(ids.iter().map(ToString::to_string)))
            .all(&self.pools.reader)
            .await?;
        let tokens = rows.into_iter().map(token);
        tokens.map(|token| token.map(|token| (token.id, token))).collect()
    }

    /// Every token, oldest first.
    pub async fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        let rows = tokens::Entity::find()
            .order_by_asc(tokens::Column::CreatedAt)
            .order_by_asc(tokens::Column::Id)
            .all(&self.pools.reader)
            .await?;
        rows.into_iter().map(token).collect()
    }

    /// How many tokens have been taken back.
    pub async fn revoked_count(&self) -> Result<usize, StoreError> {
        let count = tokens::Entity::find()
            .filter(tokens::Column::RevokedAt.is_not_null())
            .count(&self.pools.reader)
            .await?;
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }

    /// The tokens that have been taken back.
    pub async fn revoked_tokens(&self) -> Result<Vec<TokenId>, StoreError> {
        let ids: Vec<String> = tokens::Entity::find()
            .select_only()
            .column(tokens::Column::Id)
            .filter(tokens::Column::RevokedAt.is_not_null())
            .into_tuple()
            .all(&self.pools.reader)
            .await?;
        ids.iter().map(|text| id(text, "tokens.id")).collect()
    }

    /// Takes a token back. `false`: there is none, or it was taken back before.
    pub async fn revoke_token(&self, token_id: TokenId, at: Moment) -> Result<bool, StoreError> {
        let done = tokens::Entity::update_many()
            .col_expr(tokens::Column::RevokedAt, Expr::val(at.micros()))
            .filter(tokens::Column::Id.eq(token_id.to_string()))
            .filter(tokens::Column::RevokedAt.is_null())
            .exec(&self.pools.writer)
            .await?;
        Ok(done.rows_affected > 0)
    }
}

fn token(row: tokens::Model) -> Result<Token, StoreError> {
    Ok(Token {
        id: id(&row.id, "tokens.id")?,
        secret_hash: row.secret_hash,
        role: from_word(row.role, "tokens.role")?,
        subject: row.subject,
        jurisdiction_id: some_id(row.jurisdiction_id.as_deref(), "tokens.jurisdiction_id")?,
        agency_id: some_id(row.agency_id.as_deref(), "tokens.agency_id")?,
        responder_id: some_id(row.responder_id.as_deref(), "tokens.responder_id")?,
        device_id: row.device_id,
        created_at: Moment::from_micros(row.created_at),
        expires_at: Moment::from_micros(row.expires_at),
        revoked_at: moment(row.revoked_at),
    })
}

fn row(token: &Token) -> tokens::Model {
    tokens::Model {
        id: token.id.to_string(),
        secret_hash: token.secret_hash.clone(),
        role: word(&token.role),
        subject: token.subject.clone(),
        jurisdiction_id: token.jurisdiction_id.as_ref().map(ToString::to_string),
        agency_id: token.agency_id.as_ref().map(ToString::to_string),
        responder_id: token.responder_id.map(|id| id.to_string()),
        device_id: token.device_id.clone(),
        created_at: token.created_at.micros(),
        expires_at: token.expires_at.micros(),
        revoked_at: micros(token.revoked_at),
    }
}
