//! The demonstration: a programme in St. Louis with fictional people at real places.
//!
//! `server` starts a real server in this process. Everything else is a client that knows an address and tokens and
//! speaks through the generated clients; it plays as well against a server that someone else has started.

mod acting;
mod arguments;
mod chance;
mod client;
mod dispatcher;
mod following;
mod habits;
pub mod incident;
mod responder;
mod run;
mod screen;
mod seed;
mod server;
mod serving;
mod tally;
mod telling;
mod timekeeper;
pub mod world;

pub(super) use arguments::{Arguments, demo};
pub use chance::Chance;
pub use habits::Habits;
pub use run::{Cast, Planned, play};
pub use screen::Screen;
pub use seed::{Hiring, found, hire};
pub use tally::Tally;
pub use timekeeper::Timekeeper;

/// Why a demonstration did not go on, in words.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;
