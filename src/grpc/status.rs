//! The only maker of a `Status`: one code, one `ErrorInfo`, all violations, and never more than fits.

use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt};

use crate::refusal::{Reason, Refusal};

/// The `domain` of every `ErrorInfo`.
pub(super) const DOMAIN: &str = "tandem";
/// A status larger than about 16 kB kills the whole connection; none of ours takes more than this on the wire, where its
/// details are in base64 and its message is percent-encoded.
const MOST_BYTES: usize = 4096;
const MOST_VIOLATIONS: usize = 20;
const MOST_FACTS: usize = 6;
/// A fact may list the shifts of four weeks.
const LONGEST_FACT: usize = 1100;
/// What a person reads ends with what to do now: it has room. Names and values are short.
const LONGEST_WORDS: usize = 200;
const LONGEST_NAME: usize = 80;

/// What a caller is told.
pub(super) fn status(refusal: Refusal) -> Status {
    let Refusal {
        reason,
        detail,
        facts,
        violations,
    } = refusal;
    let mut longest = LONGEST_FACT;
    let facts_cut = |longest: usize| -> std::collections::HashMap<String, String> {
        let some = facts.iter().take(MOST_FACTS);
        some.map(|(name, value)| ((*name).to_owned(), cut(value, longest)))
            .collect()
    };
    let mut violations: Vec<FieldViolation> = violations
        .into_iter()
        .take(MOST_VIOLATIONS)
        .map(|violation| {
            let why = format!("{}: {}", violation.reason.as_str(), violation.detail);
            FieldViolation::new(cut(&violation.field, LONGEST_NAME), cut(&why, LONGEST_WORDS))
        })
        .collect();
    loop {
        let mut details = ErrorDetails::new();
        details.set_error_info(reason.as_str(), DOMAIN, facts_cut(longest));
        if !violations.is_empty() {
            details.set_bad_request(violations.clone());
        }
        if let Some(wait) = retry_after(reason) {
            details.set_retry_info(Some(wait));
        }
        let status = Status::with_error_details(code(reason), cut(&detail, LONGEST_WORDS), details);
        if bytes_on_the_wire(&status) <= MOST_BYTES {
            return status;
        }
        // The last ones go first: whoever mends what he was told hears of the rest next time. Long facts are cut before.
        if longest > LONGEST_NAME {
            longest /= 2;
        } else if violations.pop().is_none() {
            return status;
        }
    }
}

/// At most how long the two headers of a status are.
fn bytes_on_the_wire(status: &Status) -> usize {
    3 * status.message().len() + 4 * status.details().len().div_ceil(3)
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Status {
        status(refusal)
    }
}

/// At most so many bytes, and never half a character.
fn cut(text: &str, most: usize) -> String {
    let end = text.floor_char_boundary(most);
    text[..end].to_owned()
}

/// When it makes sense to ask again.
fn retry_after(reason: Reason) -> Option<Duration> {
    let code = code(reason);
    if code == Code::Unavailable {
        Some(Duration::from_secs(1))
    } else if code == Code::ResourceExhausted && reason != Reason::MessageTooLarge {
        Some(Duration::from_secs(2))
    } else {
        None
    }
}

/// The code of each reason; `error_reason.proto` says the same.
pub(crate) fn code(reason: Reason) -> Code {
    match reason {
        Reason::Required
        | Reason::InvalidText
        | Reason::InvalidId
        | Reason::InvalidEnum
        | Reason::OutOfRange
        | Reason::InvalidPoint
        | Reason::InvalidTime
        | Reason::LocalTimeSkipped
        | Reason::LocalTimeAmbiguous
        | Reason::UnknownZone
        | Reason::InvalidWindow
        | Reason::InvalidOutline
        | Reason::InvalidPolicy
        | Reason::UnknownAcuity
        | Reason::InvalidMask
        | Reason::InvalidPageToken
        | Reason::InvalidResumeToken
        | Reason::TooMany
        | Reason::LeadingZerosLost
        | Reason::SameCall
        | Reason::StepsOutOfOrder
        | Reason::InvalidRecurrence
        | Reason::MalformedMessage => Code::InvalidArgument,
        Reason::NotFound => Code::NotFound,
        Reason::AlreadyExists | Reason::RequestIdReused => Code::AlreadyExists,
        Reason::StaleVersion | Reason::StaleSource | Reason::AlreadyAssigned => Code::Aborted,
        Reason::NotInThisState
        | Reason::OfferExpired
        | Reason::NotAMember
        | Reason::OrderedNotAsked
        | Reason::ShiftOverlaps
        | Reason::Retired
        | Reason::OnACall
        | Reason::CallMerged
        | Reason::MembersUndecided
        | Reason::MemberOnScene
        | Reason::ReopenTooLate
        | Reason::NobodyAvailable
        | Reason::RequestsContradict
        | Reason::OnLeave
        | Reason::NotQualified
        | Reason::QualificationLapses
        | Reason::HoursApproved
        | Reason::HoursOverlap
        | Reason::WorkRuleBroken => Code::FailedPrecondition,
        Reason::ResumeTokenTooOld | Reason::ResumeTokenOfAnotherEpoch => Code::OutOfRange,
        Reason::NodeBehind | Reason::StoreUnavailable | Reason::ShuttingDown => Code::Unavailable,
        Reason::Unauthenticated | Reason::TokenExpired => Code::Unauthenticated,
        Reason::RoleForbidden | Reason::NotYours | Reason::RightsChanged => Code::PermissionDenied,
        Reason::Overloaded | Reason::TooSlow | Reason::MessageTooLarge => Code::ResourceExhausted,
        Reason::UnknownMethod => Code::Unimplemented,
        Reason::DeadlineExceeded => Code::DeadlineExceeded,
        Reason::Internal => Code::Internal,
    }
}

