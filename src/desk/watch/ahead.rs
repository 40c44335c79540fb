//! A fault that is put in on purpose: a checkpoint names the head before what leads there has been sent.

use super::{Heard, Watch};
use crate::sabotage::{Fault, put_in};
use crate::streaming::ResumeToken;

impl Watch {
    pub(super) fn checkpoint_ahead(&mut self) -> Option<Heard> {
        if !put_in(Fault::CheckpointAhead) {
            return None;
        }
        let (_, head, hash) = self.center.shown.feed.head();
        if head <= self.sent {
            return None;
        }
        self.sent = head;
        Some(Heard::Checkpoint {
            revision: head,
            resume_token: ResumeToken::new(self.scope, self.epoch, head, &hash).encode(),
        })
    }
}
