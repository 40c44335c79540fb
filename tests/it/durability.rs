//! Durability, read back: what the writer's connection says of itself, and what the process syncs before it answers.

use tandem::board::Role;
use tandem::grpc::pb;
use tandem::store::Backend;

use crate::harness::on_each_database;
use crate::harness::process::Served;
use crate::harness::shim::shim;
use crate::harness::town::{Client, admin_token};

#[test]
fn the_writer_says_that_it_syncs_what_it_commits() {
    on_each_database(async |database| {
        let store = database.store().await;
        let durability = store.durability().await.unwrap();
        assert!(durability.synced, "{:?}", durability.settings);
        let says = |name: &str| {
            durability
                .settings
                .iter()
                .find(|(known, _)| *known == name)
                .unwrap()
                .1
                .as_str()
        };
        match database.backend() {
            Backend::Sqlite => {
                assert_eq!(says("journal_mode").to_lowercase(), "wal");
                assert_eq!(says("synchronous"), "2", "FULL");
            }
            Backend::Postgres => {
                assert_eq!(says("fsync"), "on");
                assert_eq!(says("synchronous_commit"), "on");
            }
        }
        store.close().await.unwrap();
    });
}

#[test]
fn nothing_is_acknowledged_before_it_is_synced() {
    on_each_database(async |database| {
        // PostgreSQL syncs in processes of its own; what it says of itself is checked above.
        if database.backend() == Backend::Postgres {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let shim = shim("count_syncs", folder.path());
        let syncs = folder.path().join("syncs");
        let served = Served::start(
            database.url(),
            &[
                ("LD_PRELOAD", shim.as_str()),
                ("TANDEM_SYNCS", syncs.to_str().unwrap()),
            ],
        );
        let store = database.store().await;
        let installer = Client::connect(served.address, &admin_token(&store, Role::Admin).await).await;
        let count = || std::fs::metadata(&syncs).map_or(0, |file| file.len());
        let jurisdiction = pb::CreateJurisdictionRequest {
            request_id: "create".to_owned(),
            jurisdiction_id: "st-louis".to_owned(),
            name: "St. Louis".to_owned(),
            zone: "America/Chicago".to_owned(),
        };
        installer.admin().create_jurisdiction(jurisdiction).await.unwrap();
        for number in 0..20 {
            let before = count();
            let agency = pb::CreateAgencyRequest {
                request_id: format!("agency-{number}"),
                jurisdiction_id: "st-louis".to_owned(),
                agency_id: format!("agency-{number}"),
                name: format!("Agency {number}"),
            };
            installer.admin().create_agency(agency).await.unwrap();
            assert!(
                count() > before,
                "batch {number} was answered before it was synced"
            );
        }
        served.kill();
        store.close().await.unwrap();
    });
}
