use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::apply::{ImportPart, Part, Tally, import_part, parts, rehearse};
use super::export::{Wanted, table};
use super::mapping::Mapping;
use super::{Kind, Reading, Replace, Surroundings, read, turns};
use crate::board::testing::{Town, ZONE, window};
use crate::board::{Board, Reply};
use crate::refusal::Reason;
use crate::shift::Shift;

fn reading(kind: Kind, mapping: &str, bytes: &[u8]) -> Reading {
    let mapping = Mapping::parse(mapping, kind).expect("a mapping");
    let around = Surroundings {
        zone: ZONE,
        area_zones: &BTreeMap::new(),
        bound_to: None,
        replace: None,
    };
    read(kind, bytes, &mapping, around).expect("a table")
}

/// Rehearses it, and applies it when every row is good.
fn import(town: &mut Town, kind: Kind, mapping: &str, text: &str) -> Tally {
    let reading = reading(kind, mapping, text.as_bytes());
    assert_eq!(reading.faults, []);
    let import = Arc::new(reading.import);
    let rehearsed = rehearse(town.board.clone(), &import, town.at);
    if rehearsed.bad_rows > 0 {
        return rehearsed;
    }
    let mut tally = Tally::default();
    for part in parts(&import) {
        let import = Arc::clone(&import);
        let (reply, _) = town
            .decide(import_part, &ImportPart { import, part })
            .expect("a part does not fail");
        let Reply::Imported(done) = reply else {
            panic!("not a tally: {reply:?}")
        };
        tally.add(*done);
    }
    assert_eq!(
        (tally.created, tally.updated, tally.unchanged),
        (rehearsed.created, rehearsed.updated, rehearsed.unchanged),
        "what was rehearsed is what is applied"
    );
    tally
}

/// The only fault of a file: row, column, reason.
fn fault(kind: Kind, mapping: &str, text: &str) -> (u32, String, Reason) {
    let reading = reading(kind, mapping, text.as_bytes());
    let [fault] = &reading.faults[..] else {
        panic!("not one fault: {:?}", reading.faults)
    };
    (fault.row, fault.column.clone(), fault.reason)
}

const KINDS: [Kind; 4] = [Kind::Responders, Kind::Credentials, Kind::Shifts, Kind::Patterns];

const PAYROLL: &str = include_str!("../../tests/it/transfer/staff.toml");

const SHIFTS: &str = include_str!("../../tests/it/transfer/shifts.toml");

#[test]
fn the_same_file_every_night_changes_nothing_the_second_time() {
    let mut town = Town::new();
    let text =
        "Emp No,Full Name,Radio,Pay grade\r\n001234,\"Muñoz, Ana\",Adam 1,7\r\n001235,Bo Li,Adam 2,9\r\n";
    let first = import(&mut town, Kind::Responders, PAYROLL, text);
    assert_eq!((first.created, first.updated, first.unchanged), (2, 0, 0));
    let before = town.board.clone();
    let second = import(&mut town, Kind::Responders, PAYROLL, text);
    assert_eq!((second.created, second.updated, second.unchanged), (0, 0, 2));
    assert_eq!(town.board, before);
    assert!(town.board.responders.values().any(|one| one.name == "Muñoz, Ana"));
}

#[test]
fn bytes_of_windows_and_of_unicode_say_the_same() {
    let utf8 = "Emp No,Full Name,Radio\n001234,Muñoz,Adam 1\n"
        .as_bytes()
        .to_vec();
    let marked = [b"\xef\xbb\xbf", &utf8[..]].concat();
    let windows = b"Emp No,Full Name,Radio\n001234,Mu\xf1oz,Adam 1\n".to_vec();
    let rows = |bytes: &[u8]| reading(Kind::Responders, PAYROLL, bytes).import.rows;
    assert_eq!(rows(&utf8), rows(&marked));
    assert_eq!(rows(&utf8), rows(&windows));
}

