//! Tandem is the backend of a co-response programme: a call taker judges that a call is a behavioural-health crisis,
//! and Tandem sends the nearest qualified clinician and police officer, together, says why it sent those two, and
//! keeps everyone's screen right until the call is closed.
//!
//! # The one rule
//!
//! A functional core in an imperative shell, and one direction between them:
//!
//! ```text
//! cli -> grpc -> desk -> { roster shift request filling board triage travel matching dispatch hours streaming transfer coverage }   pure
//!                desk -> store -> the same pure types
//! ```
//!
//! The pure part is handed the time and returns values. It has no clock, no I/O, no async, no randomness, no wire or
//! row types and no hash order. `tests/it/house.rs` reads the sources and keeps it that way.
//!
//! # The modules
//!
//! Pure:
//! - [`id`], [`moment`], [`geo`]: ids, instants in microseconds, points in whole numbers.
//! - [`triage`]: from acuity and hazards to a response, and from a response to slots.
//! - [`roster`], [`shift`]: who there is, what they are licensed for, when they work. `shift::civil` is the only place
//!   that knows time zones; `shift::pattern` has shifts that come again, and their publication.
//! - [`filling`]: who could work which shift: proposals for a roster, and who could take one open place.
//! - [`request`]: what people ask of the schedule, and what becomes of it when the schedule changes.
//! - [`board`]: the picture of one jurisdiction, and [`board::Board::apply`], the only way in which it changes.
//! - [`travel`], [`matching`]: how far they are, whom to send, and why the others were not sent.
//! - [`dispatch`]: the life of a call and its members: `lifecycle` is the law, `decide` applies it.
//! - [`hours`]: what people have really worked, what each minute counts as, and payroll.
//! - [`streaming`]: who may see which event, filters, resume tokens.
//! - [`coverage`]: what the patterns want, who is scheduled, where that falls short, and how many calls come then.
//! - [`transfer`]: the roster in and out: tables from other systems, calendars, FHIR.
//! - [`refusal`]: the closed list of reasons for which a command is not done; [`printable`]: what may stand in a text.
//!
//! Shell:
//! - [`clock`]: the only reader of the time of day.
//! - [`desk`]: the use cases; the recorder (the one door for writes), the feed, the steward of deadlines.
//! - [`store`] and [`migrations`]: sea-orm on SQLite or PostgreSQL; rows in, domain values out.
//! - [`grpc`]: parse, ask, render; the only place that makes a `Status`.
//! - [`web`]: calendars over plain HTTP, for phones that subscribe.
//! - [`config`], [`cli`]: the process.
//! - `sabotage`: faults put in on purpose, to see that the proofs find them. Empty in what is shipped.
//!
//! # A request, end to end
//!
//! `OpenCall` arrives in `grpc::services::dispatch`. The bearer token becomes a [`desk::Caller`], and `desk::rights` says whether
//! his role may call the method. `grpc::wire` turns the message into a [`dispatch::command::OpenCall`], gathering every
//! fault at once. [`desk::Center::ask`] measures travel for everyone on shift (outside the door) and queues the command.
//! The recorder takes it with whatever else waits, locks the jurisdiction's head row, looks up the `request_id`, and
//! calls the pure decision on its working board: the call is opened, matched, and offers are made. The entry, the rows
//! it implies, the reply and the match with its whole input go into one transaction. After the commit the readers'
//! board follows, the bells ring, and the handler, which has only waited, renders the answer.
//!
//! # A stream, end to end
//!
//! `WatchAssignments` makes a [`desk::Watch`]: a cursor in the journal. It starts from a snapshot or from a resume
//! token, reads what follows the cursor from the feed's ring (or from the journal, when it is far behind), asks of every
//! entry anew what this caller may see, and sends it with the token to resume after it. When nothing follows it waits
//! for its bell. Resuming, catching up and following live are this one loop; nothing is queued for anyone.
//!
//! # Words of the inside
//!
//! - *head row*: one row a jurisdiction with revision and running hash; whoever holds it may write.
//! - *door*: the queue before the recorder; commands of one batch share a transaction.
//! - *entry*: what one operation did, one row of the journal, with its events in order.
//! - *working board*: the recorder's own copy, ahead of the readers' board until the commit.
//! - *ring* and *bell*: the latest entries in memory, and the call to look at them.
//! - *cursor*: the revision that a watcher has come to, all that is kept of him.
//!
//! # How a method is added
//!
//! Each step turns a test red until the next is done:
//! 1. `proto/tandem/v1`: the method, its request and response, each element with a comment, and what it refuses.
//! 2. [`desk::rights`]: which roles may call it (`tests/it/rights` wants a real effect for each).
//! 3. a command in [`dispatch::command`] (or `roster::command`, `shift::command`) and its decision beside the others,
//!    with its row in [`dispatch::lifecycle`]; `desk::command` lists it once, with its lane in the queue.
//! 4. `grpc::wire::parse` and `grpc::wire::render`, then a handler of a few lines in `grpc::services`.
//! 5. rows in `tests/it/bad_input`, and a test of its life through the real door.

pub mod board;
pub mod cli;
pub mod clock;
pub mod config;
pub mod coverage;
pub mod desk;
pub mod dispatch;
pub mod filling;
pub mod geo;
pub mod grpc;
pub mod hours;
pub mod id;
pub mod matching;
#[path = "../migrations/mod.rs"]
pub mod migrations;
pub mod moment;
pub mod printable;
pub mod refusal;
pub mod request;
pub mod roster;
mod sabotage;
pub mod shift;
pub mod store;
pub mod streaming;
pub mod transfer;
pub mod travel;
pub mod triage;
pub mod web;
