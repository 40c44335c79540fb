//! Patterns of shifts.

use tandem::grpc::pb;
use tonic::Code;

use super::{NOBODY, Row, World, asks, bad_names, invalid, mask, refused};
use crate::patterns::{by_rule, creation, post, publication};

type Spoil = &'static dyn Fn(&mut pb::CreatePatternRequest);

fn of_post(request: &mut pb::CreatePatternRequest) -> &mut pb::Post {
    request.post.get_or_insert_default()
}

fn of_cadence(request: &mut pb::CreatePatternRequest) -> &mut pb::Cadence {
    request.cadence.get_or_insert_default()
}

fn ruled(request: &mut pb::CreatePatternRequest, rule: &str) {
    of_cadence(request).recurrence = Some(pb::cadence::Recurrence::Rrule(rule.to_owned()));
}

fn rotating(request: &mut pb::CreatePatternRequest, cycle_days: u32, days_on: &[u32]) {
    of_cadence(request).recurrence = Some(pb::cadence::Recurrence::Rotation(pb::Rotation {
        cycle_days,
        days_on: days_on.to_vec(),
    }));
}

/// Name, reason, field, and what is spoilt.
const SPOILT: &[(&str, &str, &str, Spoil)] = &[
    ("no cadence", "REQUIRED", "cadence", &|it| it.cadence = None),
    ("no post", "REQUIRED", "post", &|it| it.post = None),
    ("no recurrence", "REQUIRED", "cadence.recurrence", &|it| {
        of_cadence(it).recurrence = None
    }),
    ("an empty rule", "INVALID_RECURRENCE", "cadence.rrule", &|it| {
        ruled(it, "")
    }),
    ("every second", "INVALID_RECURRENCE", "cadence.rrule", &|it| {
        ruled(it, "FREQ=SECONDLY")
    }),
    (
        "a part outside of the grammar",
        "INVALID_RECURRENCE",
        "cadence.rrule",
        &|it| {
            ruled(it, "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-1");
        },
    ),
    (
        "a rule without end",
        "INVALID_RECURRENCE",
        "cadence.rrule",
        &|it| {
            ruled(it, &"FREQ=DAILY;BYDAY=MO".repeat(10_000));
        },
    ),
    (
        "a cycle of no days",
        "REQUIRED",
        "cadence.rotation.cycle_days",
        &|it| rotating(it, 0, &[1]),
    ),
    (
        "a cycle of a millennium",
        "VALUE_OUT_OF_RANGE",
        "cadence.rotation.cycle_days",
        &|it| {
            rotating(it, 366_000, &[1]);
        },
    ),
    (
        "a cycle that is never worked",
        "REQUIRED",
        "cadence.rotation.days_on",
        &|it| rotating(it, 8, &[]),
    ),
    (
        "a day 0",
        "VALUE_OUT_OF_RANGE",
        "cadence.rotation.days_on[1]",
        &|it| rotating(it, 8, &[1, 0]),
    ),
    (
        "a day beyond its cycle",
        "VALUE_OUT_OF_RANGE",
        "cadence.rotation.days_on[0]",
        &|it| {
            rotating(it, 8, &[9]);
        },
    ),
    (
        "the 30th of February",
        "INVALID_TIME",
        "cadence.start_date",
        &|it| {
            of_cadence(it).start_date = "2026-02-30".to_owned();
        },
    ),
    (
        "a year out of reach",
        "INVALID_TIME",
        "cadence.start_date",
        &|it| {
            of_cadence(it).start_date = "2101-01-01".to_owned();
        },
    ),
    (
        "words for a date",
        "INVALID_TIME",
        "cadence.except_dates[0]",
        &|it| {
            of_cadence(it).except_dates = vec!["Christmas".to_owned()];
        },
    ),
    ("501 dates", "TOO_MANY", "cadence.extra_dates", &|it| {
        of_cadence(it).extra_dates = vec!["2026-06-01".to_owned(); 501];
    }),
    ("25 o'clock", "INVALID_TIME", "post.local_start", &|it| {
        of_post(it).local_start = "25:00".to_owned();
    }),
    (
        "a start with seconds",
        "INVALID_TIME",
        "post.local_start",
        &|it| {
            of_post(it).local_start = "09:00:00".to_owned();
        },
    ),
    (
        "a start with a letter of two bytes",
        "INVALID_TIME",
        "post.local_start",
        &|it| {
            of_post(it).local_start = "0ä:00".to_owned();
        },
    ),
    ("no end", "REQUIRED", "post.duration_minutes", &|it| {
        of_post(it).local_end.clear()
    }),
    ("an end and a length", "INVALID_WINDOW", "post.local_end", &|it| {
        of_post(it).duration_minutes = 60
    }),
    ("37 hours", "VALUE_OUT_OF_RANGE", "post.duration_minutes", &|it| {
        of_post(it).local_end.clear();
        of_post(it).duration_minutes = 37 * 60;
    }),
    (
        "more needed than wanted",
        "VALUE_OUT_OF_RANGE",
        "post.minimum",
        &|it| of_post(it).minimum = 2,
    ),
    ("51 wanted", "VALUE_OUT_OF_RANGE", "post.wanted", &|it| {
        of_post(it).wanted = 51
    }),
    ("more places than wanted", "TOO_MANY", "post.places", &|it| {
        of_post(it).places = vec![pb::Place::default(); 2];
    }),
    (
        "a responder that is no id",
        "INVALID_ID",
        "post.places[0].responder_ids[0]",
        &|it| {
            of_post(it).places = vec![pb::Place {
                responder_ids: vec!["Anna".to_owned()],
            }];
        },
    ),
    (
        "a code that is none",
        "INVALID_TEXT",
        "post.required_qualifications[0]",
        &|it| {
            of_post(it).required_qualifications = vec!["speaks Spanish".to_owned()];
        },
    ),
    ("an unknown zone", "UNKNOWN_ZONE", "zone", &|it| {
        it.zone = "Mars/Olympus_Mons".to_owned()
    }),
];