#[test]
fn what_a_spreadsheet_does_to_a_file_is_told_by_name() {
    let header = "Emp No,Full Name,Radio\n";
    let of = |row: &str| fault(Kind::Responders, PAYROLL, &format!("{header}{row}\n"));
    let at = |reason| (2, "Emp No".to_owned(), reason);
    assert_eq!(of("1234,Ana,Adam 1"), at(Reason::LeadingZerosLost));
    assert_eq!(of("1.23457E+11,Ana,Adam 1"), at(Reason::InvalidText));
    assert_eq!(of("0012345,Ana,Adam 1"), at(Reason::InvalidText));
    assert_eq!(of("001234,Ana,Adam 1,"), (2, String::new(), Reason::InvalidText));
    assert_eq!(
        of("001234,,Adam 1"),
        (2, "Full Name".to_owned(), Reason::Required)
    );
    assert_eq!(
        fault(
            Kind::Credentials,
            "",
            "responder,code,valid_until\nx,LCSW,46203\n"
        ),
        (2, "valid_until".to_owned(), Reason::InvalidTime)
    );
}

#[test]
fn every_fault_of_every_row_is_told() {
    let text = "Emp No,Full Name,Radio\n1,,\n001234,Ana,Adam 1\n2,\u{7},Adam 2\n001234,Bo,Adam 3\n";
    let reading = reading(Kind::Responders, PAYROLL, text.as_bytes());
    let told: Vec<(u32, &str)> = reading
        .faults
        .iter()
        .map(|fault| (fault.row, fault.column.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (2, "Emp No"),
            (2, "Full Name"),
            (2, "Radio"),
            (4, "Emp No"),
            (4, "Full Name"),
            (5, "Emp No")
        ]
    );
    assert_eq!(reading.row_count, 4);
}

#[test]
fn american_days_and_times_are_read_and_a_night_ends_the_next_day() {
    let mut town = Town::new();
    let text = "Emp No,Full Name,Radio\n001234,Ana,Adam 1\n";
    import(&mut town, Kind::Responders, PAYROLL, text);
    let text =
        "Id,Emp No,Day,From,To\n1,001234,12/31/2026,10:00 PM,6:00 AM\n2,001234,2027-01-02,0900,17:00\n";
    let tally = import(&mut town, Kind::Shifts, SHIFTS, text);
    assert_eq!(tally.created, 2);
    let wanted = Wanted {
        kind: Kind::Shifts,
        agency_id: None,
    };
    let text = String::from_utf8(table(&town.board, &wanted)).expect("text");
    assert!(
        text.contains("2026-12-31T22:00,,2027-01-01T06:00,,America/Chicago"),
        "{text}"
    );
    assert!(text.contains("2027-01-02T09:00,,2027-01-02T17:00,"), "{text}");
    let swapped = fault(
        Kind::Shifts,
        SHIFTS,
        "Id,Emp No,Day,From,To\n1,001234,31/12/2026,0900,1700\n",
    );
    assert_eq!(swapped, (2, "Day".to_owned(), Reason::InvalidTime));
}

#[test]
fn two_people_may_swap_shifts_and_call_signs_in_one_file() {
    let mut town = Town::new();
    let people = |a: &str, b: &str| format!("Emp No,Full Name,Radio\n000001,Ana,{a}\n000002,Bo,{b}\n");
    import(&mut town, Kind::Responders, PAYROLL, &people("Adam 1", "Adam 2"));
    let shifts = |a: &str, b: &str| {
        format!("Id,Emp No,Day,From,To\n1,{a},12/01/2026,0900,1700\n2,{b},12/01/2026,0900,1700\n")
    };
    import(&mut town, Kind::Shifts, SHIFTS, &shifts("000001", "000002"));
    let swapped = import(&mut town, Kind::Shifts, SHIFTS, &shifts("000002", "000001"));
    assert_eq!((swapped.updated, swapped.bad_rows), (2, 0));
    let swapped = import(&mut town, Kind::Responders, PAYROLL, &people("Adam 2", "Adam 1"));
    assert_eq!((swapped.updated, swapped.bad_rows), (2, 0));
    let both = import(&mut town, Kind::Shifts, SHIFTS, &shifts("000001", "000001"));
    assert_eq!(both.bad_rows, 1, "one person in two places: {both:?}");
}

