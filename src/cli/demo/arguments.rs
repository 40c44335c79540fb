//! `tandem demo`, from the command line to the summary.

use std::net::SocketAddr;

use super::Fault;
use super::chance::Chance;
use super::habits::Habits;
use super::incident::incidents;
use super::run::{Planned, play};
use super::screen::Screen;
use super::seed::Hiring;
use super::server::Server;
use super::serving;
use super::timekeeper::Timekeeper;
use super::world::{self, FIRST_DAY, ZONE};
use crate::cli::serve::told_to_end;
use crate::clock::Clock;
use crate::shift::civil::{self, Occurrence};
use chrono::{Days, NaiveDate};

const EXAMPLES: &str = "\
A real server on loopback with a database of its own in the folder for temporary files; real clients, one gRPC stream for
each of 32 fictional responders and one for a dispatcher. The points and hours of the calls are those of incidents of May
2019 in St. Louis, and so are the dates; what the calls are about is invented, and so is everyone. The demonstration turns
its server's clock: the same seed and number of calls tell the same story at any speed. Times are those of St. Louis.

Examples:
  tandem demo                       40 calls, some two minutes to watch
  tandem demo --speed 60            slower: a minute of the world in a second
  tandem demo --calls 100 | less    plain lines, as fast as it goes
  tandem demo --serve               a world that goes on by itself, and tokens for an app to be tried against it";

/// World seconds in one second, where a person watches.
const WATCHABLE: f64 = 1200.0;
/// The sample has so many.
const MOST_CALLS: i64 = 200;

/// How to show it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// How many calls, 1 to 200
    #[arg(long, value_name = "NUMBER", default_value_t = 40, value_parser = clap::value_parser!(u16).range(1..=MOST_CALLS))]
    calls: u16,
    /// What decides who accepts, who declines, and how long everything takes
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// World seconds in one second; 0 is as fast as it goes [default: 1200 on a terminal, else 0; with --serve 10]
    #[arg(long, value_name = "TIMES", value_parser = speed)]
    speed: Option<f64>,
    /// Keep a world running on the real clock until Ctrl-C, and print tokens for it
    #[arg(long)]
    serve: bool,
    /// Where to listen [default: a free port of 127.0.0.1; with --serve 127.0.0.1:50051]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
}

fn speed(text: &str) -> Result<f64, &'static str> {
    let speed: f64 = text.parse().map_err(|_| "not a number")?;
    let fits = speed == 0.0 || (0.1..=1e6).contains(&speed);
    if fits {
        Ok(speed)
    } else {
        Err("0, or 0.1 to 1000000")
    }
}

/// Shows it.
pub(in crate::cli) async fn demo(arguments: &Arguments) -> Result<(), Fault> {
    if arguments.serve {
        let listen = arguments
            .listen
            .unwrap_or(SocketAddr::from(([127, 0, 0, 1], 50_051)));
        return serving::serve(
            on_loopback(listen)?,
            arguments.seed,
            arguments.speed.unwrap_or(10.0),
        )
        .await;
    }
    let listen = on_loopback(arguments.listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0))))?;
    let mut screen = Screen::for_stdout();
    let usual = if screen.is_watched() { WATCHABLE } else { 0.0 };
    let speed = Some(arguments.speed.unwrap_or(usual)).filter(|speed| *speed > 0.0);

    let calls = planned(usize::from(arguments.calls))?;
    let (Some(first), Some(last)) = (calls.first(), calls.last()) else {
        return Err("the sample is empty".into());
    };
    let clock = Clock::cranked(first.at.plus_seconds(-120));
    let server = Server::start(listen, clock, Chance::new(arguments.seed), false).await?;
    println!("{}", opening(calls.len(), arguments.seed));
    let hirings = hirings(last.incident.local_time.date() + Days::new(1));
    let cast = server.cast(&hirings).await?;
    let timekeeper = Timekeeper::Cranked {
        desk: server.desk.clone(),
        speed,
    };
    screen.begin()?;
    let played = tokio::select! {
        played = play(cast, calls, Habits::of_life(arguments.seed), &timekeeper, &mut screen) => played,
        () = told_to_end() => Err("interrupted".into()),
    };
    screen.end()?;
    let ended = server.end().await;
    println!("\n{}", played?);
    ended
}

fn opening(calls: usize, seed: u64) -> String {
    format!(
        "Tandem in St. Louis: {calls} calls, seed {seed}. Points and hours: incidents of May 2019 (SLMPD data, ODC-By 1.0, \
         prepared by C. Prener).\nEvery person, call and outcome is fictional."
    )
}

/// The server of a demonstration speaks plaintext.
fn on_loopback(listen: SocketAddr) -> Result<SocketAddr, Fault> {
    if listen.ip().is_loopback() {
        Ok(listen)
    } else {
        Err("--listen: the demonstration stays on loopback; `tandem serve` goes beyond".into())
    }
}

/// The first calls of the sample.
fn planned(calls: usize) -> Result<Vec<Planned>, Fault> {
    // From the first morning on, when the day shift has just come.
    let from = FIRST_DAY.and_hms_opt(9, 0, 0);
    let coming = incidents().into_iter().filter(|one| Some(one.local_time) >= from);
    let planned = coming.take(calls).map(|incident| {
        let local = incident.local_time.format("%Y-%m-%dT%H:%M").to_string();
        let at = civil::resolve(&local, Some(Occurrence::First), ZONE)?;
        Ok(Planned { at, incident })
    });
    planned.collect()
}

/// Everyone, on his tour from the night before the first day to the last day.
fn hirings(last_day: NaiveDate) -> Vec<Hiring> {
    let days = || {
        FIRST_DAY
            .pred_opt()
            .into_iter()
            .chain(FIRST_DAY.iter_days().take_while(|day| *day <= last_day))
    };
    world::people()
        .into_iter()
        .map(|person| Hiring {
            windows: days().map(|day| person.tour.starting_on(day)).collect(),
            zone: ZONE.to_owned(),
            person,
        })
        .collect()
}
