//! Between a value of the domain and what one column holds. Every pair here is exact: what went in comes out.

use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::StoreError;
use crate::geo::Point;
use crate::moment::Moment;

/// A nested value as JSON.
pub(super) fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("values of the domain are JSON: the keys of their maps are texts")
}

/// A nested value from JSON.
pub(super) fn from_json<T: DeserializeOwned>(text: &str, what: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::corrupt(what, error))
}

/// A variant without fields as a word: the same spelling as in the journal.
pub(super) fn word<T: Serialize>(variant: &T) -> String {
    match serde_json::to_value(variant) {
        Ok(Value::String(word)) => word,
        other => unreachable!("only variants without fields are words: {other:?}"),
    }
}

/// A variant from its word.
pub(super) fn from_word<T: DeserializeOwned>(word: String, what: &str) -> Result<T, StoreError> {
    serde_json::from_value(Value::String(word)).map_err(|error| StoreError::corrupt(what, error))
}

/// An id from its text.
pub(super) fn id<T: FromStr>(text: &str, what: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::corrupt(what, "not an id"))
}

/// An id that may be absent.
pub(super) fn some_id<T: FromStr>(text: Option<&str>, what: &str) -> Result<Option<T>, StoreError> {
    text.map(|text| id(text, what)).transpose()
}

/// A count that came from a `u32`.
pub(super) fn count(number: i64, what: &str) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(|error| StoreError::corrupt(what, error))
}

/// Microseconds of an instant that may be absent.
pub(super) fn micros(moment: Option<Moment>) -> Option<i64> {
    moment.map(Moment::micros)
}

/// An instant that may be absent.
pub(super) fn moment(micros: Option<i64>) -> Option<Moment> {
    micros.map(Moment::from_micros)
}

/// A point from two columns that are both there or both absent.
pub(super) fn point(lat_e7: Option<i32>, lon_e7: Option<i32>) -> Option<Point> {
    lat_e7.zip(lon_e7).map(|(lat, lon)| Point::from_e7(lat, lon))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dispatch::MemberState;

    #[test]
    fn a_state_is_stored_as_the_word_the_journal_uses() {
        for state in MemberState::ALL {
            let word = word(&state);
            assert_eq!(json(&state), format!("\"{word}\""));
            assert_eq!(from_word::<MemberState>(word, "state"), Ok(state));
        }
    }

    #[test]
    fn an_unknown_word_is_corrupt() {
        let read = from_word::<MemberState>("Gone".to_owned(), "members.state");
        assert!(matches!(read, Err(StoreError::Corrupt(text)) if text.starts_with("members.state")));
    }
}
