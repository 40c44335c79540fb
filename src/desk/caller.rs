//! Who asks, and what he is told.

use crate::board::{Channel, Names, Reply, Reporter, Role};
use crate::id::{AgencyId, JurisdictionId, ResponderId, TokenId};
use crate::moment::Moment;
use crate::refusal::{Reason, Refusal};
use crate::sabotage::{Fault, put_in};
use crate::store::{KeptReply, ReplyKey};
use crate::streaming::Viewer;

/// Someone whose token has been looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The token he showed.
    pub token_id: TokenId,
    /// Who he is, as the token says.
    pub subject: String,
    /// What he is.
    pub role: Role,
    /// Where. Only an administrator of the whole installation has none.
    pub jurisdiction_id: Option<JurisdictionId>,
    /// The agency he is bound to.
    pub agency_id: Option<AgencyId>,
    /// The responder he is.
    pub responder_id: Option<ResponderId>,
    /// The device the token was made for.
    pub device_id: Option<String>,
    /// When the token ends.
    pub expires_at: Moment,
}

impl Caller {
    /// The jurisdiction that his token is for.
    pub fn jurisdiction_id(&self) -> Result<&JurisdictionId, Refusal> {
        self.jurisdiction_id.as_ref().ok_or_else(|| {
            Refusal::new(
                Reason::RoleForbidden,
                "this token is for no jurisdiction; it administers the installation only",
            )
        })
    }

    /// Whether he may act for this responder: a responder for himself alone, everyone else for anyone.
    pub fn act_for(&self, responder_id: ResponderId) -> Result<(), Refusal> {
        if self.role == Role::Responder && self.responder_id != Some(responder_id) {
            return Err(Refusal::new(
                Reason::NotYours,
                "a responder acts for himself alone",
            ));
        }
        Ok(())
    }

    /// Whether he may keep the roster of this agency: one who is bound to an agency keeps its alone.
    pub fn keep_roster_of(&self, agency_id: &AgencyId) -> Result<(), Refusal> {
        match &self.agency_id {
            Some(own) if self.role == Role::Hr && own != agency_id => Err(Refusal::new(
                Reason::NotYours,
                "this token keeps the roster of another agency",
            )),
            Some(_) | None => Ok(()),
        }
    }

    /// What he may see.
    pub fn viewer(&self) -> Viewer {
        Viewer {
            role: self.role,
            responder_id: self.responder_id,
            agency_id: self.agency_id.clone(),
        }
    }
}

/// What comes with a command beside the command.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The caller's subject.
    pub subject: String,
    /// The caller's role.
    pub role: Role,
    /// Makes the request recognisable when it is sent again; empty for what the system does by itself.
    pub request_id: String,
    /// Tells whether the body is the same when it is.
    pub fingerprint: String,
    /// How the report reached us.
    pub channel: Channel,
    /// When it happened, by the reporter.
    pub occurred_at: Option<Moment>,
}

impl Asked {
    /// Under which its answer is kept; what the system asks by itself it asks once.
    pub(super) fn reply_key(&self, method: &str) -> Option<ReplyKey> {
        let kept = !self.request_id.is_empty() && !put_in(Fault::NoDedupe);
        kept.then(|| ReplyKey {
            subject: self.subject.clone(),
            method: method.to_owned(),
            request_id: self.request_id.clone(),
        })
    }

    /// Who reports it, and how.
    pub(super) fn reporter(&self) -> Reporter {
        Reporter {
            subject: self.subject.clone(),
            role: self.role,
            channel: self.channel,
        }
    }

    /// Asked by Tandem itself.
    pub fn by_system() -> Asked {
        Asked {
            subject: "tandem".to_owned(),
            role: Role::System,
            request_id: String::new(),
            fingerprint: String::new(),
            channel: Channel::System,
            occurred_at: None,
        }
    }
}

/// A command that is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The revision at which it was recorded; of a command that changed nothing, the revision it was decided on.
    pub revision: u64,
    /// Our time.
    pub at: Moment,
    /// What it concerns, as it stands now.
    pub reply: Reply,
    /// Those whom it names, as they were called then.
    pub names: Names,
}

impl Answer {
    /// The answer again, to the same request.
    pub(super) fn again(before: &KeptReply, asked: &Asked) -> Result<Answer, Refusal> {
        if before.fingerprint != asked.fingerprint {
            let why = "this request_id came before with another body; a new request needs a new one";
            return Err(Refusal::field(Reason::RequestIdReused, "request_id", why));
        }
        Ok(Answer {
            revision: before.revision,
            at: before.at,
            reply: before.reply.clone(),
            names: before.names.clone(),
        })
    }

    /// As it is kept.
    pub(super) fn kept(&self, key: ReplyKey, asked: &Asked) -> KeptReply {
        KeptReply {
            key,
            fingerprint: asked.fingerprint.clone(),
            revision: self.revision,
            at: self.at,
            reply: self.reply.clone(),
            names: self.names.clone(),
        }
    }
}
