//! Calendars, and the addresses at which they can be subscribed to: `tcal_<id>_<secret>`, made and kept as tokens are.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::caller::Caller;
use super::center::Center;
use super::fault::{internal, refused};
use super::{Desk, token};
use crate::board::Role;
use crate::id::{CalendarAddressId, Ids};
use crate::refusal::{Reason, Refusal};
use crate::shift::{Shift, ShiftState};
use crate::store::{CalendarAddress, ShiftFilter, StoreError};
use crate::transfer::calendar::{CalendarOf, calendar, is_in, span};

const PREFIX: &str = "tcal_";
const SECRET_BYTES: usize = 32;
/// How many shifts are read at once.
const PAGE: u64 = 1_000;

/// An address that was just made: what is kept of it, and its secret text when it is new.
#[derive(Debug)]
pub struct Made {
    /// What is kept.
    pub address: CalendarAddress,
    /// What its holder keeps; none when the same request made it before.
    pub text: Option<String>,
}

impl Center {
    /// Whether there is such a calendar and the caller may read it: a responder his own alone.
    pub fn may_read_calendar(&self, caller: &Caller, of: CalendarOf) -> Result<(), Refusal> {
        let board = self.board();
        match of {
            CalendarOf::Responder(id) => {
                caller.act_for(id)?;
                let known = board.responders.contains_key(&id);
                known
                    .then_some(())
                    .ok_or_else(|| Refusal::not_found("responder", id))
            }
            CalendarOf::Area(_) if caller.role == Role::Responder => Err(Refusal::new(
                Reason::NotYours,
                "a responder reads his own calendar alone",
            )),
            CalendarOf::Area(id) => {
                let known = board.areas.contains_key(&id);
                known.then_some(()).ok_or_else(|| Refusal::not_found("area", id))
            }
        }
    }

    /// Whether the caller may give out its address: one who keeps one agency's roster does for its people alone.
    fn may_give_out(&self, caller: &Caller, of: CalendarOf) -> Result<(), Refusal> {
        self.may_read_calendar(caller, of)?;
        let agency_id = match of {
            CalendarOf::Responder(id) => self.board().responders.get(&id).map(|one| one.agency_id.clone()),
            CalendarOf::Area(_) => None,
        };
        agency_id.map_or(Ok(()), |agency_id| caller.keep_roster_of(&agency_id))
    }

    /// The calendar as it stands, and the revision that it shows.
    pub async fn calendar(&self, of: CalendarOf) -> Result<(String, u64), Refusal> {
        let now = self.clock.now();
        let filter = ShiftFilter {
            overlapping: Some(span(now)),
            responder_id: match of {
                CalendarOf::Responder(id) => Some(id),
                CalendarOf::Area(_) => None,
            },
            agency_id: None,
            pattern_id: None,
            states: vec![ShiftState::Published, ShiftState::Cancelled],
        };
        let mut shifts: Vec<Shift> = Vec::new();
        loop {
            let after = shifts.last().map(|last| (last.planned.start, last.id));
            let page = self.store.shifts(self.id(), &filter, after, PAGE).await;
            let page = page.map_err(refused)?;
            let ended = page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
            shifts.extend(page);
            if ended {
                break;
            }
        }
        let board = self.board();
        shifts.retain(|shift| is_in(&board, of, shift));
        Ok((calendar(&board, of, &shifts, now), board.revision))
    }

    /// Whether there is someone, or something, to show: who has left takes no calendar with him.
    fn shows(&self, of: CalendarOf) -> bool {
        let board = self.board();
        match of {
            CalendarOf::Responder(id) => board
                .responders
                .get(&id)
                .is_some_and(|one| one.retired_at.is_none()),
            CalendarOf::Area(id) => board.areas.contains_key(&id),
        }
    }

