//! `tandem demo --serve`: a world that goes on by itself on the real clock, for people who build an app against it.

use std::net::SocketAddr;

use chrono::{Days, NaiveDate};

use super::Fault;
use super::chance::Chance;
use super::habits::Habits;
use super::incident::incidents;
use super::run::{Planned, play};
use super::screen::Screen;
use super::seed::{Hiring, allow_overrun};
use super::server::Server;
use super::timekeeper::Timekeeper;
use super::world::{self, CLINIC, FIRST_DAY, PATROL, Person, STATIONS, Tour, ZONE};
use crate::board::Role;
use crate::cli::serve::told_to_end;
use crate::clock::Clock;
use crate::shift::civil;
use crate::triage::{CLINICIAN, OFFICER};

/// How many days of shifts there are.
const DAYS: u64 = 8;
/// A call comes so often, world seconds.
const EVERY_SECONDS: i64 = 1200;

/// Serves until Ctrl-C.
pub(super) async fn serve(listen: SocketAddr, seed: u64, speed: f64) -> Result<(), Fault> {
    let clock = Clock::process();
    let server = Server::start(listen, clock.clone(), Chance::new(seed), true).await?;
    let today: NaiveDate = civil::to_local(clock.now(), ZONE)
        .and_then(|local| local.split('T').next().map(str::to_owned))
        .ok_or("the zone of the demonstration is not known")?
        .parse()?;
    let days_later = u64::try_from(today.signed_duration_since(FIRST_DAY).num_days())?;
    let mut hirings: Vec<_> = world::people()
        .into_iter()
        .map(|person| hiring(person.later(days_later), today))
        .collect();
    let played = hirings.len();
    hirings.extend([CLINICIAN, OFFICER].map(|discipline| yours(discipline, days_later, today)));
    println!("hiring 8 clinicians, 24 officers, and two for you ...");
    let mut cast = server.cast(&hirings).await?;
    let own = cast.responders.split_off(played);
    allow_overrun(
        server.address,
        &server.token(Role::Admin, "demo-admin", false).await?,
    )
    .await?;
    println!(
        "\nserving on {} until Ctrl-C (plaintext, reflection is on)\n",
        server.address
    );
    for (role, name) in [
        (Role::Admin, "admin"),
        (Role::Hr, "hr"),
        (Role::Dispatcher, "dispatcher"),
    ] {
        println!(
            "{name:<11} {}",
            server.token(role, &format!("your-{name}"), false).await?
        );
    }
    for (person, id, token) in &own {
        println!(
            "{:<11} {token}\n            {} {}, {id}",
            person.discipline, person.call_sign, person.name
        );
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a speed that was checked to be small"
    )]
    let hurry = (speed as i64).max(1);
    println!(
        "\nThe last two are yours: on shift around the clock and not signed on. Sign them on (SetDutyStatus), follow\n\
         WatchAssignments, and they are offered calls like everyone else: one comes every {} seconds, and the nearest\n\
         go. To have an offer now, open a call beside their base with the dispatcher's token:\n\n  \
         grpcurl -plaintext -H 'authorization: Bearer <dispatcher>' -d '{{\"request_id\": \"'$(uuidgen)'\",\n    \
         \"source\": \"911\", \"incident_type\": \"EDP\", \"channel\": \"CHANNEL_CAD\",\n    \
         \"acuity\": {{\"scheme\": \"marcus_alert\", \"level\": 3}},\n    \
         \"location\": {{\"latitude\": {}, \"longitude\": {}}}}}' \\\n    \
         {} tandem.v1.DispatchService/OpenCall\n\nTimes below are those of St. Louis.\n",
        EVERY_SECONDS / hurry,
        STATIONS[0].latitude,
        STATIONS[0].longitude,
        server.address,
    );
    let habits = Habits {
        hurry,
        ..Habits::of_life(seed)
    };
    let now = clock.now();
    let calls = incidents().into_iter().cycle().take(100_000).zip(0..);
    let calls = calls
        .map(|(incident, count)| Planned {
            at: habits.after(now, count * EVERY_SECONDS),
            incident,
        })
        .collect();
    let timekeeper = Timekeeper::Waiting(clock);
    let mut screen = Screen::Lines;
    let playing = async {
        if let Err(why) = play(cast, calls, habits, &timekeeper, &mut screen).await {
            println!("nobody acts by himself any more: {why}\nThe server goes on until Ctrl-C.");
        }
        std::future::pending().await
    };
    tokio::select! {
        () = playing => {}
        () = told_to_end() => {}
    }
    server.end().await
}

fn hiring(person: Person, today: NaiveDate) -> Hiring {
    let days = (today - Days::new(1)).iter_days();
    Hiring {
        windows: (0..DAYS)
            .zip(days)
            .map(|(_, day)| person.tour.starting_on(day))
            .collect(),
        zone: ZONE.to_owned(),
        person,
    }
}

/// Someone for the reader to play: always on shift.
fn yours(discipline: &'static str, days_later: u64, today: NaiveDate) -> Hiring {
    let clinician = discipline == CLINICIAN;
    let [station, ..] = &STATIONS;
    let paper = if clinician { "LCSW" } else { "CIT" };
    let person = Person {
        discipline,
        agency_id: if clinician { CLINIC } else { PATROL },
        name: format!("{} Fictional", if clinician { "Robin" } else { "Sam" }),
        call_sign: if clinician { "Clin-You" } else { "Your-1" }.to_owned(),
        station,
        tour: Tour::Day,
        credentials: vec![(paper, None)],
        telephone: false,
    }
    .later(days_later);
    let days = (today - Days::new(1)).iter_days().zip(0..DAYS);
    Hiring {
        person,
        windows: days
            .map(|(day, _)| (format!("{day}T00:00"), format!("{}T00:00", day + Days::new(1))))
            .collect(),
        zone: ZONE.to_owned(),
    }
}
