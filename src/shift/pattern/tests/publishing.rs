//! What a publication makes, changes, keeps and cancels.

use super::*;
use crate::board::testing::{Town, ZONE, kinds};
use crate::board::{Event, EventKind, Reply};
use crate::refusal::{Reason, Refusal};
use crate::shift::command::{AcknowledgeShift, CancelShift};
use crate::shift::decide::{acknowledge_shift, cancel_shift, create_shift, publish_shift};
use crate::shift::pattern::command::{CreatePattern, PublishPattern, RetirePattern, UpdatePattern};
use crate::shift::pattern::decide::{create_pattern, retire_pattern, update_pattern};
use crate::shift::{Shift, ShiftState};

/// A week ahead of the town's noon of 23 November 2026.
const WEEK: (&str, &str) = ("2026-11-30", "2026-12-06");

/// A town with two clinicians and a pattern for the first.
struct Office {
    town: Town,
    anna: ResponderId,
    ben: ResponderId,
    pattern_id: PatternId,
}

impl Office {
    /// Daily from nine to five by Anna.
    fn new() -> Office {
        let mut town = Town::new();
        let (anna, ben) = (town.clinician("C1"), town.clinician("C2"));
        let pattern_id = created(
            &mut town,
            by_rule("2026-11-30", "FREQ=DAILY"),
            post(9, 17, &[&[anna]]),
        );
        Office {
            town,
            anna,
            ben,
            pattern_id,
        }
    }

    fn pattern(&self) -> &Pattern {
        &self.town.board.patterns[&self.pattern_id]
    }

    fn publish(&mut self) -> Result<(Publication, Vec<Event>), Refusal> {
        let command = PublishPattern {
            pattern_id: self.pattern_id,
            expected_version: self.pattern().version,
            from: date(WEEK.0),
            to: date(WEEK.1),
            override_reason: String::new(),
            dry_run: false,
        };
        let (reply, events) = self.town.decide(publish_pattern, &command)?;
        let Reply::Publication(publication) = reply else {
            panic!("no publication: {reply:?}")
        };
        Ok((*publication, events))
    }

    fn changes(&mut self) -> Vec<(Change, String)> {
        let (publication, _) = self.publish().expect("published");
        let changes = publication.changes.iter();
        let named = changes.map(|one| {
            let origin = one.shift.origin.as_ref().expect("of a pattern");
            (one.change, origin.date.to_string())
        });
        named.collect()
    }

    fn update(&mut self, scope: Scope, change: PatternChange) -> Result<Vec<Event>, Refusal> {
        let command = UpdatePattern {
            pattern_id: self.pattern_id,
            expected_version: self.pattern().version,
            scope,
            change,
        };
        self.town
            .decide(update_pattern, &command)
            .map(|(_, events)| events)
    }

    fn shift(&self, on: &str) -> Shift {
        let of = |shift: &&Shift| {
            shift
                .origin
                .as_ref()
                .is_some_and(|origin| origin.date == date(on))
        };
        self.town.board.shifts.values().find(of).expect("a shift").clone()
    }
}

fn created(town: &mut Town, cadence: Cadence, post: Post) -> PatternId {
    let command = CreatePattern {
        agency_id: agency("bhr"),
        name: "days".to_owned(),
        discipline: "clinician".to_owned(),
        zone: ZONE.to_owned(),
        cadence,
        post,
    };
    let (reply, _) = town.decide(create_pattern, &command).expect("a pattern");
    let Reply::Pattern(pattern) = reply else {
        panic!("no pattern: {reply:?}")
    };
    pattern.id
}

fn starts(hour: u32) -> PatternChange {
    let post = PostChange {
        start_minute: Some(hour * 60),
        ..PostChange::default()
    };
    PatternChange {
        post,
        ..PatternChange::default()
    }
}

fn worked_by(places: &[&[ResponderId]]) -> PatternChange {
    let post = PostChange {
        places: Some(places.iter().map(|place| place.to_vec()).collect()),
        ..PostChange::default()
    };
    PatternChange {
        post,
        ..PatternChange::default()
    }
}

#[test]
fn publishing_again_makes_nothing_again() {
    let mut office = Office::new();
    let (first, events) = office.publish().expect("published");
    assert_eq!(kinds(&events), [EventKind::ShiftPublished; 7]);
    assert!(events.iter().all(|event| event.audience == [office.anna].into()));
    assert!(
        first
            .changes
            .iter()
            .all(|one| one.gained_by().is_some() && one.lost_by().is_none())
    );
    let (again, events) = office.publish().expect("published");
    assert_eq!((again.changes.len(), again.unchanged, events.len()), (0, 7, 0));
}