    /// Makes an address. The same request makes it once; its secret is shown then and never again.
    pub async fn make_calendar_address(
        &self,
        caller: &Caller,
        of: CalendarOf,
        request_id: &str,
    ) -> Result<Made, Refusal> {
        self.may_give_out(caller, of)?;
        if let Some(before) = self.made_before(caller, of, request_id).await? {
            return Ok(before);
        }
        let mut bits = [0; 16 + SECRET_BYTES];
        getrandom::fill(&mut bits).map_err(|error| internal(&error))?;
        let (seed, secret) = bits.split_at(16);
        let at = self.clock.now();
        let mut seeded = [0; 16];
        seeded.copy_from_slice(seed);
        let address = CalendarAddress {
            id: CalendarAddressId::next(&mut Ids::new(seeded), at),
            jurisdiction_id: self.id().clone(),
            secret_hash: hex::encode(Sha256::digest(secret)),
            of,
            created_by: caller.subject.clone(),
            request_id: request_id.to_owned(),
            created_at: at,
            revoked_at: None,
        };
        match self.store.insert_calendar_address(&address).await {
            Ok(()) => {
                let text = format!("{PREFIX}{}_{}", address.id, URL_SAFE_NO_PAD.encode(secret));
                Ok(Made {
                    address,
                    text: Some(text),
                })
            }
            // The same request came twice at once.
            Err(StoreError::Conflict(why)) => {
                let before = self.made_before(caller, of, request_id).await?;
                before.ok_or_else(|| internal(&why))
            }
            Err(error) => Err(refused(error)),
        }
    }

    async fn made_before(
        &self,
        caller: &Caller,
        of: CalendarOf,
        request_id: &str,
    ) -> Result<Option<Made>, Refusal> {
        let found = self
            .store
            .calendar_address_of_request(self.id(), &caller.subject, request_id);
        let Some(address) = found.await.map_err(refused)? else {
            return Ok(None);
        };
        if address.of != of {
            let why = "this request_id came before with another body; a new request needs a new one";
            return Err(Refusal::field(Reason::RequestIdReused, "request_id", why));
        }
        Ok(Some(Made { address, text: None }))
    }

    /// The addresses in force that the caller may see: a responder his own.
    pub async fn calendar_addresses(&self, caller: &Caller) -> Result<Vec<CalendarAddress>, Refusal> {
        let mut known = self.store.calendar_addresses(self.id()).await.map_err(refused)?;
        known.retain(|address| owns(caller, address));
        Ok(known)
    }

    /// Takes an address back. One that was taken back before stays so.
    pub async fn revoke_calendar_address(
        &self,
        caller: &Caller,
        id: CalendarAddressId,
    ) -> Result<(), Refusal> {
        let known = self.store.calendar_address(id).await.map_err(refused)?;
        let known = known.filter(|address| address.jurisdiction_id == *self.id());
        let address = known.ok_or_else(|| Refusal::not_found("calendar_address", id))?;
        self.may_give_out(caller, address.of)?;
        let done = self
            .store
            .revoke_calendar_address(self.id(), id, self.clock.now());
        done.await.map_err(refused)
    }
}

fn owns(caller: &Caller, address: &CalendarAddress) -> bool {
    let own = caller.responder_id.map(CalendarOf::Responder);
    caller.role != Role::Responder || own == Some(address.of)
}

impl Desk {
    /// The calendar at an address. `None`: nobody has such an address, or no longer; which of the two is not said.
    pub async fn calendar_at(&self, text: &str) -> Result<Option<String>, Refusal> {
        let Some((id, secret)) = parsed(text) else {
            return Ok(None);
        };
        let known = self.store().calendar_address(id).await.map_err(refused)?;
        let hash = hex::encode(Sha256::digest(secret));
        let open =
            known.filter(|address| address.revoked_at.is_none() && token::same(&address.secret_hash, &hash));
        let Some(address) = open else {
            return Ok(None);
        };
        let center = self.center(&address.jurisdiction_id).await?;
        if !center.shows(address.of) {
            return Ok(None);
        }
        let (text, _) = center.calendar(address.of).await?;
        Ok(Some(text))
    }
}

fn parsed(text: &str) -> Option<(CalendarAddressId, [u8; SECRET_BYTES])> {
    let (id, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
    let secret = URL_SAFE_NO_PAD.decode(secret).ok()?;
    Some((id.parse().ok()?, secret.try_into().ok()?))
}