#[test]
fn one_bad_row_and_its_neighbours_are_known_before_anything_is_done() {
    let mut town = Town::new();
    let text = "Emp No,Full Name,Radio\n000001,Ana,Adam 1\n000002,Bo,adam 1\n";
    let before = town.board.clone();
    let tally = import(&mut town, Kind::Responders, PAYROLL, text);
    assert_eq!((tally.bad_rows, &tally.unfit), (1, &BTreeSet::from([3])));
    assert_eq!(tally.faults[0].reason, Reason::AlreadyExists);
    assert_eq!(town.board, before);
}

#[test]
fn a_mapping_is_judged_whole() {
    let faults = |text: &str| Mapping::parse(text, Kind::Responders).expect_err(text);
    assert!(faults("zone = \"Chicago\"\nsystem = \"a b\"").contains("`zone`"));
    assert!(faults("zone = \"Chicago\"\nsystem = \"a b\"").contains("`system`"));
    assert!(faults("[columns]\nsalary = \"Pay\"").contains("`salary`"));
    assert!(faults("[columns]\nreference = \"No\"").contains("system"));
    assert!(faults("colums = 3").contains("colums"));
    assert!(faults("[widths]\nreference = 0").contains("width"));
}

fn everything(board: &Board) -> Vec<Vec<u8>> {
    let of = |kind| {
        table(
            board,
            &Wanted {
                kind,
                agency_id: None,
            },
        )
    };
    KINDS.map(of).into()
}

#[test]
fn what_is_written_is_read_again_to_the_same_bytes() {
    let mut town = Town::new();
    let people = "external_references,agency,discipline,name,call_sign,base_name,base_latitude,base_longitude,must_not_meet,position,cost_code\n\
         \"hr/employee/7\nhr/badge/a/b\",slmpd,officer,\"=O'Neill, \"\"Z\"\"\",-Adam 1,South,38.6000001,-90.2,Cedar 4,=Sergeant,007\n\
         ,bhr,clinician,Zoë,Cedar 4,,,,,Clinician II,4410-22\n";
    import(&mut town, Kind::Responders, "", people);
    let papers = "responder,code,number,issuer,valid_until\nhr/employee/7,cit,007,,\nCedar 4,LCSW,2019-1,Missouri,06/30/2027\n";
    import(&mut town, Kind::Credentials, "", papers);
    let shifts = "agency,responder,local_start,start_occurrence,local_end,state\n\
         bhr,Cedar 4,2027-11-07 01:30,second,2027-11-07 09:00,published\n\
         slmpd,,2027-01-01 09:00,,2027-01-01 17:00,draft\n";
    import(&mut town, Kind::Shifts, "", shifts);
    let patterns = "agency,name,discipline,holds_from,holds_on,start_date,rrule,cycle_days,days_on,local_start,local_end,wanted,places\n\
         bhr,Days,clinician,,,2027-01-04,,14,\"1\n2\n5\n6\n7\n10\n11\",06:00,14:00,2,\"Cedar 4\n-\"\n\
         bhr,Days,clinician,2027-03-01,,2027-03-01,FREQ=DAILY,,,06:00,14:00,,Cedar 4\n\
         bhr,Days,clinician,,2027-07-04,,,,,10:00,14:00,,-\n\
         slmpd,Nights,officer,,,2027-01-04,FREQ=WEEKLY;BYDAY=FR,,,22:00,06:00,1,hr/employee/7\n";
    let tally = import(&mut town, Kind::Patterns, "", patterns);
    assert_eq!(
        (tally.created, tally.updated, tally.bad_rows),
        (2, 2, 0),
        "{tally:?}"
    );
    let again = import(&mut town, Kind::Patterns, "", patterns);
    assert_eq!(again.unchanged, 4, "{again:?}");
    let written = everything(&town.board);
    let mut other = Town::new();
    for (kind, bytes) in KINDS.into_iter().zip(&written) {
        let text = String::from_utf8(bytes.clone()).expect("text");
        let tally = import(&mut other, kind, "", &text);
        // A pattern has a row for each of its parts: the first makes it, the others change it.
        let parts = if kind == Kind::Patterns { 2 } else { 0 };
        assert_eq!((tally.bad_rows, tally.updated), (0, parts), "{tally:?}");
    }
    assert_eq!(everything(&other.board), written);
}

