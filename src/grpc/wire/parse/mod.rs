//! From messages to values of the field. A message is taken apart whole, so that a new field cannot be forgotten, and
//! every fault in it is told at once.

pub(crate) mod admin;
pub(crate) mod assignment;
pub(crate) mod availability;
pub(crate) mod call;
pub(crate) mod call_course;
pub(crate) mod call_verb;
pub(crate) mod coverage;
pub(crate) mod credential;
mod faults;
mod field;
pub(crate) mod hours;
pub(crate) mod off_shift;
pub(crate) mod on_call;
pub(crate) mod page;
pub(crate) mod pattern;
pub(crate) mod planning;
mod policy;
pub(crate) mod request;
pub(crate) mod roster;
pub(crate) mod schedule;
pub(crate) mod streaming;
#[cfg(test)]
mod tests;
pub(crate) mod transfer;

use prost::Message;
use sha2::{Digest, Sha256};

pub(crate) use faults::Faults;

use super::super::pb;
use crate::board::Channel;
use crate::desk::{Asked, Caller};
use crate::moment::Moment;
use crate::refusal::Refusal;
use field::{channel, reported_time, request_id};

/// What comes with every mutation beside its own fields.
#[derive(Debug)]
pub(crate) struct Stamp {
    request_id: String,
    fingerprint: String,
    channel: Channel,
    occurred_at: Option<Moment>,
}

impl Stamp {
    /// The same, as asked by this caller.
    pub(crate) fn by(self, caller: &Caller) -> Asked {
        let Stamp {
            request_id,
            fingerprint,
            channel,
            occurred_at,
        } = self;
        Asked {
            subject: caller.subject.clone(),
            role: caller.role,
            request_id,
            fingerprint,
            channel,
            occurred_at,
        }
    }
}

/// A mutation: what comes with every one, and the command.
pub(crate) type Stamped<T> = Result<(Stamp, T), Refusal>;

/// The stamp of a report: with a channel, and the time that the reporter says.
fn reported<M: Message>(
    faults: &mut Faults,
    message: &M,
    id: &str,
    by: i32,
    occurred_at: Option<&prost_types::Timestamp>,
) -> Option<Stamp> {
    let request_id = faults.take("request_id", request_id(id));
    let channel = faults.take("channel", channel(by));
    let occurred_at = faults.take_if("occurred_at", occurred_at, reported_time);
    Some(Stamp {
        request_id: request_id?,
        fingerprint: fingerprint(message),
        channel: channel?,
        occurred_at: occurred_at?,
    })
}

/// The stamp of desk work: no channel, and it happens now.
fn desk_work<M: Message>(faults: &mut Faults, message: &M, id: &str) -> Option<Stamp> {
    let request_id = faults.take("request_id", request_id(id));
    Some(Stamp {
        request_id: request_id?,
        fingerprint: fingerprint(message),
        channel: Channel::System,
        occurred_at: None,
    })
}

/// Tells whether two requests have one body.
fn fingerprint<M: Message>(message: &M) -> String {
    hex::encode(Sha256::digest(message.encode_to_vec()))
}
