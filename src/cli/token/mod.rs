//! `tandem token`: make, list and revoke bearer tokens.

mod create;
mod expiry;
mod list;

use clap::Subcommand;

use super::current_store;
use super::failure::Failure;
use crate::clock::Clock;
use crate::config::Config;
use crate::id::TokenId;

/// What to do with tokens.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make a token and print it, once: only a hash of it is kept
    Create(create::Arguments),
    /// List all tokens, oldest first, without their secrets
    List,
    /// Take a token back; a running server feels it within 2 seconds
    Revoke {
        /// Its id, as `tandem token list` shows it: the middle part of tdm_ID_SECRET
        #[arg(value_name = "ID")]
        id: TokenId,
    },
}

/// Does it.
pub(super) async fn run(config: &Config, arguments: Arguments) -> Result<(), Failure> {
    let store = current_store(&config.database).await?;
    let now = Clock::process().now();
    let done = match arguments.verb {
        Verb::Create(wanted) => create::create(&store, wanted, now).await,
        Verb::List => list::list(&store, now).await,
        Verb::Revoke { id } => match store.revoke_token(id, now).await? {
            true => Ok(()),
            false => Err(Failure::NotRevoked),
        },
    };
    store.close().await?;
    done
}
