//! `tandem token create`.

use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser as _;

use super::expiry::{Expiry, shown};
use crate::board::{Board, Role};
use crate::cli::failure::Failure;
use crate::desk::token::Shown;
use crate::id::{AgencyId, Ids, JurisdictionId, ResponderId, TokenId};
use crate::moment::Moment;
use crate::store::{Store, Token};

const EXAMPLES: &str = "\
Examples:
  tandem token create --role admin --subject ops@city.example --expires 12h
  tandem token create --role dispatcher --jurisdiction st-louis --subject desk-3 --expires 30d
  tandem token create --role responder --jurisdiction st-louis --agency slmpd --device phone-17 \\
                      --subject 01978c5e-0000-7000-8000-000000000000 --expires 2027-01-31T00:00:00Z

A client sends it with every request: `authorization: Bearer tdm_...`. An admin token without a jurisdiction creates
jurisdictions; every other token is for one.";

/// The token wanted.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// What its holder may do
    #[arg(long, value_parser = roles())]
    role: Role,
    /// Who he is: a responder's id for the role responder, and for others a name that the audit will show
    #[arg(long, value_name = "WHO")]
    subject: String,
    /// Where; required for all roles but admin
    #[arg(long, value_name = "ID")]
    jurisdiction: Option<JurisdictionId>,
    /// The agency he belongs to; hr with an agency keeps the roster of that agency alone
    #[arg(long, value_name = "ID", requires = "jurisdiction")]
    agency: Option<AgencyId>,
    /// The device it is for, so that an offer's receipt says which one has it
    #[arg(long, value_name = "NAME")]
    device: Option<String>,
    /// When it ends: a span in days, hours or minutes (30d, 12h, 90m) or an instant (2027-01-31T00:00:00Z)
    #[arg(long, value_name = "WHEN", default_value = "30d")]
    expires: Expiry,
}

fn roles() -> impl clap::builder::TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.map(Role::as_str)).try_map(|name| {
        Role::ALL
            .into_iter()
            .find(|role| role.as_str() == name)
            .ok_or("no such role")
    })
}

/// Makes the token, keeps its hash and prints it.
pub(super) async fn create(store: &Store, wanted: Arguments, now: Moment) -> Result<(), Failure> {
    let responder_id = checked(&wanted).map_err(Failure::Asked)?;
    let expires_at = wanted.expires.from(now).map_err(Failure::Asked)?;
    if let Some(jurisdiction_id) = &wanted.jurisdiction {
        let (_, board) = store.load(jurisdiction_id).await?;
        known(&wanted, responder_id, &board).map_err(Failure::Asked)?;
    }
    let mut seed = [0; 16];
    let mut secret = [0; 32];
    getrandom::fill(&mut seed).map_err(Failure::Random)?;
    getrandom::fill(&mut secret).map_err(Failure::Random)?;
    let shown_once = Shown::new(TokenId::next(&mut Ids::new(seed), now), secret);
    let token = Token {
        jurisdiction_id: wanted.jurisdiction,
        agency_id: wanted.agency,
        responder_id,
        device_id: wanted.device,
        ..shown_once.kept(wanted.role, wanted.subject, now, expires_at)
    };
    store.insert_token(&token).await?;
    println!("{}", shown_once.text());
    eprintln!(
        "for the role {}, until {}; it is not shown again",
        token.role.as_str(),
        shown(expires_at)
    );
    Ok(())
}

/// What can be said without the database; the responder that the subject names.
fn checked(wanted: &Arguments) -> Result<Option<ResponderId>, String> {
    let subject = wanted.subject.trim();
    if subject.is_empty()
        || subject != wanted.subject
        || subject.len() > 120
        || subject.chars().any(char::is_control)
    {
        return Err("--subject: 1 to 120 bytes without control characters or blanks at the ends".to_owned());
    }
    if wanted.role != Role::Admin && wanted.jurisdiction.is_none() {
        return Err(format!(
            "--jurisdiction: a {} token needs one",
            wanted.role.as_str()
        ));
    }
    if wanted.role != Role::Responder {
        return Ok(None);
    }
    let id = wanted.subject.parse();
    id.map(Some)
        .map_err(|_| "--subject: for the role responder it is the responder's id".to_owned())
}

/// A token for nobody, or of an agency that is not there, is a slip of the pen.
fn known(wanted: &Arguments, responder_id: Option<ResponderId>, board: &Board) -> Result<(), String> {
    if let Some(agency_id) = &wanted.agency
        && !board.agencies.contains_key(agency_id)
    {
        return Err(format!(
            "--agency: {} has no agency {agency_id}",
            board.jurisdiction.id
        ));
    }
    let Some(responder_id) = responder_id else {
        return Ok(());
    };
    let responder = board.responders.get(&responder_id).ok_or_else(|| {
        format!(
            "--subject: {} has no responder {responder_id}",
            board.jurisdiction.id
        )
    })?;
    if responder.retired_at.is_some() {
        return Err(format!("--subject: responder {responder_id} has left"));
    }
    match &wanted.agency {
        Some(agency_id) if *agency_id != responder.agency_id => Err(format!(
            "--agency: responder {responder_id} belongs to {}",
            responder.agency_id
        )),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(role: Role, subject: &str, jurisdiction: Option<&str>) -> Arguments {
        Arguments {
            role,
            subject: subject.to_owned(),
            jurisdiction: jurisdiction.map(|id| id.parse().expect("an id")),
            agency: None,
            device: None,
            expires: Expiry::After(60),
        }
    }

    #[test]
    fn only_an_admin_may_be_for_no_jurisdiction() {
        for role in Role::ALL {
            let id = "01978c5e-0000-7000-8000-000000000000";
            assert_eq!(
                checked(&wanted(role, id, None)).is_ok(),
                role == Role::Admin,
                "{role:?}"
            );
            assert!(checked(&wanted(role, id, Some("st-louis"))).is_ok(), "{role:?}");
        }
    }

    #[test]
    fn a_responder_is_named_by_id() {
        assert!(checked(&wanted(Role::Responder, "Kim", Some("st-louis"))).is_err());
    }

    #[test]
    fn a_subject_is_a_name() {
        for subject in ["", " ", " kim", "kim\n", "a\0b"] {
            assert!(
                checked(&wanted(Role::Hr, subject, Some("st-louis"))).is_err(),
                "{subject:?}"
            );
        }
    }
}