#[test]
fn a_shift_of_a_pattern_stays_the_same_one_when_a_table_moves_it() {
    let mut town = Town::new();
    let patterns = "agency,name,discipline,start_date,rrule,local_start,local_end\n\
         bhr,Days,clinician,2027-01-04,FREQ=DAILY,06:00,14:00\n";
    import(&mut town, Kind::Patterns, "", patterns);
    let header = "agency,local_start,local_end,pattern,pattern_date,pattern_place\n";
    let early = format!("{header}bhr,2027-01-04 06:00,2027-01-04 14:00,Days,2027-01-04,0\n");
    assert_eq!(import(&mut town, Kind::Shifts, "", &early).created, 1);
    let late = early.replace("06:00", "07:00");
    let mut reading = reading(Kind::Shifts, "", late.as_bytes());
    let period = window("2027-01-01T00:00", "2027-02-01T00:00");
    let agency_id = "bhr".parse().expect("a slug");
    reading.import.replace = Some(Replace { agency_id, period });
    let tally = rehearse(town.board.clone(), &Arc::new(reading.import), town.at);
    assert_eq!((tally.updated, tally.created, tally.cancelled), (1, 0, 0));
    assert_eq!(import(&mut town, Kind::Shifts, "", &late).updated, 1);
    assert!(town.board.shifts.values().all(Shift::is_changed_by_hand));
    let twice = format!("{late}bhr,2027-01-05 06:00,2027-01-05 14:00,Days,2027-01-04,0\n");
    let at = (3, "pattern".to_owned(), Reason::AlreadyExists);
    assert_eq!(fault(Kind::Shifts, "", &twice), at);
    let unknown = import(&mut town, Kind::Shifts, "", &late.replace("Days", "Nights"));
    assert_eq!(unknown.faults[0].reason, Reason::NotFound);
}

#[test]
fn a_part_is_a_hundred_rows_and_all_parts_are_the_file() {
    let rows: String = (0..250).map(|n| format!("{n:06},Name {n},Adam {n}\n")).collect();
    let reading = reading(
        Kind::Responders,
        PAYROLL,
        format!("Emp No,Full Name,Radio\n{rows}").as_bytes(),
    );
    let parts = parts(&reading.import);
    assert_eq!(
        parts,
        [Part::Rows(0..100), Part::Rows(100..200), Part::Rows(200..250)]
    );
}

proptest::proptest! {
    #[test]
    fn whoever_takes_a_place_in_turn_comes_back_by_his_name(
        names in proptest::collection::vec("[-> a\\\\]{1,4}", 0..4),
    ) {
        proptest::prop_assert_eq!(turns::read(&turns::written(&names)), names);
    }

    #[test]
    fn no_bytes_are_too_odd_to_be_read(
        bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..600),
        rows in proptest::collection::vec("[a-z0-9,\"\n\r/:T \u{e9}-]{0,60}", 0..20),
        kind in proptest::sample::select(KINDS.to_vec()),
    ) {
        let around = Surroundings { zone: ZONE, area_zones: &BTreeMap::new(), bound_to: None, replace: None };
        let header = kind.fields().join(",");
        let shaped = format!("{header}\n{}", rows.join("\n"));
        for bytes in [&bytes[..], shaped.as_bytes()] {
            let Ok(reading) = read(kind, bytes, &Mapping::default(), around) else { continue };
            let town = Town::new();
            let import = Arc::new(reading.import);
            let good = import.rows.len();
            let tally = rehearse(town.board.clone(), &import, town.at);
            let told = tally.created + tally.updated + tally.unchanged + tally.past + tally.bad_rows;
            proptest::prop_assert!(usize::try_from(told).expect("small") >= good);
        }
    }

    #[test]
    fn any_text_is_judged_as_a_mapping(text in "[a-z\\[\\]=\"\n ]{0,200}") {
        let _ = Mapping::parse(&text, Kind::Shifts);
    }
}
