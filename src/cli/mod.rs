//! The command line. Whoever can run it on the server's database is the root of trust.
//!
//! What a command is *for* goes to standard output; logs, hints and faults go to standard error. Exit codes: 0 done, 1 not
//! done, 2 asked wrongly (the command line or the configuration).

mod check;
pub mod demo;
mod failure;
mod migrate;
mod replay;
mod roster;
mod serve;
mod settings;
mod token;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::store::Store;
use failure::Failure;
use settings::Everywhere;

const EXAMPLES: &str = "\
Examples:
  tandem demo                                     a programme at work, in this terminal
  tandem serve                                    127.0.0.1:50051, tandem.db in this folder
  tandem token create --role admin --subject me   a first token, to set a jurisdiction up
  tandem roster import shifts june.csv            a table in, by way of a server
  tandem check                                    do journal and tables tell one story?
  tandem replay                                   does every stored match give its answer again?

A setting comes from a TOML file (--config FILE), a variable (TANDEM_LISTEN) or a flag
(--listen); a flag wins over a variable, and a variable over the file.";

/// Backend for crisis co-response: sends the nearest qualified clinician and officer, together, and says why.
#[derive(Debug, Parser)]
#[command(name = "tandem", version, after_help = EXAMPLES, max_term_width = 110)]
struct Cli {
    #[command(flatten)]
    everywhere: Everywhere,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve gRPC; the tables are made or brought up to date first
    Serve(serve::Arguments),
    /// Bring the tables up to date, and do nothing else
    Migrate(migrate::Arguments),
    /// Make, list and revoke bearer tokens
    Token(token::Arguments),
    /// Compare the journal with the tables, and look at what must always hold
    Check(check::Arguments),
    /// Ask every stored match again, and see whether it gives its stored answer
    Replay(replay::Arguments),
    /// Take tables of the roster in and give them out, as a client of a server
    Roster(roster::Arguments),
    /// Show a programme at work: fictional people at real places in St. Louis
    Demo(demo::Arguments),
}

/// Runs what the command line says.
pub async fn run() -> ExitCode {
    let cli = Cli::parse();
    match obey(cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("tandem: {failure}");
            failure.exit_code()
        }
    }
}

async fn obey(cli: Cli) -> Result<(), Failure> {
    let mut flags = cli.everywhere.flags();
    match &cli.command {
        Command::Serve(arguments) => flags.extend(arguments.flags()),
        // The story is what one wants to read.
        Command::Demo(_) => drop(flags.entry("log".to_owned()).or_insert_with(|| "warn".to_owned())),
        Command::Migrate(_)
        | Command::Token(_)
        | Command::Check(_)
        | Command::Replay(_)
        | Command::Roster(_) => {}
    }
    let config = cli.everywhere.config(flags)?;
    settings::start_logging(&config.log);
    match cli.command {
        Command::Serve(_) => serve::serve(config).await,
        Command::Migrate(arguments) => migrate::migrate(&config, &arguments).await,
        Command::Token(arguments) => token::run(&config, arguments).await,
        Command::Check(arguments) => check::check(&config, &arguments).await,
        Command::Replay(arguments) => replay::replay(&config, &arguments).await,
        Command::Roster(arguments) => roster::run(&arguments).await,
        Command::Demo(arguments) => demo::demo(&arguments).await.map_err(Failure::Demo),
    }
}

/// The database, if its tables are those of this program. Only `serve` and `migrate` change tables.
async fn current_store(database: &str) -> Result<Store, Failure> {
    let store = Store::connect(database).await?;
    let pending = store.pending_migrations().await?;
    if pending.is_empty() {
        Ok(store)
    } else {
        Err(Failure::NotMigrated(pending.len()))
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_and_flag_says_what_it_does() {
        fn silent(command: &clap::Command, found: &mut Vec<String>) {
            if command.get_about().is_none() && command.get_name() != "help" {
                found.push(command.get_name().to_owned());
            }
            let arguments = command.get_arguments().filter(|one| one.get_help().is_none());
            found.extend(arguments.map(|one| format!("{} {}", command.get_name(), one.get_id())));
            command.get_subcommands().for_each(|one| silent(one, found));
        }
        let mut found = Vec::new();
        silent(&Cli::command(), &mut found);
        assert_eq!(found, Vec::<String>::new());
    }
}