#[test]
fn an_edit_of_each_scope_changes_its_dates_and_can_be_taken_back() {
    let mut office = Office::new();
    office.publish().expect("published");
    let before = office.pattern().clone();
    let third = date("2026-12-03");
    for (scope, changed) in [
        (Scope::ThisOne(third), vec!["2026-12-03"]),
        (
            Scope::ThisAndLater(third),
            vec!["2026-12-03", "2026-12-04", "2026-12-05", "2026-12-06"],
        ),
        (
            Scope::All,
            vec![
                "2026-11-30",
                "2026-12-01",
                "2026-12-02",
                "2026-12-03",
                "2026-12-04",
                "2026-12-05",
                "2026-12-06",
            ],
        ),
    ] {
        let expected: Vec<_> = changed
            .iter()
            .map(|on| (Change::Changed, (*on).to_owned()))
            .collect();
        let ids: Vec<_> = office.town.board.shifts.keys().copied().collect();
        office.update(scope, starts(10)).expect("changed");
        assert_eq!(office.changes(), expected, "{scope:?}");
        office.update(scope, starts(9)).expect("taken back");
        assert_eq!(office.changes(), expected, "{scope:?} taken back");
        let now = office.pattern();
        assert_eq!(
            (&now.phases, &now.exceptions),
            (&before.phases, &before.exceptions)
        );
        let still: Vec<_> = office.town.board.shifts.keys().copied().collect();
        assert_eq!(ids, still, "the same shifts");
    }
}

#[test]
fn one_date_keeps_what_was_said_of_it_when_all_are_changed() {
    let mut office = Office::new();
    let (anna, ben) = (office.anna, office.ben);
    office
        .update(Scope::ThisOne(date("2026-12-01")), starts(11))
        .expect("changed");
    office.update(Scope::All, starts(8)).expect("changed");
    office.update(Scope::All, worked_by(&[&[ben]])).expect("changed");
    let occurrences = office
        .pattern()
        .occurrences(date(WEEK.0), date("2026-12-02"))
        .expect("a zone");
    let told: Vec<_> = occurrences
        .iter()
        .map(|one| {
            (
                one.post.start_minute / 60,
                one.post.on_turn(0, one.turns_from, one.date),
            )
        })
        .collect();
    assert_eq!(told, [(8, Some(ben)), (11, Some(ben)), (8, Some(ben))]);
    assert_ne!(anna, ben);
}

#[test]
fn who_gains_and_who_loses_a_shift_both_hear_of_it() {
    let mut office = Office::new();
    office.publish().expect("published");
    let (anna, ben) = (office.anna, office.ben);
    office
        .update(Scope::ThisOne(date("2026-12-01")), worked_by(&[&[ben]]))
        .expect("changed");
    let (publication, events) = office.publish().expect("published");
    assert_eq!(kinds(&events), [EventKind::ShiftChanged, EventKind::ShiftLost]);
    let heard: Vec<_> = events.iter().map(|event| event.subject).collect();
    assert_eq!(heard, [Some(ben), Some(anna)]);
    let change = &publication.changes[0];
    let who = |one: Option<(ResponderId, Window)>| one.map(|(who, _)| who);
    assert_eq!(
        (who(change.gained_by()), who(change.lost_by())),
        (Some(ben), Some(anna))
    );
}

#[test]
fn what_was_changed_by_hand_is_kept_and_told() {
    let mut office = Office::new();
    office.publish().expect("published");
    let shift = office.shift("2026-12-02");
    let cancel = CancelShift {
        shift_id: shift.id,
        expected_version: shift.version,
    };
    office.town.decide(cancel_shift, &cancel).expect("cancelled");
    office.update(Scope::All, starts(10)).expect("changed");
    let (publication, _) = office.publish().expect("published");
    assert_eq!(publication.changes.len(), 6);
    assert_eq!(publication.kept.len(), 1);
    assert_eq!(office.shift("2026-12-02").state, ShiftState::Cancelled);
}

