//! One suite over every database: what the store promises does not depend on which one it is.

mod ageing;
mod checking;
mod course;
mod migrating;
mod pruning;
mod reading;
mod round_trip;
mod story;
mod values;
mod world;
mod writing;
