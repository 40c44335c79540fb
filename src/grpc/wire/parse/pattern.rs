//! Patterns of shifts.

use std::collections::BTreeSet;

use super::faults::{Fault, Faults};
use super::field::{NAME, code, date, id, known, name, optional_code, optional_id, paper, required};
use super::page::Page;
use super::schedule::known_zone;
use super::{Stamped, desk_work, pb};
use crate::id::{AgencyId, AreaId, PatternId, ResponderId};
use crate::refusal::{Reason, Refusal};
use crate::shift::MOST_REQUIRED;
use crate::shift::pattern::command::{
    CreatePattern, End, PatternChange, PostChange, PublishPattern, RetirePattern, Scope, UpdatePattern,
};
use crate::shift::pattern::{
    Cadence, LONGEST_CYCLE, MOST_DATES, MOST_PLACES, Post, Recurrence, Rotation, Rule, USUAL_TURN_DAYS,
};

/// What an update may change: everything of a post at once, or parts of it.
const PATHS: &[&str] = &[
    "name",
    "cadence",
    "post",
    "post.local_start",
    "post.end",
    "post.area_id",
    "post.required_qualifications",
    "post.minimum",
    "post.wanted",
    "post.places",
    "post.turn_days",
];

/// CreatePattern; without a zone of its own it has the usual one of its area.
pub(crate) fn create_pattern<'z>(
    request: &'z pb::CreatePatternRequest,
    usual_zone: impl FnOnce(Option<AreaId>) -> &'z str,
) -> Stamped<CreatePattern> {
    let pb::CreatePatternRequest {
        request_id,
        agency_id,
        name: called,
        discipline,
        zone,
        cadence,
        post,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let agency_id = faults.take("agency_id", id(agency_id));
    let called = faults.take("name", name(called, NAME));
    let discipline = faults.take("discipline", code(discipline));
    let cadence = faults.cadence(cadence.as_ref());
    let post = faults.post(post.as_ref());
    let zone = match zone.as_str() {
        "" => usual_zone(post.as_ref().and_then(|post| post.area_id)),
        zone => zone,
    };
    let zone = faults.take("zone", known_zone(zone));
    faults.end(|| {
        let create = CreatePattern {
            agency_id: agency_id?,
            name: called?,
            discipline: discipline?,
            zone: zone?.to_owned(),
            cadence: cadence?,
            post: post?,
        };
        Some((stamp?, create))
    })
}

/// UpdatePattern.
pub(crate) fn update_pattern(request: &pb::UpdatePatternRequest) -> Stamped<UpdatePattern> {
    let pb::UpdatePatternRequest {
        request_id,
        pattern_id,
        expected_version,
        scope: of,
        date: on,
        update_mask,
        name: called,
        cadence,
        post,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let pattern_id = faults.take("pattern_id", id(pattern_id));
    let scope = faults.scope(*of, on);
    let paths = faults.mask(update_mask.as_ref(), PATHS, true);
    let called = faults.when(paths.contains("name"), "name", || name(called, NAME));
    let cadence = if paths.contains("cadence") {
        faults.cadence(cadence.as_ref()).map(Some)
    } else {
        Some(None)
    };
    let post = if paths.iter().any(|path| path.starts_with("post")) {
        faults.post_change(post.as_ref(), &paths)
    } else {
        Some(PostChange::default())
    };
    faults.end(|| {
        let change = PatternChange {
            name: called?,
            cadence: cadence?,
            post: post?,
        };
        let update = UpdatePattern {
            pattern_id: pattern_id?,
            expected_version: *expected_version,
            scope: scope?,
            change,
        };
        Some((stamp?, update))
    })
}

/// RetirePattern.
pub(crate) fn retire_pattern(request: &pb::RetirePatternRequest) -> Stamped<RetirePattern> {
    let pb::RetirePatternRequest {
        request_id,
        pattern_id,
        expected_version,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let pattern_id = faults.take("pattern_id", id(pattern_id));
    faults.end(|| {
        let retire = RetirePattern {
            pattern_id: pattern_id?,
            expected_version: *expected_version,
        };
        Some((stamp?, retire))
    })
}

/// PublishPattern.
pub(crate) fn publish_pattern(request: &pb::PublishPatternRequest) -> Stamped<PublishPattern> {
    let pb::PublishPatternRequest {
        request_id,
        pattern_id,
        expected_version,
        from_date,
        to_date,
        dry_run,
        override_reason,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let pattern_id = faults.take("pattern_id", id(pattern_id));
    let from = faults.take("from_date", date(from_date));
    let to = faults.take("to_date", date(to_date));
    let override_reason = faults.take("override_reason", optional_code(override_reason));
    faults.end(|| {
        let publish = PublishPattern {
            pattern_id: pattern_id?,
            expected_version: *expected_version,
            from: from?,
            to: to?,
            override_reason: override_reason?,
            dry_run: *dry_run,
        };
        Some((stamp?, publish))
    })
}

/// GetPattern.
pub(crate) fn get_pattern(request: &pb::GetPatternRequest) -> Result<PatternId, Refusal> {
    let pb::GetPatternRequest { pattern_id } = request;
    let mut faults = Faults::default();
    let pattern_id = faults.take("pattern_id", id(pattern_id));
    faults.end(|| pattern_id)
}

/// Which patterns to list.
#[derive(Debug)]
pub(crate) struct PatternFilter {
    /// Only of this agency.
    pub(crate) agency_id: Option<AgencyId>,
    /// Retired ones too.
    pub(crate) include_retired: bool,
}

/// ListPatterns.
pub(crate) fn list_patterns(request: &pb::ListPatternsRequest) -> Result<(PatternFilter, Page), Refusal> {
    let pb::ListPatternsRequest {
        agency_id,
        include_retired,
        page_size,
        page_token,
    } = request;
    let filter = pb::ListPatternsRequest {
        page_size: 0,
        page_token: String::new(),
        ..request.clone()
    };
    let mut faults = Faults::default();
    let agency_id = faults.take("agency_id", optional_id(agency_id));
    let page = faults.page("patterns", &filter, *page_size, page_token);
    faults.end(|| {
        let filter = PatternFilter {
            agency_id: agency_id?,
            include_retired: *include_retired,
        };
        Some((filter, page?))
    })
}

/// `HH:MM`, as minutes after midnight.
pub(super) fn minute(text: &str) -> Result<u32, Fault> {
    let part = |range| {
        text.get(range)
            .filter(|part: &&str| part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let hour: Option<u32> = part(0..2).and_then(|part| part.parse().ok());
    let minute: Option<u32> = part(3..5).and_then(|part| part.parse().ok());
    match hour.zip(minute) {
        Some((hour @ 0..24, minute @ 0..60)) if text.len() == 5 && text.get(2..3) == Some(":") => {
            Ok(hour * 60 + minute)
        }
        Some(_) | None => Err(Fault::new(
            Reason::InvalidTime,
            "not a time on the wall clock `HH:MM`",
        )),
    }
}

fn at_most(number: u32, most: u32) -> Result<u32, Fault> {
    if number <= most {
        Ok(number)
    } else {
        Err(Fault::new(Reason::OutOfRange, format!("at most {most}")))
    }
}

fn end(local_end: &str, duration_minutes: u32) -> Result<End, Fault> {
    match (local_end.is_empty(), duration_minutes) {
        (false, 0) => minute(local_end).map(End::At),
        (true, 1..) => at_most(duration_minutes, 36 * 60).map(End::After),
        (true, 0) => Err(Fault::new(Reason::Required, "when it ends, or how long it is")),
        (false, 1..) => Err(Fault::new(
            Reason::InvalidWindow,
            "either when it ends or how long it is, not both",
        )),
    }
}

fn rule(text: &str) -> Result<Rule, Fault> {
    text.parse().map_err(|fault: crate::shift::pattern::RuleFault| {
        Fault::new(Reason::InvalidRecurrence, fault.to_string())
    })
}

impl Faults {
    fn scope(&mut self, of: i32, on: &str) -> Option<Scope> {
        match self.take("scope", known::<pb::PatternScope>(of, "scope"))? {
            pb::PatternScope::ThisOne => self.take("date", date(on)).map(Scope::ThisOne),
            pb::PatternScope::ThisAndLater => self.take("date", date(on)).map(Scope::ThisAndLater),
            pb::PatternScope::All if on.is_empty() => Some(Scope::All),
            pb::PatternScope::All | pb::PatternScope::Unspecified => {
                self.note("date", Reason::InvalidTime, "a change of all has no date");
                None
            }
        }
    }

    fn cadence(&mut self, cadence: Option<&pb::Cadence>) -> Option<Cadence> {
        let pb::Cadence {
            start_date,
            recurrence,
            except_dates,
            extra_dates,
        } = self.take("cadence", required(cadence))?;
        let dates = |text: &String| date(text);
        let starts_on = self.take("cadence.start_date", date(start_date));
        let recurrence = self.recurrence(recurrence.as_ref());
        let except_dates = self.take_each("cadence.except_dates", MOST_DATES, except_dates, dates);
        let extra_dates = self.take_each("cadence.extra_dates", MOST_DATES, extra_dates, dates);
        Some(Cadence {
            starts_on: starts_on?,
            recurrence: recurrence?,
            except_dates: except_dates?,
            extra_dates: extra_dates?,
        })
    }

    fn recurrence(&mut self, recurrence: Option<&pb::cadence::Recurrence>) -> Option<Recurrence> {
        match self.take("cadence.recurrence", required(recurrence))? {
            pb::cadence::Recurrence::Rrule(text) => {
                self.take("cadence.rrule", rule(text)).map(Recurrence::Rule)
            }
            pb::cadence::Recurrence::Rotation(rotation) => self.rotation(rotation).map(Recurrence::Rotation),
        }
    }

    fn rotation(&mut self, rotation: &pb::Rotation) -> Option<Rotation> {
        let pb::Rotation { cycle_days, days_on } = rotation;
        let length = at_most(*cycle_days, LONGEST_CYCLE).and_then(|days| match days {
            0 => Err(Fault::new(Reason::Required, "a cycle has at least one day")),
            days => Ok(days),
        });
        let cycle_days = self.take("cadence.rotation.cycle_days", length)?;
        let worked = |day: &u32| match day {
            0 => Err(Fault::new(Reason::OutOfRange, "days are counted from 1")),
            day => at_most(*day, cycle_days),
        };
        if days_on.is_empty() {
            self.note(
                "cadence.rotation.days_on",
                Reason::Required,
                "at least one day is worked",
            );
        }
        let days_on = self.take_each("cadence.rotation.days_on", 366, days_on, worked);
        Some(Rotation {
            cycle_days,
            days_on: days_on?,
        })
    }

    /// A whole post.
    fn post(&mut self, post: Option<&pb::Post>) -> Option<Post> {
        let change = self.post_change(post, &["post".to_owned()].into())?;
        let start_minute = change.start_minute?;
        Some(Post {
            start_minute,
            length_minutes: change.end?.length_from(start_minute),
            area_id: change.area_id?,
            required_qualifications: change.required_qualifications?,
            minimum: change.minimum?,
            wanted: change.wanted?,
            places: change.places?,
            turn_days: change.turn_days?,
        })
    }

    /// What the mask asks for of a post.
    fn post_change(&mut self, post: Option<&pb::Post>, paths: &BTreeSet<String>) -> Option<PostChange> {
        let pb::Post {
            local_start,
            local_end,
            duration_minutes,
            area_id,
            required_qualifications,
            minimum,
            wanted,
            places,
            turn_days,
        } = self.take("post", required(post))?;
        let most = u32::try_from(MOST_PLACES).unwrap_or(u32::MAX);
        let asked = |part: &str| paths.contains("post") || paths.contains(&format!("post.{part}"));
        let ends_by = if local_end.is_empty() {
            "post.duration_minutes"
        } else {
            "post.local_end"
        };
        let start_minute = self.when(asked("local_start"), "post.local_start", || minute(local_start));
        let end = self.when(asked("end"), ends_by, || end(local_end, *duration_minutes));
        let area_id = self.when(asked("area_id"), "post.area_id", || optional_id(area_id));
        let qualifications = if asked("required_qualifications") {
            let field = "post.required_qualifications";
            let papers: Option<BTreeSet<_>> =
                self.take_each(field, MOST_REQUIRED, required_qualifications, |code: &String| {
                    paper(code)
                });
            papers.map(Some)
        } else {
            Some(None)
        };
        let minimum = self.when(asked("minimum"), "post.minimum", || at_most(*minimum, most));
        let wanted = self.when(asked("wanted"), "post.wanted", || at_most(*wanted, most));
        let places = if asked("places") {
            self.places(places).map(Some)
        } else {
            Some(None)
        };
        let turn_days = self.when(asked("turn_days"), "post.turn_days", || match turn_days {
            0 => Ok(USUAL_TURN_DAYS),
            days => at_most(*days, LONGEST_CYCLE),
        });
        Some(PostChange {
            start_minute: start_minute?,
            end: end?,
            area_id: area_id?,
            required_qualifications: qualifications?,
            minimum: minimum?,
            wanted: wanted?,
            places: places?,
            turn_days: turn_days?,
        })
    }

    fn places(&mut self, places: &[pb::Place]) -> Option<Vec<Vec<ResponderId>>> {
        self.take_parts("post.places", MOST_PLACES, places, |faults, field, place| {
            let pb::Place { responder_ids } = place;
            let field = format!("{field}.responder_ids");
            faults.take_each(&field, MOST_PLACES, responder_ids, |one: &String| id(one))
        })
    }
}
