//! An emergency is heard whatever happens to the database.

use std::sync::Arc;
use std::time::Duration;

use super::caller::{Answer, Asked};
use super::center::Center;
use super::fault::internal;
use crate::board::{Alert, AlertKind, Reply};
use crate::dispatch::command::RaiseEmergency;
use crate::id::{AlertId, Ids, ResponderId};
use crate::refusal::{Reason, Refusal};

/// What became of an emergency.
#[derive(Clone, Debug)]
pub enum Raised {
    /// It is in the journal.
    Recorded(Answer),
    /// The database did not take it; every stream of this node has it, marked as not recorded.
    CriedOut(Alert),
}

/// An emergency that has not been recorded after so long is cried out, and recorded when it can be.
const CRY_AFTER: Duration = Duration::from_secs(1);

impl Center {
    /// Raises an emergency: recorded, or at least cried out. It goes its way in a task of its own: a caller who hangs up
    /// has raised it all the same.
    pub async fn raise_emergency(
        self: &Arc<Center>,
        asked: Asked,
        command: RaiseEmergency,
    ) -> Result<Raised, Refusal> {
        let center = Arc::clone(self);
        let raising = tokio::spawn(async move { center.record_or_cry_out(asked, command).await });
        raising.await.unwrap_or_else(|error| Err(internal(&error)))
    }

    async fn record_or_cry_out(
        self: Arc<Center>,
        asked: Asked,
        command: RaiseEmergency,
    ) -> Result<Raised, Refusal> {
        let responder_id = command.responder_id;
        let center = Arc::clone(&self);
        let mut asking = tokio::spawn(async move { center.ask(asked, command).await });
        let answered = tokio::time::timeout(CRY_AFTER, &mut asking).await;
        match answered {
            Ok(Ok(Ok(answer))) => Ok(Raised::Recorded(answer)),
            Ok(Ok(Err(refusal))) if refusal.reason != Reason::StoreUnavailable => Err(refusal),
            Ok(Ok(Err(_)) | Err(_)) | Err(_) => Ok(Raised::CriedOut(self.cry_out(responder_id))),
        }
    }

    fn cry_out(&self, responder_id: ResponderId) -> Alert {
        let at = self.clock.now();
        let mut seed = [0; 16];
        // Without random bits the id is only less unique; the cry goes out.
        let _ = getrandom::fill(&mut seed);
        let (call_id, assignment_id) = {
            let board = self.board();
            let on = board.active_assignment(responder_id);
            on.map(|assignment| (assignment.call_id, assignment.id)).unzip()
        };
        let alert = Alert {
            id: AlertId::next(&mut Ids::new(seed), at),
            kind: AlertKind::Emergency,
            call_id,
            assignment_id,
            responder_id: Some(responder_id),
            raised_at: at,
            escalates_at: at,
            escalations: 0,
            ended_at: None,
            acknowledged_by: None,
        };
        self.shown.feed.cry_out(alert.clone());
        alert
    }
}

impl Raised {
    /// The alert, when it is known.
    pub fn alert(&self) -> Option<&Alert> {
        match self {
            Raised::Recorded(answer) => match &answer.reply {
                Reply::Alert(alert) => Some(alert),
                Reply::Jurisdiction(_)
                | Reply::Agency(_)
                | Reply::Area(_)
                | Reply::Responder(_)
                | Reply::Credential(..)
                | Reply::Shift(_)
                | Reply::Staffed(..)
                | Reply::Request(..)
                | Reply::Timesheet(_)
                | Reply::Uncovered(..)
                | Reply::Pattern(_)
                | Reply::Publication(_)
                | Reply::OnCallList(_)
                | Reply::OffShift(_)
                | Reply::Duty(_)
                | Reply::Call(..)
                | Reply::Assignment(_)
                | Reply::Imported(_)
                | Reply::Done => None,
            },
            Raised::CriedOut(alert) => Some(alert),
        }
    }
}
