//! `tandem token`: who may ask.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::Fault;
use crate::board::Role;
use crate::clock::Clock;
use crate::config::Config;
use crate::desk::token::Shown;
use crate::id::{AgencyId, Ids, JurisdictionId, ResponderId, TokenId};
use crate::moment::Moment;
use crate::store::{Store, Token};

#[derive(Subcommand)]
pub(super) enum TokenCommand {
    /// Make a token and print it: it is shown once, and kept as a hash
    Create(CreateArgs),
    /// List tokens, without their secrets
    List,
    /// Revoke a token; a server believes it for two more seconds at most
    Revoke {
        /// The token's id, as `list` shows it
        id: String,
    },
}

#[derive(Args)]
#[command(after_help = "Examples:
  tandem token create --role admin
  tandem token create --role dispatcher --jurisdiction st-louis --subject anna --expires 12h
  tandem token create --role responder --jurisdiction st-louis --agency bhr \\
      --subject 0192f0c4-7a31-7c5e-9d42-6a3f1b2c4d5e --expires 30d
")]
pub(super) struct CreateArgs {
    /// responder, dispatcher, hr, supervisor, auditor, admin or system
    #[arg(long)]
    role: String,
    /// The jurisdiction; only an admin may be without one: he administers the installation
    #[arg(long)]
    jurisdiction: Option<String>,
    /// The agency: HR bound to one keeps its roster alone
    #[arg(long)]
    agency: Option<String>,
    /// Who he is; for a responder his id [default: the role]
    #[arg(long)]
    subject: Option<String>,
    /// The device it is for
    #[arg(long)]
    device: Option<String>,
    /// When it ends: 12h, 30d, or an instant such as 2027-01-31T00:00:00Z
    #[arg(long, default_value = "30d")]
    expires: String,
}

pub(super) async fn obey(config: Config, command: TokenCommand) -> Result<ExitCode, Fault> {
    let store = Store::connect(&config.database).await?;
    store.migrate().await?;
    let now = Clock::process().now();
    match command {
        TokenCommand::Create(args) => {
            let shown = create(&store, args, now).await?;
            println!("{shown}");
        }
        TokenCommand::List => {
            for token in store.tokens().await? {
                println!("{}", line(&token, now));
            }
        }
        TokenCommand::Revoke { id } => {
            let id: TokenId = id
                .parse()
                .map_err(|_| "not a token's id: `tandem token list` shows them")?;
            if !store.revoke_token(id, now).await? {
                return Err("no such token, or it was revoked before".into());
            }
            println!("revoked {id}");
        }
    }
    store.close().await?;
    Ok(ExitCode::SUCCESS)
}

async fn create(store: &Store, args: CreateArgs, now: Moment) -> Result<String, Fault> {
    let role = Role::ALL
        .into_iter()
        .find(|role| role.as_str() == args.role)
        .ok_or_else(|| {
            let known: Vec<_> = Role::ALL.iter().map(|role| role.as_str()).collect();
            format!("--role: one of {}", known.join(", "))
        })?;
    let jurisdiction_id: Option<JurisdictionId> = args
        .jurisdiction
        .map(|text| {
            text.parse()
                .map_err(|_| "--jurisdiction: not an id such as st-louis")
        })
        .transpose()?;
    if jurisdiction_id.is_none() && role != Role::Admin {
        return Err("--jurisdiction: every role but admin has one".into());
    }
    let agency_id: Option<AgencyId> = args
        .agency
        .map(|text| text.parse().map_err(|_| "--agency: not an id such as slmpd"))
        .transpose()?;
    let subject = args.subject.unwrap_or_else(|| role.as_str().to_owned());
    let responder_id: Option<ResponderId> = match role {
        Role::Responder => Some(
            subject
                .parse()
                .map_err(|_| "--subject: a responder's token has his id as its subject")?,
        ),
        Role::Dispatcher | Role::Hr | Role::Supervisor | Role::Auditor | Role::Admin | Role::System => None,
    };
    mint(
        store,
        Token {
            id: TokenId::nobodys(),
            secret_hash: String::new(),
            role,
            subject,
            jurisdiction_id,
            agency_id,
            responder_id,
            device_id: args.device,
            created_at: now,
            expires_at: ends(&args.expires, now)?,
            revoked_at: None,
        },
    )
    .await
}

/// Gives the token an id and a secret, keeps what is kept of it, and returns what its holder shows.
pub(crate) async fn mint(store: &Store, token: Token) -> Result<String, Fault> {
    let (mut seed, mut secret) = ([0; 16], [0; 32]);
    getrandom::fill(&mut seed)
        .and_then(|()| getrandom::fill(&mut secret))
        .map_err(|error| format!("no random bits: {error}"))?;
    let id = TokenId::next(&mut Ids::new(seed), token.created_at);
    let shown = Shown::new(id, secret);
    store
        .insert_token(&Token {
            id,
            secret_hash: shown.secret_hash(),
            ..token
        })
        .await?;
    Ok(shown.text())
}

fn ends(text: &str, now: Moment) -> Result<Moment, Fault> {
    let fault =
        || format!("--expires: `{text}` is neither 12h nor 30d nor an instant such as 2027-01-31T00:00:00Z");
    let span = |suffix: char, seconds: i64| -> Option<Moment> {
        let number: u32 = text.strip_suffix(suffix)?.parse().ok()?;
        Some(now.plus_seconds(i64::from(number) * seconds))
    };
    let instant = || {
        let at = chrono::DateTime::parse_from_rfc3339(text).ok()?;
        Some(Moment::from_micros(at.timestamp_micros()))
    };
    let ends = span('h', 3600).or_else(|| span('d', 86_400)).or_else(instant);
    let ends = ends.ok_or_else(fault)?;
    if ends <= now {
        return Err("--expires: that has passed already".into());
    }
    Ok(ends)
}

fn line(token: &Token, now: Moment) -> String {
    let state = if token.revoked_at.is_some() {
        "revoked"
    } else if token.expires_at <= now {
        "expired"
    } else {
        "in force"
    };
    let or_all = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let until = crate::shift::civil::to_local(token.expires_at, "UTC").unwrap_or_default();
    format!(
        "{}  {:<10}  {:<8}  until {until}Z  {}  {}  {}",
        token.id,
        token.role.as_str(),
        state,
        or_all(token.jurisdiction_id.as_ref().map(ToString::to_string)),
        or_all(token.agency_id.as_ref().map(ToString::to_string)),
        token.subject,
    )
}