pub(super) async fn rows<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let good = || {
        creation(
            town,
            by_rule("2026-06-08", "FREQ=DAILY"),
            post("09:00", "17:00", &[]),
        )
    };
    let spoilt = |spoil: &dyn Fn(&mut pb::CreatePatternRequest)| {
        let mut request = good();
        spoil(&mut request);
        asks!(town.admin, pattern.create_pattern, request)
    };
    let mut rows = Vec::new();
    for (name, reason, field, spoil) in SPOILT {
        rows.push(invalid(
            &format!("CreatePattern: {name}"),
            reason,
            field,
            spoilt(*spoil),
        ));
    }
    for (name, text, reason) in bad_names() {
        let name = format!("CreatePattern: a name {name}");
        rows.push(invalid(
            &name,
            reason,
            "name",
            spoilt(&|it| it.name = text.clone()),
        ));
    }
    let officer = &town.officers[0].id;
    let not_found = |name: &str, field, spoil: &dyn Fn(&mut pb::CreatePatternRequest)| {
        let name = format!("CreatePattern: {name}");
        refused(&name, Code::NotFound, "NOT_FOUND", field, spoilt(spoil))
    };
    rows.push(not_found("no such agency", "agency_id", &|it| {
        it.agency_id = "fire".to_owned()
    }));
    rows.push(not_found("no such discipline", "discipline", &|it| {
        it.discipline = "fireman".to_owned()
    }));
    rows.push(not_found("no such area", "post.area_id", &|it| {
        of_post(it).area_id = NOBODY.to_owned()
    }));
    rows.push(not_found(
        "another agency's officer",
        "post.places[0].responder_ids[0]",
        &|it| {
            of_post(it).places = vec![pb::Place {
                responder_ids: vec![officer.clone()],
            }];
        },
    ));
    let created = town.admin.pattern().create_pattern(good()).await.unwrap();
    let standing = created.into_inner().pattern.unwrap();
    rows.push(refused(
        "CreatePattern: the name of another",
        Code::AlreadyExists,
        "ALREADY_EXISTS",
        "name",
        spoilt(&|it| it.name = standing.name.clone()),
    ));
    let other = town.admin.pattern().create_pattern(good()).await.unwrap();
    let other = other.into_inner().pattern.unwrap();
    let renamed = pb::UpdatePatternRequest {
        request_id: town.request_id(),
        pattern_id: other.pattern_id,
        expected_version: other.version,
        scope: pb::PatternScope::All.into(),
        update_mask: mask("name"),
        name: standing.name.clone(),
        ..Default::default()
    };
    rows.push(refused(
        "UpdatePattern: the name of another",
        Code::AlreadyExists,
        "ALREADY_EXISTS",
        "name",
        asks!(town.admin, pattern.update_pattern, renamed),
    ));
    rows.extend(of_standing(world, &standing));
    rows
}

