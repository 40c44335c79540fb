//! Ten thousand streams that come back at once, each with its token: how long until all are caught up, and how often the
//! store was asked for it.

use std::time::{Duration, Instant};

use tandem::board::{After, EventKind};
use tandem::clock::Clock;
use tandem::grpc::pb;
use tandem::store::{Backend, Store};

use crate::ground::caller::{Header, a_call, connections, dispatchers, open, set_duty};
use crate::ground::city::{append, city, event, found};
use crate::ground::databases::on_each;
use crate::ground::figures::aim;
use crate::ground::process::Process;
use crate::ground::sheet::Sheet;
use crate::ground::watching::{CONNECTIONS, Watchers};
use crate::ground::{count, short};
use crate::harness::Database;
use crate::town::{Town, id};

/// What they have missed.
#[derive(Clone, Copy, Debug)]
enum Missed {
    /// A few entries, which the server has at hand.
    Few,
    /// More than it has at hand: they must be read from the journal. The filters hide all but the last.
    Many,
}

pub(crate) fn measure() {
    let many = count(10_000, 100);
    let mut sheet = Sheet::new(
        &format!("{many} streams come back at once ({CONNECTIONS} connections)"),
        [
            "missed, database",
            "all caught up",
            "turned away",
            "asked of the journal",
            "asked of the tokens",
            "aim",
        ],
    );
    for missed in [Missed::Few, Missed::Many] {
        for row in on_each(async |database| vec![come_back(database, missed, many).await]) {
            sheet.row(row);
        }
    }
    sheet.note(
        "Turned away: how often a stream was answered UNAVAILABLE and asked again a second later. Asked of the journal and of \
         the tokens: scans of these tables while the server lived, as PostgreSQL counts them (SQLite counts none). Every stream has a token of its own, to be read once at least. A page is 256 entries.",
    );
    sheet.print();
}

async fn come_back(database: &Database, missed: Missed, many: usize) -> [String; 6] {
    let store = database.store().await;
    let now = Clock::process().now().plus_seconds(-5);
    let town = city(40, now);
    found(&store, &town, now).await;
    let headers = dispatchers(&store, &town.board.jurisdiction.id, now, many).await;
    let filter = match missed {
        Missed::Few => None,
        Missed::Many => Some(pb::EventFilter {
            kinds: vec![pb::EventKind::CallOpened.into()],
            ..Default::default()
        }),
    };
    let before = Process::tandem(database.url());
    let watchers = Watchers::open(before.address, &headers, None, filter.clone(), 0).await;
    let (tokens, _) = watchers.close().await;
    drop(before);
    let missed_entries = count(5_000, 600);
    if let Missed::Many = missed {
        happen(&store, &town, missed_entries, now).await;
    }
    let scans = scans(database).await;
    let server = Process::tandem(database.url());
    let to = connections(server.address, 1).await.remove(0);
    let goal = last_happening(&to, &headers[0], missed).await;
    let started = Instant::now();
    let watchers = Watchers::open(server.address, &headers, Some(tokens), filter, goal).await;
    watchers.all_arrived().await;
    let took = started.elapsed();
    let turned_away = watchers.turned_away();
    watchers.close().await;
    drop(server);
    let asked = scans.zip(self::scans(database).await);
    let asked = asked.map(|(before, after)| [after[0] - before[0], after[1] - before[1]]);
    let shown =
        |place: usize| asked.map_or_else(|| "not counted".to_owned(), |asked| asked[place].to_string());
    store.close().await.unwrap();
    let missed = match missed {
        Missed::Few => "20".to_owned(),
        Missed::Many => format!("{missed_entries} (from the journal)"),
    };
    let within = took < Duration::from_secs(60);
    [
        format!("{missed}, {:?}", database.backend()),
        format!("{:.1} s", took.as_secs_f64()),
        turned_away.to_string(),
        shown(0),
        shown(1),
        if short() {
            String::new()
        } else {
            aim("all in 60 s", within)
        },
    ]
}

/// So many entries that came while the server was away.
async fn happen(store: &Store, town: &Town, entries: usize, now: tandem::moment::Moment) {
    let (_, mut board) = store.load(&town.board.jurisdiction.id).await.unwrap();
    let duty = town.board.duty[&id(1)].clone();
    let one = [event(EventKind::DutyChanged, After::Duty(id(1), duty), now)];
    append(store, &mut board, (0..entries).map(|_| &one[..]), now).await;
}

/// What comes last before they are back; gives its revision.
async fn last_happening(to: &tonic::transport::Channel, header: &Header, missed: Missed) -> u64 {
    if let Missed::Few = missed {
        for _ in 0..19 {
            set_duty(to, header, id(1)).await;
        }
    }
    open(to, header, a_call()).await.revision
}

/// How often the journal and the tokens have been looked into since the database was made.
async fn scans(database: &Database) -> Option<[i64; 2]> {
    if database.backend() == Backend::Sqlite {
        return None;
    }
    // What a session has counted is told when it has ended; a moment later all of them have.
    let mut pace = tokio::time::interval(Duration::from_millis(500));
    let mut known = [-1, -1];
    loop {
        pace.tick().await;
        let mut now = [0, 0];
        for (place, tables) in ["'journal', 'floors'", "'tokens'"].into_iter().enumerate() {
            let sum =
                "SELECT sum(coalesce(seq_scan, 0) + coalesce(idx_scan, 0))::text FROM pg_stat_user_tables";
            let counted = database
                .texts(&format!("{sum} WHERE relname IN ({tables})"))
                .await;
            now[place] = counted[0].parse().unwrap();
        }
        if now == known {
            return Some(now);
        }
        known = now;
    }
}
