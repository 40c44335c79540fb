//! The tables, one idea a file. A published migration is never edited: a change is a new file.
//!
//! Conventions. Instants are microseconds since the epoch, as whole numbers. Ids and codes are texts. What is searched,
//! ordered or constrained has a column of its own; lists inside a thing are JSON. Every row of a jurisdiction begins its
//! key with the jurisdiction, so that no statement can reach into another one. Names of tables and columns are declared
//! in each file and nothing is imported, so that a later change of the code cannot change a published migration.

use sea_orm_migration::prelude::*;

mod m0001_jurisdictions;
mod m0002_roster;
mod m0003_presence;
mod m0004_calls;
mod m0005_assignments;
mod m0006_alerts;
mod m0007_journal;
mod m0008_tokens;
mod m0009_messy_calls;
mod m0010_callback;
mod m0011_licences;
mod m0012_patterns;
mod m0013_transfer;
mod m0014_course;
mod m0015_attendance;
mod m0016_area_zones;
mod m0017_hours;
mod m0018_off_shift;
mod m0019_on_call;
mod m0020_requests;
mod m0021_departures;

/// Each migration is one transaction on SQLite too, where the framework's default is none: a process that is killed in
/// the middle of one leaves nothing of it behind.
const ALL_OR_NOTHING: Option<bool> = Some(true);

/// Every migration, in order.
pub(crate) struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_jurisdictions::Migration),
            Box::new(m0002_roster::Migration),
            Box::new(m0003_presence::Migration),
            Box::new(m0004_calls::Migration),
            Box::new(m0005_assignments::Migration),
            Box::new(m0006_alerts::Migration),
            Box::new(m0007_journal::Migration),
            Box::new(m0008_tokens::Migration),
            Box::new(m0009_messy_calls::Migration),
            Box::new(m0010_callback::Migration),
            Box::new(m0011_licences::Migration),
            Box::new(m0012_patterns::Migration),
            Box::new(m0013_transfer::Migration),
            Box::new(m0014_course::Migration),
            Box::new(m0015_attendance::Migration),
            Box::new(m0016_area_zones::Migration),
            Box::new(m0017_hours::Migration),
            Box::new(m0018_off_shift::Migration),
            Box::new(m0019_on_call::Migration),
            Box::new(m0020_requests::Migration),
            Box::new(m0021_departures::Migration),
        ]
    }
}
