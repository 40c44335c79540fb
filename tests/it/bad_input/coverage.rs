//! What cannot be asked of coverage.

use tandem::grpc::pb;
use tonic::Code;

use super::{NOBODY, Row, World, asks, at, invalid, refused};
use crate::coverage::of_today;

pub(super) fn rows<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let dana = &world.town.dispatcher;
    let today = of_today().from.unwrap().seconds;
    let asked = |spoil: &dyn Fn(&mut pb::GetCoverageRequest)| {
        let mut request = of_today();
        spoil(&mut request);
        asks!(dana, coverage.get_coverage, request)
    };
    let watched = |spoil: &dyn Fn(&mut pb::WatchCoverageRequest)| {
        let mut request = pb::WatchCoverageRequest {
            coverage: Some(of_today()),
            checkpoint_seconds: 0,
        };
        spoil(&mut request);
        asks!(dana, coverage.watch_coverage, request)
    };
    vec![
        invalid(
            "GetCoverage: from nowhen",
            "REQUIRED",
            "from",
            asked(&|it| it.from = None),
        ),
        invalid(
            "GetCoverage: to nowhen",
            "REQUIRED",
            "to",
            asked(&|it| it.to = None),
        ),
        invalid(
            "GetCoverage: from a second with too many parts",
            "INVALID_TIME",
            "from",
            asked(&|it| it.from = at(today, 2_000_000_000)),
        ),
        invalid(
            "GetCoverage: before the calendar begins",
            "INVALID_TIME",
            "from",
            asked(&|it| it.from = at(-1, 0)),
        ),
        invalid(
            "GetCoverage: after the calendar ends",
            "INVALID_TIME",
            "to",
            asked(&|it| it.to = at(4_133_980_801, 0)),
        ),
        invalid(
            "GetCoverage: no time at all",
            "INVALID_WINDOW",
            "to",
            asked(&|it| it.to = it.from),
        ),
        invalid(
            "GetCoverage: 400 days and a second",
            "INVALID_WINDOW",
            "to",
            asked(&|it| it.to = at(today + 400 * 86_400 + 1, 0)),
        ),
        invalid(
            "GetCoverage: steps of four minutes",
            "VALUE_OUT_OF_RANGE",
            "step_minutes",
            asked(&|it| it.step_minutes = 4),
        ),
        invalid(
            "GetCoverage: steps longer than a month",
            "VALUE_OUT_OF_RANGE",
            "step_minutes",
            asked(&|it| it.step_minutes = 44_641),
        ),
        invalid(
            "GetCoverage: more numbers than there may be",
            "TOO_MANY",
            "step_minutes",
            asked(&|it| {
                it.to = at(today + 400 * 86_400, 0);
                it.step_minutes = 30;
            }),
        ),
        invalid(
            "GetCoverage: three years of calls",
            "VALUE_OUT_OF_RANGE",
            "demand_weeks",
            asked(&|it| it.demand_weeks = 105),
        ),
        invalid(
            "GetCoverage: 51 areas",
            "TOO_MANY",
            "area_ids",
            asked(&|it| it.area_ids = vec![NOBODY.to_owned(); 51]),
        ),
        invalid(
            "GetCoverage: an area without an id",
            "INVALID_ID",
            "area_ids[0]",
            asked(&|it| it.area_ids = vec!["the north".to_owned()]),
        ),
        invalid(
            "GetCoverage: the whole alone, and an area",
            "VALUE_OUT_OF_RANGE",
            "whole_only",
            asked(&|it| {
                it.area_ids = vec![NOBODY.to_owned()];
                it.whole_only = true;
            }),
        ),
        refused(
            "GetCoverage: an area that nobody knows",
            Code::NotFound,
            "NOT_FOUND",
            "area_ids",
            asked(&|it| it.area_ids = vec![NOBODY.to_owned()]),
        ),
        invalid(
            "WatchCoverage: of nothing",
            "REQUIRED",
            "coverage",
            watched(&|it| it.coverage = None),
        ),
        invalid(
            "WatchCoverage: to nowhen",
            "REQUIRED",
            "coverage.to",
            watched(&|it| it.coverage.as_mut().unwrap().to = None),
        ),
        invalid(
            "WatchCoverage: every second",
            "VALUE_OUT_OF_RANGE",
            "checkpoint_seconds",
            watched(&|it| it.checkpoint_seconds = 1),
        ),
        refused(
            "WatchCoverage: an area that nobody knows",
            Code::NotFound,
            "NOT_FOUND",
            "coverage.area_ids",
            watched(&|it| it.coverage.as_mut().unwrap().area_ids = vec![NOBODY.to_owned()]),
        ),
    ]
}