#[test]
fn what_a_pattern_no_longer_has_is_cancelled_and_comes_back_as_the_same_shift() {
    let mut office = Office::new();
    office.publish().expect("published");
    let id = office.shift("2026-12-06").id;
    let cadence = |rule| PatternChange {
        cadence: Some(by_rule("2026-11-30", rule)),
        ..PatternChange::default()
    };
    office
        .update(Scope::All, cadence("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR,SA"))
        .expect("changed");
    assert_eq!(office.changes(), [(Change::Cancelled, "2026-12-06".to_owned())]);
    assert_eq!(office.changes(), []);
    office.update(Scope::All, cadence("FREQ=DAILY")).expect("changed");
    assert_eq!(office.changes(), [(Change::Restored, "2026-12-06".to_owned())]);
    assert_eq!(office.shift("2026-12-06").id, id);
}

#[test]
fn a_retired_patterns_shifts_are_cancelled_when_it_is_published() {
    let mut office = Office::new();
    office.publish().expect("published");
    let command = RetirePattern {
        pattern_id: office.pattern_id,
        expected_version: 1,
    };
    office.town.decide(retire_pattern, &command).expect("retired");
    assert!(
        office
            .changes()
            .iter()
            .all(|(change, _)| *change == Change::Cancelled)
    );
    let refused = office.update(Scope::All, starts(10)).expect_err("retired");
    assert_eq!(refused.reason, Reason::NotInThisState);
}

#[test]
fn what_has_begun_is_left_alone() {
    let mut office = Office::new();
    office.publish().expect("published");
    office.town.at = crate::board::testing::local("2026-12-02T09:00");
    office.update(Scope::All, starts(8)).expect("changed");
    let (publication, _) = office.publish().expect("published");
    assert_eq!((publication.begun, publication.changes.len()), (3, 4));
}

#[test]
fn an_overlap_is_told_with_its_shift_and_nothing_is_published() {
    let mut office = Office::new();
    let anna = office.anna;
    let evening = crate::board::testing::window("2026-12-03T16:00", "2026-12-03T23:00");
    let shift_id = office.town.drafted(anna, evening);
    let publish = crate::shift::command::PublishShift {
        shift_id,
        expected_version: 1,
        override_reason: String::new(),
    };
    office.town.decide(publish_shift, &publish).expect("published");
    let refused = office.publish().expect_err("it overlaps");
    assert_eq!(refused.reason, Reason::ShiftOverlaps);
    assert!(refused.facts.contains(&("shift_id", shift_id.to_string())));
    assert!(refused.facts.contains(&("date", "2026-12-03".to_owned())));
    assert_eq!(office.town.board.shifts.len(), 1);
    // Two patterns of one person are told apart just so.
    let other = office.town.planned(
        anna,
        crate::board::testing::window("2026-12-20T16:00", "2026-12-20T23:00"),
    );
    office.town.decide(create_shift, &other).expect("beside it");
}

#[test]
fn places_take_turns_by_the_calendar() {
    let mut office = Office::new();
    let (anna, ben) = (office.anna, office.ben);
    let change = PatternChange {
        post: PostChange {
            wanted: Some(3),
            turn_days: Some(2),
            ..worked_by(&[&[anna, ben], &[ben, anna]]).post
        },
        ..PatternChange::default()
    };
    office.update(Scope::All, change).expect("changed");
    let (publication, _) = office.publish().expect("published");
    assert_eq!(
        publication.changes.len(),
        21,
        "three places on each of seven days, one open"
    );
    let first = publication
        .changes
        .iter()
        .filter(|one| one.shift.origin.as_ref().is_some_and(|o| o.place == 0));
    let turns: Vec<_> = first.map(|one| one.shift.responder_id == Some(anna)).collect();
    assert_eq!(turns, [true, true, false, false, true, true, false]);
}

