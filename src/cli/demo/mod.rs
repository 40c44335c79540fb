//! The demonstration: a programme in St. Louis with fictional people at real places.

pub mod incident;
pub mod world;