/// What is asked of a pattern that is there.
fn of_standing<'a>(world: &World<'a>, pattern: &pb::Pattern) -> Vec<Row<'a>> {
    let town = world.town;
    let update = |spoil: &dyn Fn(&mut pb::UpdatePatternRequest)| {
        let mut request = pb::UpdatePatternRequest {
            request_id: town.request_id(),
            pattern_id: pattern.pattern_id.clone(),
            expected_version: pattern.version,
            scope: pb::PatternScope::ThisOne.into(),
            date: "2026-06-10".to_owned(),
            update_mask: mask("post.local_start"),
            post: Some(post("10:00", "", &[])),
            ..Default::default()
        };
        spoil(&mut request);
        asks!(town.admin, pattern.update_pattern, request)
    };
    let publish = |from: &str, to: &str, spoil: &dyn Fn(&mut pb::PublishPatternRequest)| {
        let mut request = publication(town, pattern, from, to);
        spoil(&mut request);
        asks!(town.admin, pattern.publish_pattern, request)
    };
    let unknown = || pb::Pattern {
        pattern_id: NOBODY.to_owned(),
        version: 1,
        ..Default::default()
    };
    let acknowledge = pb::AcknowledgeShiftRequest {
        request_id: town.request_id(),
        shift_id: NOBODY.to_owned(),
        responder_id: NOBODY.to_owned(),
        expected_version: 1,
        channel: pb::Channel::Phone.into(),
        occurred_at: None,
    };
    let no_channel = pb::AcknowledgeShiftRequest {
        channel: 0,
        request_id: town.request_id(),
        ..acknowledge.clone()
    };
    let stale = pb::RetirePatternRequest {
        request_id: town.request_id(),
        pattern_id: pattern.pattern_id.clone(),
        expected_version: 2,
    };
    vec![
        invalid(
            "UpdatePattern: no scope",
            "INVALID_ENUM",
            "scope",
            update(&|it| it.scope = 0),
        ),
        invalid(
            "UpdatePattern: this one, on no date",
            "REQUIRED",
            "date",
            update(&|it| it.date.clear()),
        ),
        invalid(
            "UpdatePattern: all, on one date",
            "INVALID_TIME",
            "date",
            update(&|it| it.scope = 3),
        ),
        invalid(
            "UpdatePattern: an unknown path",
            "INVALID_MASK",
            "update_mask",
            update(&|it| it.update_mask = mask("zone")),
        ),
        invalid(
            "UpdatePattern: nothing",
            "REQUIRED",
            "update_mask",
            update(&|it| it.update_mask = None),
        ),
        invalid(
            "UpdatePattern: a name for one date",
            "INVALID_MASK",
            "update_mask",
            update(&|it| {
                it.update_mask = mask("name");
                it.name = "another".to_owned();
            }),
        ),
        invalid(
            "UpdatePattern: a cadence for one date",
            "INVALID_MASK",
            "update_mask",
            update(&|it| {
                it.update_mask = mask("cadence");
                it.cadence = Some(by_rule("2026-06-08", "FREQ=WEEKLY"));
            }),
        ),
        refused(
            "UpdatePattern: a date it does not have",
            Code::NotFound,
            "NOT_FOUND",
            "date",
            update(&|it| it.date = "2026-06-07".to_owned()),
        ),
        refused(
            "UpdatePattern: a stale version",
            Code::Aborted,
            "STALE_VERSION",
            "",
            update(&|it| it.expected_version = 9),
        ),
        invalid(
            "PublishPattern: words for a date",
            "INVALID_TIME",
            "to_date",
            publish("2026-06-08", "Friday", &|_| ()),
        ),
        invalid(
            "PublishPattern: backwards",
            "INVALID_WINDOW",
            "to_date",
            publish("2026-06-08", "2026-06-07", &|_| ()),
        ),
        invalid(
            "PublishPattern: 401 days",
            "INVALID_WINDOW",
            "to_date",
            publish("2026-06-08", "2027-07-13", &|_| ()),
        ),
        refused(
            "PublishPattern: a stale version",
            Code::Aborted,
            "STALE_VERSION",
            "",
            publish("2026-06-08", "2026-06-14", &|it| it.expected_version = 9),
        ),
        refused(
            "PublishPattern: no such pattern",
            Code::NotFound,
            "NOT_FOUND",
            "",
            asks!(
                town.admin,
                pattern.publish_pattern,
                publication(town, &unknown(), "2026-06-08", "2026-06-14")
            ),
        ),
        refused(
            "RetirePattern: a stale version",
            Code::Aborted,
            "STALE_VERSION",
            "",
            asks!(town.admin, pattern.retire_pattern, stale),
        ),
        invalid(
            "GetPattern: no id",
            "INVALID_ID",
            "pattern_id",
            asks!(
                town.admin,
                pattern.get_pattern,
                pb::GetPatternRequest {
                    pattern_id: "days".to_owned()
                }
            ),
        ),
        refused(
            "AcknowledgeShift: no such shift",
            Code::NotFound,
            "NOT_FOUND",
            "",
            asks!(town.dispatcher, schedule.acknowledge_shift, acknowledge),
        ),
        invalid(
            "AcknowledgeShift: no channel",
            "INVALID_ENUM",
            "channel",
            asks!(town.dispatcher, schedule.acknowledge_shift, no_channel),
        ),
    ]
}
