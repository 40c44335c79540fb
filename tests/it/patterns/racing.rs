//! Two publish at once.

use futures_util::future::join_all;

use super::{by_rule, create, creation, post, publication, publish, shifts_of};
use crate::harness::on_postgres;
use crate::harness::town::{Town, in_each_town};

#[test]
fn of_publications_at_once_one_makes_the_shifts() {
    in_each_town(1, 0, async |town| {
        let request = creation(
            town,
            by_rule("2026-06-08", "FREQ=DAILY"),
            post("09:00", "17:00", &[&[&town.clinicians[0]], &[]]),
        );
        let pattern = create(town, request).await;
        let all = (0..8).map(|_| {
            publish(
                &town.admin,
                publication(town, &pattern, "2026-06-08", "2026-06-21"),
            )
        });
        let told = join_all(all).await;
        let changed: usize = told.iter().map(|told| told.as_ref().unwrap().changes.len()).sum();
        assert_eq!(changed, 28);
        assert_eq!(shifts_of(town, &pattern).await.len(), 28);
    });
}

#[test]
fn at_two_nodes_too() {
    on_postgres(async |database| {
        let town = Town::open(database, 1, 0).await;
        let beside = Town::beside(database, &town).await;
        let places: &[&[&_]] = &[&[&town.clinicians[0]]];
        for week in ["08", "15", "22"] {
            let from = format!("2026-06-{week}");
            let request = creation(
                &town,
                by_rule(&from, "FREQ=DAILY;COUNT=7"),
                post("09:00", "17:00", places),
            );
            let pattern = create(&town, request).await;
            // The other node has heard of the pattern once it answers for it.
            let known = async || {
                let get = tandem::grpc::pb::GetPatternRequest {
                    pattern_id: pattern.pattern_id.clone(),
                };
                beside.admin.pattern().get_pattern(get).await.is_ok()
            };
            let mut look = tokio::time::interval(std::time::Duration::from_millis(20));
            while !known().await {
                look.tick().await;
            }
            let here = publish(&town.admin, publication(&town, &pattern, &from, "2026-06-30"));
            let there = publish(&beside.admin, publication(&town, &pattern, &from, "2026-06-30"));
            let (here, there) = tokio::join!(here, there);
            let changes = here.unwrap().changes.len() + there.unwrap().changes.len();
            assert_eq!((changes, shifts_of(&town, &pattern).await.len()), (7, 7));
        }
        beside.close().await;
        town.close().await;
    });
}
