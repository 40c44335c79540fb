//! An emergency is heard whatever happens to the database.

use super::caller::{Answer, Asked};
use super::center::Center;
use crate::board::{Alert, AlertKind, Reply};
use crate::dispatch::command::RaiseEmergency;
use crate::id::{AlertId, Ids};
use crate::refusal::{Reason, Refusal};

/// What became of an emergency.
#[derive(Clone, Debug)]
pub enum Raised {
    /// It is in the journal.
    Recorded(Answer),
    /// The database did not take it; every stream of this node has it, marked as not recorded.
    CriedOut(Alert),
}

impl Center {
    /// Raises an emergency: recorded, or at least cried out.
    pub async fn raise_emergency(&self, asked: Asked, command: RaiseEmergency) -> Result<Raised, Refusal> {
        let responder_id = command.responder_id;
        match self.ask(asked, command).await {
            Ok(answer) => Ok(Raised::Recorded(answer)),
            Err(refusal) if refusal.reason == Reason::StoreUnavailable => {
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
                Ok(Raised::CriedOut(alert))
            }
            Err(refusal) => Err(refusal),
        }
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
                | Reply::Duty(_)
                | Reply::Call(..)
                | Reply::Assignment(_)
                | Reply::Done => None,
            },
            Raised::CriedOut(alert) => Some(alert),
        }
    }
}
