//! How long from where they are to the call.

mod straight_line;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use straight_line::measure;

use crate::board::Position;
use crate::dispatch::PositionBasis;
use crate::id::ResponderId;
use crate::moment::Moment;

/// The way of one responder to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Leg {
    /// Seconds.
    pub seconds: u32,
    /// Metres along that way.
    pub meters: u32,
    /// Where it starts from.
    pub basis: PositionBasis,
    /// How old the position was when travel was measured, seconds; none from a base.
    pub age_seconds: Option<u32>,
}

/// The ways of everyone on shift to one call, measured at one moment. A responder with no usable position and no base
/// is in it without a leg, so that he can be told from one who came on shift later.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TravelTimes {
    /// When they were measured.
    pub at: Option<Moment>,
    /// By responder.
    pub legs: BTreeMap<ResponderId, Option<Leg>>,
}

/// The latest position of each responder.
pub type Positions = BTreeMap<ResponderId, Position>;
