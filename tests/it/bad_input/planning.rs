//! Periods that are none, weights that weigh too much, shifts and people that are not there.

use tandem::grpc::pb;
use tonic::Code;

use super::{NOBODY, Row, World, asks, at, invalid, refused};

const JUNE: i64 = 1_780_333_200;
const DAY: i64 = 86_400;

pub(super) async fn rows<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let mut rows = proposals(world);
    rows.extend(suggestions(world).await);
    rows
}

fn proposals<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let root = &world.town.admin;
    let of = |change: &dyn Fn(&mut pb::ProposeRosterRequest)| {
        let mut request = pb::ProposeRosterRequest {
            from: at(JUNE, 0),
            to: at(JUNE + DAY, 0),
            ..Default::default()
        };
        change(&mut request);
        asks!(root, planning.propose_roster, request)
    };
    let wishes = |responder_id: &str, date: &str| {
        vec![pb::WorkPreference {
            responder_id: responder_id.to_owned(),
            date: date.to_owned(),
            to_work: true,
        }]
    };
    let weighing = |change: u32| {
        Some(pb::RosterWeights {
            change: Some(change),
            ..Default::default()
        })
    };
    let asked = [
        invalid(
            "ProposeRoster: from no time",
            "REQUIRED",
            "from",
            of(&|it| it.from = None),
        ),
        invalid(
            "ProposeRoster: to no time",
            "REQUIRED",
            "to",
            of(&|it| it.to = None),
        ),
        invalid(
            "ProposeRoster: a period that ends as it begins",
            "INVALID_WINDOW",
            "to",
            of(&|it| it.to = it.from),
        ),
        invalid(
            "ProposeRoster: a period of 93 days",
            "INVALID_WINDOW",
            "to",
            of(&|it| it.to = at(JUNE + 93 * DAY, 0)),
        ),
        invalid(
            "ProposeRoster: 301 seconds",
            "VALUE_OUT_OF_RANGE",
            "seconds",
            of(&|it| it.seconds = 301),
        ),
        invalid(
            "ProposeRoster: a weight of 10,001",
            "VALUE_OUT_OF_RANGE",
            "weights.change",
            of(&|it| it.weights = weighing(10_001)),
        ),
        invalid(
            "ProposeRoster: an agency that is no name",
            "INVALID_ID",
            "agency_id",
            of(&|it| it.agency_id = "B H R".to_owned()),
        ),
        invalid(
            "ProposeRoster: a pinned shift that is no id",
            "INVALID_ID",
            "pinned_shift_ids[0]",
            of(&|it| it.pinned_shift_ids = vec!["monday".to_owned()]),
        ),
        invalid(
            "ProposeRoster: 1,001 pinned shifts",
            "TOO_MANY",
            "pinned_shift_ids",
            of(&|it| it.pinned_shift_ids = vec![NOBODY.to_owned(); 1_001]),
        ),
        invalid(
            "ProposeRoster: a preference about no day",
            "INVALID_TIME",
            "preferences[0].date",
            of(&|it| it.preferences = wishes(NOBODY, "2026-02-30")),
        ),
    ];
    let missing = |name: &str, field, asked| refused(name, Code::NotFound, "NOT_FOUND", field, asked);
    let mut rows = Vec::from(asked);
    rows.push(missing(
        "ProposeRoster: an agency that is not there",
        "agency_id",
        of(&|it| it.agency_id = "nowhere".to_owned()),
    ));
    rows.push(missing(
        "ProposeRoster: a pinned shift that is not there",
        "pinned_shift_ids",
        of(&|it| it.pinned_shift_ids = vec![NOBODY.to_owned()]),
    ));
    rows.push(missing(
        "ProposeRoster: a preference of nobody",
        "preferences[0].responder_id",
        of(&|it| it.preferences = wishes(NOBODY, "2026-06-02")),
    ));
    rows
}

async fn suggestions<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let root = &world.town.admin;
    let listed = pb::ListShiftsRequest {
        page_size: 1,
        ..Default::default()
    };
    let listed = root.schedule().list_shifts(listed).await.unwrap().into_inner();
    let of = |shift_id: &str, open: Option<u32>| {
        let request = pb::SuggestForShiftRequest {
            shift_id: shift_id.to_owned(),
            weights: Some(pb::RosterWeights {
                open,
                ..Default::default()
            }),
        };
        asks!(root, planning.suggest_for_shift, request)
    };
    let worked = &listed.shifts[0].shift_id;
    vec![
        invalid(
            "SuggestForShift: of no shift",
            "REQUIRED",
            "shift_id",
            of("", None),
        ),
        invalid(
            "SuggestForShift: a weight of 10,001",
            "VALUE_OUT_OF_RANGE",
            "weights.open",
            of(NOBODY, Some(10_001)),
        ),
        refused(
            "SuggestForShift: a shift that is not there",
            Code::NotFound,
            "NOT_FOUND",
            "",
            of(NOBODY, None),
        ),
        refused(
            "SuggestForShift: a shift that somebody works",
            Code::FailedPrecondition,
            "NOT_IN_THIS_STATE",
            "",
            of(worked, None),
        ),
    ]
}
