use proptest::collection::vec;
use proptest::prelude::*;

use super::Shifts;
use crate::board::testing::{Town, window};
use crate::id::{ResponderId, ShiftId};
use crate::moment::{Moment, Window};
use crate::shift::Shift;

/// A few shifts of two people and of nobody, and as many other places for them.
fn some() -> (Vec<Shift>, [ResponderId; 2]) {
    let mut town = Town::new();
    let people = ["2A1", "2A2"].map(|call_sign| town.officer(call_sign));
    let day = window("2026-11-24T08:00", "2026-11-24T16:00");
    let one = town.drafted(people[0], day);
    let like = town.shift(one).clone();
    let shifts = (0..6).map(|_| Shift {
        id: ShiftId::next(&mut town.ids, town.at),
        ..like.clone()
    });
    (shifts.collect(), people)
}

fn hours(from: i64, length: i64) -> Window {
    let start = Moment::from_seconds(from * 3600);
    Window {
        start,
        end: start.plus_seconds(length * 3600),
    }
}

proptest! {
    /// Whatever is put, moved and taken away, what is found is what a walk over all of them finds.
    #[test]
    fn what_is_found_is_what_a_walk_finds(
        steps in vec((0_usize..6, 0_i64..60, 1_i64..40, 0_usize..3, any::<bool>()), 1..30),
        asked in (0_i64..100, 0_i64..30),
    ) {
        let (known, people) = some();
        let mut shifts = Shifts::default();
        for (which, from, length, whose, stays) in steps {
            let shift = Shift {
                planned: hours(from, length),
                responder_id: people.get(whose).copied(),
                ..known[which].clone()
            };
            shifts.put(shift.id, stays.then_some(shift));
        }
        let window = hours(asked.0, asked.1);
        let walk = |wanted: &dyn Fn(&Shift) -> bool| -> Vec<Shift> {
            let mut found: Vec<Shift> = shifts.values().filter(|one| wanted(one)).cloned().collect();
            found.sort_by_key(|one| (one.planned.start, one.id));
            found
        };
        let within: Vec<Shift> = shifts.within(window).cloned().collect();
        prop_assert_eq!(within, walk(&|one| one.planned.overlaps(&window)));
        let begun: Vec<Shift> = shifts.begun_before(window.start).cloned().collect();
        prop_assert_eq!(begun, walk(&|one| one.planned.start < window.start));
        for him in people {
            let of = |one: &Shift| one.responder_id == Some(him);
            let his: Vec<Shift> = shifts.of(him, window).cloned().collect();
            prop_assert_eq!(his, walk(&|one| of(one) && one.planned.overlaps(&window)));
            let later: Vec<Shift> = shifts.of_from(him, window.start).cloned().collect();
            prop_assert_eq!(later, walk(&|one| of(one) && one.planned.end > window.start));
        }
        let kept = serde_json::to_string(&shifts).expect("written");
        let read: Shifts = serde_json::from_str(&kept).expect("read");
        prop_assert_eq!(read, shifts);
    }
}
