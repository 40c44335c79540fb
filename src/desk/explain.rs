//! Why these two: the stored question, asked again.

use super::Desk;
use super::center::Center;
use super::fault::refused;
use crate::id::{CallId, MatchId};
use crate::matching::{Report, Situation, match_call};
use crate::refusal::Refusal;

/// A match, explained.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// Which.
    pub match_id: MatchId,
    /// The question as it was stored.
    pub situation: Situation,
    /// The answer, with as many runners-up as were asked for.
    pub report: Report,
    /// Whether the stored question gives the stored answer again, bit for bit.
    pub replayed_identically: bool,
}

impl Desk {
    /// Explains a match, or the latest of a call, with the next `runners_up` choices (none: as many as were stored).
    pub async fn explain(
        &self,
        center: &Center,
        call_id: CallId,
        match_id: Option<MatchId>,
        runners_up: Option<u32>,
    ) -> Result<Explanation, Refusal> {
        let stored = match match_id {
            Some(match_id) => self.store().stored_match(center.id(), match_id).await,
            None => self.store().latest_match(center.id(), call_id).await,
        };
        let stored = stored
            .map_err(refused)?
            .filter(|stored| stored.situation.call_id == call_id)
            .ok_or_else(|| Refusal::not_found("match", call_id))?;
        let replayed_identically = match_call(&stored.situation) == stored.report;
        let report = match runners_up {
            Some(runners_up) => {
                let mut wider = stored.situation.clone();
                wider.policy.runners_up = runners_up;
                match_call(&wider)
            }
            None => stored.report,
        };
        Ok(Explanation {
            match_id: stored.id,
            situation: stored.situation,
            report,
            replayed_identically,
        })
    }
}