#[cfg(test)]
mod tests {
    use prost::Message as _;

    use super::*;
    use crate::refusal::Violation;

    #[test]
    fn a_status_never_outgrows_four_kilobytes() {
        let long = "ä".repeat(5000);
        let refusal = Refusal {
            facts: vec![("fact", long.clone()); 50],
            violations: vec![
                Violation {
                    field: long.clone(),
                    reason: Reason::InvalidText,
                    detail: long.clone(),
                };
                1000
            ],
            ..Refusal::new(Reason::InvalidText, long)
        };
        let status = status(refusal);
        let mut headers = http::HeaderMap::new();
        status.add_header(&mut headers).expect("it fits");
        let size: usize = headers.values().map(http::HeaderValue::len).sum();
        assert!((3500..=4096).contains(&size), "{size} bytes");
        let told = status.get_details_bad_request().expect("violations");
        assert!(told.field_violations.len() >= 6, "as many as fit");
    }

    #[test]
    fn what_to_do_now_is_not_cut_off() {
        let long = "x".repeat(150) + "; what to do now";
        let twenty = Refusal {
            violations: vec![
                Violation {
                    field: "jurisdiction.policy.travel_speed_kilometers_per_hour".to_owned(),
                    reason: Reason::InvalidPolicy,
                    detail: "1 to 200 kilometers per hour".to_owned(),
                };
                20
            ],
            ..Refusal::new(Reason::InvalidPolicy, long)
        };
        let status = status(twenty);
        assert!(status.message().ends_with("; what to do now"));
        let told = status.get_details_bad_request().expect("violations");
        assert_eq!(told.field_violations.len(), 20);
        assert!(
            told.field_violations
                .iter()
                .all(|one| one.description.ends_with("per hour"))
        );
    }

    #[test]
    fn every_reason_stands_in_the_contract_under_its_name() {
        for reason in Reason::ALL {
            let name = format!("ERROR_REASON_{}", reason.as_str());
            let known = super::super::pb::ErrorReason::from_str_name(&name);
            assert!(known.is_some(), "{name}");
        }
    }

    /// The contract says the code of each reason in words: "..., where. INVALID_ARGUMENT. Mend it."
    #[test]
    fn every_reason_has_the_code_that_its_comment_in_the_contract_says() {
        let set =
            prost_types::FileDescriptorSet::decode(super::super::DESCRIPTORS).expect("a descriptor set");
        let file = set
            .file
            .iter()
            .find(|file| file.name() == "tandem/v1/error_reason.proto")
            .expect("the file");
        let places = file.source_code_info.iter().flat_map(|info| &info.location);
        let mut said = 0;
        for place in places {
            let [5, 0, 2, value] = place.path[..] else {
                continue;
            };
            let value = usize::try_from(value).expect("a place in the list");
            let name = file.enum_type[0].value[value].name();
            let Some(reason) = Reason::ALL
                .iter()
                .find(|reason| name.strip_prefix("ERROR_REASON_") == Some(reason.as_str()))
            else {
                continue;
            };
            let wanted = screaming(&format!("{:?}", code(*reason)));
            let stated = place
                .leading_comments()
                .split(". ")
                .any(|sentence| sentence.trim() == wanted);
            assert!(stated, "{name}: {wanted} is not what its comment says");
            said += 1;
        }
        assert_eq!(said, Reason::ALL.len());
    }

    /// `InvalidArgument` as `INVALID_ARGUMENT`.
    fn screaming(name: &str) -> String {
        let mut text = String::new();
        for (place, letter) in name.char_indices() {
            if place > 0 && letter.is_uppercase() {
                text.push('_');
            }
            text.push(letter.to_ascii_uppercase());
        }
        text
    }

    #[test]
    fn a_status_has_exactly_one_error_info() {
        for reason in Reason::ALL {
            let status = status(Refusal::new(*reason, "why"));
            let info = status.get_details_error_info().expect("an ErrorInfo");
            assert_eq!(
                (info.reason.as_str(), info.domain.as_str()),
                (reason.as_str(), DOMAIN)
            );
            assert_ne!(status.code(), Code::Ok);
        }
    }
}
