//! How long a match takes, with 50 to 50,000 on shift and as many more on the roster.
//!
//! Of those on shift one in seven is on a call, one in ten is off duty, one in twenty serves a telephone seat, one in
//! thirty has lost his licence, and one in a hundred must not meet someone.

use std::hint::black_box;

use tandem::board::{Duty, TELEPHONE};
use tandem::dispatch::MemberState;
use tandem::matching::{gather, match_call};
use tandem::shift::ShiftState;
use tandem::travel::measure as measure_travel;
use tandem::triage::{Response, slots};

use crate::ground::city::city;
use crate::ground::figures::{aim, median_time, millis};
use crate::ground::sheet::Sheet;
use crate::ground::{count, short};
use crate::town::{NOW, Town, id, numbered, point};

pub(crate) fn measure() {
    let mut sheet = Sheet::new(
        "A match, in memory (median of a run)",
        [
            "on shift",
            "pure match",
            "gathered and matched",
            "travel measured",
            "aim",
        ],
    );
    let sizes: &[u32] = if short() {
        &[50, 500]
    } else {
        &[50, 500, 5_000, 50_000]
    };
    for on_shift in sizes {
        let town = town(*on_shift);
        let runs = count(if *on_shift > 10_000 { 15 } else { 101 }, 3);
        let slots = slots(Response::Pair, &[], true, town.board.policy());
        let travel = town.travel();
        let gathered = || gather(&town.board, &town.call, &slots, Vec::new(), &travel, NOW);
        let situation = gathered();
        assert!(match_call(&situation).rejections.len() > 20, "some are rejected");
        let pure = median_time(runs, || match_call(black_box(&situation)));
        let whole = median_time(runs, || match_call(&gathered()));
        let travel = median_time(runs, || {
            measure_travel(black_box(&town.board), &town.positions, point(), NOW)
        });
        let aim = match on_shift {
            5_000 => aim("pure match under 1 ms", pure.as_micros() < 1_000),
            _ => String::new(),
        };
        sheet.row([
            on_shift.to_string(),
            millis(pure),
            millis(whole),
            millis(travel),
            aim,
        ]);
    }
    sheet.print();
}

fn town(on_shift: u32) -> Town {
    let mut town = city(on_shift * 2, NOW);
    for n in 1..=on_shift * 2 {
        // Pairs of neighbours, so that of both disciplines every second is on shift.
        if n / 2 % 2 == 1 {
            town.shift(n, |shift| shift.state = ShiftState::Draft);
            continue;
        }
        let place = n / 4;
        if place % 7 == 1 {
            town.send(n, MemberState::OnScene);
        }
        match place % 20 {
            2 | 3 => town.duty(n).primary = Duty::NotAvailable,
            4 => TELEPHONE.clone_into(&mut town.duty(n).secondary),
            _ => {}
        }
        if place % 30 == 5 {
            town.responder(n)
                .credentials
                .get_mut(&numbered(n))
                .unwrap()
                .lapses_at = Some(NOW);
        }
        if place % 100 == 6 {
            town.responder(n).must_not_meet = [id(n + 1)].into();
        }
    }
    town
}
