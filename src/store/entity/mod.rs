//! Rows: one table a file. They are what the database sees; nothing outside `store` does.

pub(crate) mod agencies;
pub(crate) mod alerts;
pub(crate) mod assignments;
pub(crate) mod audit;
pub(crate) mod calendar_addresses;
pub(crate) mod call_references;
pub(crate) mod calls;
pub(crate) mod credentials;
pub(crate) mod duty_statuses;
pub(crate) mod floors;
pub(crate) mod heads;
pub(crate) mod journal;
pub(crate) mod jurisdictions;
pub(crate) mod matches;
pub(crate) mod members;
pub(crate) mod patterns;
pub(crate) mod positions;
pub(crate) mod replies;
pub(crate) mod responders;
pub(crate) mod service_areas;
pub(crate) mod shifts;
pub(crate) mod texts;
pub(crate) mod timesheets;
pub(crate) mod tokens;
pub(crate) mod turns;
