//! The world of the demonstration: who, where, on which shift.
//!
//! The city, its three patrol stations and the hours of its co-response shifts are real. Every person is fictional: the
//! family name says so, and so do the names of the agencies. Licence numbers are left out rather than invented.

use chrono::{Days, NaiveDate};

use crate::triage::{CLINICIAN, OFFICER};

/// The jurisdiction.
pub const JURISDICTION_ID: &str = "st-louis";
/// Its name.
pub const JURISDICTION_NAME: &str = "St. Louis (demonstration)";
/// Its zone.
pub const ZONE: &str = "America/Chicago";
/// The clinicians' agency.
pub const CLINIC: &str = "clinic";
/// The officers' agency.
pub const PATROL: &str = "patrol";
/// Both agencies with their names.
pub const AGENCIES: [(&str, &str); 2] = [
    (CLINIC, "Example Crisis Clinic (fictional)"),
    (PATROL, "Example Patrol (fictional)"),
];

/// The first civil day; the sample of incidents begins on it.
pub const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(2019, 5, 6).expect("a day of the calendar");
/// How many days there are incidents for.
pub const DAYS: i64 = 10;

/// A patrol station: the base of those who start from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Station {
    /// Its name.
    pub name: &'static str,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

/// The three patrol stations of the city.
pub const STATIONS: [Station; 3] = [
    Station {
        name: "Central Patrol, 919 N Jefferson Ave",
        latitude: 38.638_063,
        longitude: -90.212_876,
    },
    Station {
        name: "North Patrol, 4014 Union Blvd",
        latitude: 38.681_484,
        longitude: -90.255_249,
    },
    Station {
        name: "South Patrol, 3157 Sublette Ave",
        latitude: 38.603_887,
        longitude: -90.281_792,
    },
];

/// The hours someone works, every day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tour {
    /// 09:00 to 17:00.
    Day,
    /// 15:00 to 23:00.
    Evening,
    /// 23:00 to 09:00 of the next day.
    Night,
}

impl Tour {
    /// Start and end, on the wall clock of the zone, of the one that starts on this day.
    pub fn starting_on(self, day: NaiveDate) -> (String, String) {
        let (start, end, later) = match self {
            Tour::Day => (9, 17, 0),
            Tour::Evening => (15, 23, 0),
            Tour::Night => (23, 9, 1),
        };
        let end_day = day + Days::new(later);
        (format!("{day}T{start:02}:00"), format!("{end_day}T{end:02}:00"))
    }
}

/// Someone who can be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// His discipline.
    pub discipline: &'static str,
    /// His agency.
    pub agency_id: &'static str,
    /// His name, fictional.
    pub name: String,
    /// His name on the radio.
    pub call_sign: String,
    /// His base.
    pub station: &'static Station,
    /// When he works.
    pub tour: Tour,
    /// His papers: code and last valid day; empty for no end.
    pub credentials: Vec<(&'static str, &'static str)>,
    /// Whether he serves from a telephone seat.
    pub telephone: bool,
}

/// First name, licence, its last valid day, tour, whether at the telephone.
const CLINICIANS: [(&str, &str, &str, Tour, bool); 8] = [
    ("Avery", "LCSW", "2020-09-30", Tour::Day, false),
    // Ends in the middle of the sample: from then on he is rejected.
    ("Blair", "LPC", "2019-05-10", Tour::Day, false),
    ("Casey", "LCSW", "2021-09-30", Tour::Day, true),
    ("Devon", "PSYCHOLOGIST", "2020-01-31", Tour::Evening, false),
    ("Emery", "LMFT", "2020-02-28", Tour::Evening, false),
    ("Finley", "LMSW", "2019-09-30", Tour::Evening, true),
    ("Gray", "LCSW", "2020-09-30", Tour::Night, false),
    ("Harley", "PLPC", "2019-12-31", Tour::Night, true),
];

const OFFICERS: [&str; 24] = [
    "Ainsley", "Bailey", "Cameron", "Dakota", "Ellis", "Frankie", "Glenn", "Hayden", "Indiana", "Jules",
    "Kendall", "Lane", "Marlow", "Noel", "Oakley", "Parker", "Quinn", "Reese", "Sage", "Tatum", "Uri", "Val",
    "Winter", "Yael",
];

/// Every eighth officer has had no crisis training: he is on the board, and never sent.
const UNTRAINED: usize = 8;

/// Everyone: 8 clinicians and then 24 officers, eight on each tour.
pub fn people() -> Vec<Person> {
    let clinicians = CLINICIANS.iter().enumerate();
    let clinicians = clinicians.map(|(index, (first, licence, until, tour, telephone))| Person {
        discipline: CLINICIAN,
        agency_id: CLINIC,
        name: format!("{first} Fictional"),
        call_sign: format!("Clin-{}", index + 1),
        station: &STATIONS[index % STATIONS.len()],
        tour: *tour,
        credentials: vec![(licence, until)],
        telephone: *telephone,
    });
    let officers = OFFICERS.iter().enumerate();
    let officers = officers.map(|(index, first)| {
        let mut credentials = vec![("POST", "")];
        if (index + 1) % UNTRAINED != 0 {
            credentials.push(("CIT", "2020-12-31"));
        }
        Person {
            discipline: OFFICER,
            agency_id: PATROL,
            name: format!("{first} Fictional"),
            call_sign: format!("{}-{}", ["Adam", "Boy", "Charles"][index / 8], index % 8 + 1),
            station: &STATIONS[index % STATIONS.len()],
            tour: [Tour::Day, Tour::Evening, Tour::Night][index / 8],
            credentials,
            telephone: false,
        }
    });
    clinicians.chain(officers).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_are_eight_clinicians_and_twenty_four_officers_and_all_are_marked_as_fictional() {
        let people = people();
        let of = |discipline| people.iter().filter(|one| one.discipline == discipline).count();
        assert_eq!((of(CLINICIAN), of(OFFICER)), (8, 24));
        assert!(people.iter().all(|one| one.name.ends_with(" Fictional")));
        let call_signs: BTreeSet<_> = people.iter().map(|one| &one.call_sign).collect();
        assert_eq!(call_signs.len(), people.len());
    }

    #[test]
    fn every_tour_has_a_telephone_seat_and_someone_who_travels() {
        for tour in [Tour::Day, Tour::Evening, Tour::Night] {
            for (discipline, telephone) in [(CLINICIAN, true), (CLINICIAN, false), (OFFICER, false)] {
                let people = people();
                let mut on_tour = people.iter().filter(|one| one.tour == tour);
                assert!(
                    on_tour.any(|one| one.discipline == discipline && one.telephone == telephone),
                    "{tour:?} {discipline}"
                );
            }
        }
    }

    #[test]
    fn the_night_tour_ends_on_the_next_day() {
        let (start, end) = Tour::Night.starting_on(FIRST_DAY);
        assert_eq!(
            (start.as_str(), end.as_str()),
            ("2019-05-06T23:00", "2019-05-07T09:00")
        );
    }
}
