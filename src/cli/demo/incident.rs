//! Where and when calls arise in the demonstration: a sample of real places and hours, with invented crises. The file says
//! where it comes from, how it was thinned, and what in it is invented.

use chrono::NaiveDateTime;

const SAMPLE: &str = include_str!("incidents.csv");

/// A call in the making.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// When, on the wall clock of the programme.
    pub local_time: NaiveDateTime,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// The incident type, an APCO code. Invented.
    pub incident_type: &'static str,
    /// The Marcus Alert level, 1 to 4. Invented.
    pub level: u32,
    /// A hazard that the caller mentions. Invented.
    pub hazard: Option<&'static str>,
}

/// All of them, by time.
pub fn incidents() -> Vec<Incident> {
    SAMPLE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .map(|line| {
            incident(line).expect("the sample is shipped with the program, and a test reads all of it")
        })
        .collect()
}

fn incident(line: &'static str) -> Option<Incident> {
    let columns: Vec<&'static str> = line.split(',').collect();
    let [time, latitude, longitude, incident_type, level, hazard] = columns.try_into().ok()?;
    Some(Incident {
        local_time: NaiveDateTime::parse_from_str(time, "%Y-%m-%dT%H:%M").ok()?,
        latitude: latitude.parse().ok()?,
        longitude: longitude.parse().ok()?,
        incident_type,
        level: level.parse().ok()?,
        hazard: Some(hazard).filter(|hazard| !hazard.is_empty()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::demo::world::{DAYS, FIRST_DAY};

    #[test]
    fn the_sample_is_in_order_in_st_louis_and_in_the_days_of_the_world() {
        let incidents = incidents();
        assert!(incidents.len() >= 200);
        assert!(incidents.is_sorted_by_key(|one| one.local_time));
        for one in &incidents {
            assert!(
                (38.5..38.8).contains(&one.latitude) && (-90.35..-90.15).contains(&one.longitude),
                "{one:?}"
            );
            assert!((1..=4).contains(&one.level), "{one:?}");
            let day = one.local_time.date().signed_duration_since(FIRST_DAY).num_days();
            assert!((0..DAYS).contains(&day), "{one:?}");
        }
    }

    #[test]
    fn every_level_and_both_hazards_occur() {
        let incidents = incidents();
        for level in 1..=4 {
            assert!(
                incidents.iter().filter(|one| one.level == level).count() > 20,
                "{level}"
            );
        }
        for hazard in ["weapon", "active_violence"] {
            assert!(incidents.iter().any(|one| one.hazard == Some(hazard)), "{hazard}");
        }
    }
}
