//! What people may read of requests, and of the shifts they can ask for.

use super::caller::{Asked, Caller};
use super::center::Center;
use super::fault::refused;
use crate::board::{Draft, Role};
use crate::id::{AgencyId, Ids, ShiftId, ShiftRequestId};
use crate::moment::Moment;
use crate::refusal::Refusal;
use crate::request::{Partner, ShiftRequest, partners};
use crate::shift::Shift;
use crate::store::RequestFilter;

impl Center {
    /// A request, also one that is filed.
    pub async fn request(&self, id: ShiftRequestId) -> Result<ShiftRequest, Refusal> {
        let standing = self.board().requests.get(&id).cloned();
        let request = match standing {
            Some(request) => Some(request),
            None => self.store.request(self.id(), id).await.map_err(refused)?,
        };
        request.ok_or_else(|| Refusal::not_found("shift_request", id))
    }

    /// The revision, and with whom whoever works this shift could swap it at it.
    pub fn swap_partners(&self, shift_id: ShiftId) -> Result<(u64, Vec<Partner>), Refusal> {
        let mut board = self.board().clone();
        let revision = board.revision;
        // Ids of what is not recorded are nobody's.
        let mut ids = Ids::new([0; 16]);
        let (at, reporter) = (self.clock.now(), Asked::by_system().reporter());
        let mut draft = Draft::new(&mut board, &mut ids, at, reporter, None);
        Ok((revision, partners(&mut draft, shift_id)?))
    }

    /// Requests, the latest first; to a responder his own.
    pub async fn requests(
        &self,
        caller: &Caller,
        mut filter: RequestFilter,
        after: Option<(Moment, ShiftRequestId)>,
        limit: u64,
    ) -> Result<Vec<ShiftRequest>, Refusal> {
        if caller.role == Role::Responder {
            filter.responder_id = caller.responder_id;
        }
        let found = self.store.requests(self.id(), &filter, after, limit).await;
        found.map_err(refused)
    }

    /// Shifts that somebody can still ask for, by planned start; to a responder those of his agency.
    pub fn open_shifts(
        &self,
        caller: &Caller,
        agency_id: Option<&AgencyId>,
        after: Option<(Moment, ShiftId)>,
        limit: u64,
    ) -> Vec<Shift> {
        let now = self.clock.now();
        let board = self.board();
        let his = caller.responder_id.filter(|_| caller.role == Role::Responder);
        let his = his.and_then(|id| board.responders.get(&id));
        let mut open: Vec<&Shift> = board
            .shifts
            .values()
            .filter(|shift| {
                shift.is_open_at(now)
                    && agency_id.is_none_or(|asked| *asked == shift.agency_id)
                    && his.is_none_or(|him| him.agency_id == shift.agency_id)
                    && after.is_none_or(|after| (shift.planned.start, shift.id) > after)
            })
            .collect();
        open.sort_by_key(|shift| (shift.planned.start, shift.id));
        let shown = usize::try_from(limit).unwrap_or(usize::MAX);
        open.into_iter().take(shown).cloned().collect()
    }
}
