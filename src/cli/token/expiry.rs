//! When a token ends: after a span, or at an instant.

use chrono::DateTime;

use crate::moment::Moment;

/// Nobody needs one that lives longer, days.
const LONGEST_DAYS: i64 = 3660;

/// What `--expires` may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expiry {
    /// So many seconds from now.
    After(i64),
    /// At this moment.
    At(Moment),
}

impl Expiry {
    /// The moment, if it lies ahead and within reach.
    pub(super) fn from(self, now: Moment) -> Result<Moment, String> {
        let moment = match self {
            Expiry::After(seconds) => now.plus_seconds(seconds),
            Expiry::At(moment) => moment,
        };
        if moment <= now {
            Err("--expires: this moment is over".to_owned())
        } else if moment > now.plus_seconds(LONGEST_DAYS * 86_400) {
            Err(format!("--expires: more than {LONGEST_DAYS} days ahead"))
        } else {
            Ok(moment)
        }
    }
}

impl std::str::FromStr for Expiry {
    type Err = String;

    fn from_str(text: &str) -> Result<Expiry, String> {
        let span = [('d', 86_400), ('h', 3600), ('m', 60)]
            .into_iter()
            .find_map(|(letter, seconds)| {
                let count: i64 = text.strip_suffix(letter)?.parse().ok()?;
                count.checked_mul(seconds).filter(|seconds| *seconds > 0)
            });
        if let Some(seconds) = span {
            return Ok(Expiry::After(seconds));
        }
        DateTime::parse_from_rfc3339(text)
            .map(|instant| Expiry::At(Moment::from_micros(instant.timestamp_micros())))
            .map_err(|_| {
                "neither a span such as 30d, 12h or 90m nor an instant such as 2027-01-31T00:00:00Z"
                    .to_owned()
            })
    }
}

/// A moment for people, UTC.
pub(super) fn shown(at: Moment) -> String {
    DateTime::from_timestamp_micros(at.micros()).map_or_else(
        || at.micros().to_string(),
        |instant| instant.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment::from_seconds(1_800_000_000);

    fn expires(text: &str) -> Result<Moment, String> {
        text.parse::<Expiry>()?.from(NOW)
    }

    #[test]
    fn a_span_counts_from_now() {
        assert_eq!(expires("30d"), Ok(NOW.plus_seconds(30 * 86_400)));
        assert_eq!(expires("12h"), Ok(NOW.plus_seconds(12 * 3600)));
        assert_eq!(expires("90m"), Ok(NOW.plus_seconds(90 * 60)));
    }

    #[test]
    fn an_instant_says_its_offset() {
        let noon = expires("2027-06-01T07:00:00-05:00");
        assert_eq!(noon, expires("2027-06-01T12:00:00Z"));
        assert_eq!(noon.map(shown), Ok("2027-06-01T12:00:00Z".to_owned()));
    }

    #[test]
    fn what_is_over_or_out_of_reach_or_nonsense_is_refused() {
        for text in [
            "",
            "d",
            "0d",
            "-3d",
            "3w",
            "tomorrow",
            "2027-06-01T12:00:00",
            "2020-01-01T00:00:00Z",
            "99999d",
            "9223372036854775807d",
            "3663d",
        ] {
            assert!(expires(text).is_err(), "{text}");
        }
    }
}
