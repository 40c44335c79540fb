//! Which place of a pattern a shift was made for.

use super::index::Index;
use crate::board::Board;
use crate::id::{AgencyId, PatternId};
use crate::refusal::Reason;
use crate::shift::date::LocalDate;
use crate::shift::{Made, Origin, Shift};
use crate::transfer::origin::OriginRow;

/// One place of a pattern on one date.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pattern_id: PatternId,
    date: LocalDate,
    place: u32,
}

impl Place {
    /// That of a shift.
    pub(super) fn of(origin: &Origin) -> Place {
        Place {
            pattern_id: origin.pattern_id,
            date: origin.date,
            place: origin.place,
        }
    }

    /// The one that a row means.
    pub(super) fn meant(
        index: &Index,
        agency_id: &AgencyId,
        says: &OriginRow,
    ) -> Result<Place, (Reason, &'static str)> {
        match index.patterns_called(agency_id, &says.pattern) {
            [id] => Ok(Place {
                pattern_id: *id,
                date: says.date,
                place: says.place,
            }),
            [] => Err((
                Reason::NotFound,
                "the agency has no such pattern: import patterns first",
            )),
            _ => Err((Reason::AlreadyExists, super::pattern::TWO)),
        }
    }

    /// Where this shift then comes from: made as it is, or, changed by hand since, as the pattern says; when that says
    /// the same, or nothing, it counts as changed by hand all the same.
    pub(super) fn origin(&self, board: &Board, shift: &Shift, by_hand: bool) -> Origin {
        let as_it_is = Made {
            planned: shift.planned,
            responder_id: shift.responder_id,
            area_id: shift.area_id,
            required_qualifications: shift.required_qualifications.clone(),
            withdrawn: false,
        };
        let pattern = board.patterns.get(&self.pattern_id);
        let said = pattern.and_then(|pattern| pattern.made_on(board, self.date, self.place));
        let made = if by_hand {
            let otherwise = said.filter(|said| *said != as_it_is);
            otherwise.unwrap_or(Made {
                withdrawn: true,
                ..as_it_is
            })
        } else {
            as_it_is
        };
        Origin {
            pattern_id: self.pattern_id,
            date: self.date,
            place: self.place,
            made,
        }
    }
}
