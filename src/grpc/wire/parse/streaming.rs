//! What subscribers ask for.

use super::faults::{Fault, Faults};
use super::field::id;
use super::page::page_size;
use super::pb;
use crate::board::EventKind;
use crate::desk::Wish;
use crate::refusal::{Reason, Refusal};
use crate::streaming::Filter;

/// The shortest and the longest checkpoint interval, seconds.
pub(crate) const CHECKPOINT_SECONDS: (u32, u32) = (15, 300);

/// WatchAssignments: the wish, and the token when there is one.
pub(crate) fn watch_assignments(
    request: &pb::WatchAssignmentsRequest,
) -> Result<(Wish, Option<String>), Refusal> {
    let pb::WatchAssignmentsRequest {
        resume_token,
        checkpoint_seconds,
        filter,
    } = request;
    let mut faults = Faults::default();
    let checkpoint_seconds = faults.take("checkpoint_seconds", checkpoint(*checkpoint_seconds));
    let filter = faults.filter(filter.as_ref());
    faults.end(|| {
        let wish = Wish {
            filter: filter?,
            checkpoint_seconds: checkpoint_seconds?,
        };
        Some((wish, token(resume_token)))
    })
}

/// WatchBoard.
pub(crate) fn watch_board(request: &pb::WatchBoardRequest) -> Result<Wish, Refusal> {
    let pb::WatchBoardRequest { checkpoint_seconds } = request;
    let mut faults = Faults::default();
    let checkpoint_seconds = faults.take("checkpoint_seconds", checkpoint(*checkpoint_seconds));
    faults.end(|| {
        Some(Wish {
            filter: Filter::default(),
            checkpoint_seconds: checkpoint_seconds?,
        })
    })
}

/// ListEvents: the wish, the token when there is one, and how many updates.
pub(crate) fn list_events(request: &pb::ListEventsRequest) -> Result<(Wish, Option<String>, usize), Refusal> {
    let pb::ListEventsRequest {
        resume_token,
        filter,
        page_size: size,
    } = request;
    let mut faults = Faults::default();
    let filter = faults.filter(filter.as_ref());
    let size = faults.take("page_size", page_size(*size));
    faults.end(|| {
        let wish = Wish {
            filter: filter?,
            checkpoint_seconds: CHECKPOINT_SECONDS.0,
        };
        Some((wish, token(resume_token), size?))
    })
}

fn token(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// How often to hear something when nothing happens, seconds.
pub(super) fn checkpoint(seconds: u32) -> Result<u32, Fault> {
    let (least, most) = CHECKPOINT_SECONDS;
    match seconds {
        0 => Ok(least),
        seconds if (least..=most).contains(&seconds) => Ok(seconds),
        _ => Err(Fault::new(
            Reason::OutOfRange,
            format!("0, or {least} to {most} seconds"),
        )),
    }
}

fn kind(value: i32) -> Result<EventKind, Fault> {
    let name = pb::EventKind::try_from(value).map(|kind| kind.as_str_name());
    let known = name.ok().and_then(|name| name.strip_prefix("EVENT_KIND_"));
    known
        .and_then(|name| EventKind::ALL.iter().find(|kind| kind.as_str() == name))
        .copied()
        .ok_or_else(|| Fault::new(Reason::InvalidEnum, "not a known kind"))
}

impl Faults {
    fn filter(&mut self, filter: Option<&pb::EventFilter>) -> Option<Filter> {
        let Some(filter) = filter else {
            return Some(Filter::default());
        };
        let pb::EventFilter {
            responder_ids,
            call_ids,
            agency_ids,
            kinds,
            area_ids,
        } = filter;
        let responder_ids = self.take_each("filter.responder_ids", 500, responder_ids, |text| id(text));
        let call_ids = self.take_each("filter.call_ids", 500, call_ids, |text| id(text));
        let agency_ids = self.take_each("filter.agency_ids", 50, agency_ids, |text| id(text));
        let area_ids = self.take_each("filter.area_ids", 50, area_ids, |text| id(text));
        let kinds = self.take_each("filter.kinds", EventKind::ALL.len(), kinds, |value| kind(*value));
        Some(Filter {
            responder_ids: responder_ids?,
            call_ids: call_ids?,
            agency_ids: agency_ids?,
            area_ids: area_ids?,
            kinds: kinds?,
        })
    }
}
