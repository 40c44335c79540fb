//! `tandem roster coverage`.

use std::process::Command;

use tandem::board::Role;

use super::wanted;
use crate::harness::on_sqlite;
use crate::harness::town::{Town, st_louis};

#[test]
fn a_table_shows_who_is_scheduled_and_what_is_wanting() {
    on_sqlite(async |database| {
        let town = Town::open(database, 1, 1).await;
        wanted(&town, "2026-06-01", "20:00", "02:00").await;
        let header = town
            .header_of(town.token(Role::Hr, "hana", None, Some(st_louis())))
            .await;
        let address = format!("http://{}", town.address);
        let run = move |days: &'static str| {
            Command::new(env!("CARGO_BIN_EXE_tandem"))
                .args(["roster", "--address", &address, "coverage"])
                .args(["--from", "2026-06-01T05:00:00Z", "--days", days, "--step", "60"])
                .env("TANDEM_TOKEN", header.trim_start_matches("Bearer "))
                .output()
                .unwrap()
        };
        let (day, too_long) = tokio::task::spawn_blocking(move || (run("1"), run("400")))
            .await
            .unwrap();
        assert_eq!(day.status.code(), Some(0), "{day:?}");
        let text = String::from_utf8(day.stdout).unwrap();
        let expected = "
THE WHOLE
FROM                  TO                    CLINICIAN      OFFICER     PAIRS       CALLS
Mon 2026-06-01 00:00  Mon 2026-06-01 06:00  0 of 0 (0)     0 of 0 (0)  0 of 0 (0)  0.0
Mon 2026-06-01 06:00  Mon 2026-06-01 20:00  1 of 0 (0)     1 of 0 (0)  1 of 0 (0)  0.0
Mon 2026-06-01 20:00  Mon 2026-06-01 23:00  1 of 1 (1)     1 of 0 (0)  1 of 0 (0)  0.0
Mon 2026-06-01 23:00  Tue 2026-06-02 00:00  0 of 1 (1) !!  0 of 0 (0)  0 of 0 (0)  0.0

GAPS IN    FROM                  TO                    OF         SCHEDULED      MISSING  CALLS  BUSIEST HOUR
THE WHOLE  Mon 2026-06-01 23:00  Tue 2026-06-02 00:00  CLINICIAN  0 of 1 (1) !!  1        0.0    0.0
";
        let (_, tables) = text.split_once('\n').unwrap();
        assert_eq!(tables, expected);
        assert_eq!(
            too_long.status.code(),
            Some(0),
            "400 days by the hour are 28,800 numbers"
        );
        town.close().await;
    });
}