#[test]
fn an_acknowledgement_ends_with_the_next_change() {
    let mut office = Office::new();
    office.publish().expect("published");
    let shift = office.shift("2026-12-01");
    let acknowledge = |office: &Office, version| AcknowledgeShift {
        shift_id: shift.id,
        responder_id: office.anna,
        expected_version: version,
    };
    let command = acknowledge(&office, 1);
    let (_, events) = office.town.decide(acknowledge_shift, &command).expect("he knows");
    assert_eq!(kinds(&events), [EventKind::ShiftAcknowledged]);
    let command = acknowledge(&office, 2);
    let (_, events) = office
        .town
        .decide(acknowledge_shift, &command)
        .expect("he still knows");
    assert!(events.is_empty());
    let stale = acknowledge(&office, 1);
    let refused = office
        .town
        .decide(acknowledge_shift, &stale)
        .expect_err("another version");
    assert_eq!(refused.reason, Reason::StaleVersion);
    office.publish().expect("nothing new");
    assert!(office.shift("2026-12-01").acknowledged.is_some());
    office.update(Scope::All, starts(10)).expect("changed");
    office.publish().expect("published");
    assert_eq!(office.shift("2026-12-01").acknowledged, None);
    let mut of_ben = acknowledge(&office, 3);
    of_ben.responder_id = office.ben;
    let refused = office
        .town
        .decide(acknowledge_shift, &of_ben)
        .expect_err("not his");
    assert_eq!(refused.reason, Reason::NotFound);
}

#[test]
fn a_publication_of_too_many_or_for_the_retired_is_refused() {
    let mut office = Office::new();
    let change = PatternChange {
        post: PostChange {
            wanted: Some(50),
            ..PostChange::default()
        },
        ..PatternChange::default()
    };
    office.update(Scope::All, change).expect("changed");
    let command = PublishPattern {
        pattern_id: office.pattern_id,
        expected_version: 2,
        from: date("2026-12-01"),
        to: date("2026-12-21"),
        override_reason: String::new(),
        dry_run: false,
    };
    let refused = office
        .town
        .decide(publish_pattern, &command)
        .expect_err("1050 shifts");
    assert_eq!(refused.reason, Reason::TooMany);
    let retire = crate::roster::command::RetireResponder {
        responder_id: office.anna,
        expected_version: 1,
    };
    office
        .town
        .decide(crate::roster::decide::retire_responder, &retire)
        .expect("retired");
    assert_eq!(office.publish().expect_err("her turn").reason, Reason::Retired);
}

type Work = BTreeSet<(LocalDate, u32, Window, Option<ResponderId>)>;

/// What stands of the pattern's shifts, and what it says of them.
fn standing_and_said(office: &Office) -> [Work; 2] {
    let shifts = office.town.board.shifts.values();
    let in_force = shifts.filter(|shift| shift.state == ShiftState::Published);
    let standing = in_force.filter_map(|shift| {
        let origin = shift.origin.as_ref()?;
        Some((origin.date, origin.place, shift.planned, shift.responder_id))
    });
    let occurrences = office
        .pattern()
        .occurrences(date(WEEK.0), date(WEEK.1))
        .expect("a zone");
    let said = occurrences.iter().flat_map(|one| {
        let places = 0..one.post.wanted;
        places.map(|place| {
            let who = one.post.on_turn(place, one.turns_from, one.date);
            (one.date, place, one.window, who)
        })
    });
    [standing.collect(), said.collect()]
}

proptest! {
    #[test]
    fn after_any_edits_and_publications_the_shifts_are_what_the_pattern_says(
        edits in proptest::collection::vec((0_u8..3, 0_i64..9, 0_u8..5, any::<bool>()), 1..12),
    ) {
        let mut office = Office::new();
        let (anna, ben) = (office.anna, office.ben);
        for (scope, day, what, published) in edits {
            let on = date(WEEK.0).plus_days(day).expect("a date");
            let scope = [Scope::ThisOne(on), Scope::ThisAndLater(on), Scope::All][usize::from(scope)];
            let wanted = |wanted| PostChange { wanted: Some(wanted), minimum: Some(0), ..PostChange::default() };
            let change = match what {
                0 => starts(8),
                1 => starts(9),
                2 => worked_by(&[&[ben, anna]]),
                3 => PatternChange { post: wanted(2), ..PatternChange::default() },
                _ => {
                    let rule = ["FREQ=DAILY", "FREQ=DAILY;INTERVAL=2"][usize::from(published)];
                    PatternChange { cadence: Some(by_rule(WEEK.0, rule)), ..PatternChange::default() }
                }
            };
            // One date has no cadence, and some dates have nothing: such edits are refused and change nothing.
            let _ = office.update(scope, change);
            if published {
                office.publish().expect("published");
            }
        }
        office.publish().expect("published");
        let [standing, said] = standing_and_said(&office);
        prop_assert_eq!(standing, said);
        let (again, _) = office.publish().expect("published");
        prop_assert!(again.changes.is_empty() && again.kept.is_empty(), "{:?}", again);
    }
}
