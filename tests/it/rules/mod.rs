//! What a plan owes to those who work it, through the real door: each rule refused, warned of and reported, at every door.

mod doors;

use tandem::board::Role;
use tandem::grpc::pb::{self, WorkRuleKind as Kind, WorkRuleSeverity as Severity};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::harness::town::{Client, Member, Town, in_each_town, reason};

/// From one time on the wall clock to another.
type Hours = (&'static str, &'static str);

/// A rule, what does not break it, what does, and what that comes to.
struct Case {
    kind: Kind,
    limit: u32,
    planned: &'static [Hours],
    breaking: Hours,
    measured: u32,
}

const CASES: [Case; 6] = [
    Case {
        kind: Kind::RestMinutes,
        limit: 600,
        planned: &[("2026-07-06T06:00", "2026-07-06T14:00")],
        breaking: ("2026-07-06T22:00", "2026-07-07T06:00"),
        measured: 480,
    },
    Case {
        kind: Kind::StretchMinutes,
        limit: 960,
        planned: &[("2026-09-07T06:00", "2026-09-07T14:00")],
        breaking: ("2026-09-07T14:00", "2026-09-07T23:00"),
        measured: 1020,
    },
    Case {
        kind: Kind::WeekMinutes,
        limit: 1200,
        planned: &[
            ("2026-11-02T08:00", "2026-11-02T18:00"),
            ("2026-11-04T08:00", "2026-11-04T18:00"),
        ],
        breaking: ("2026-11-08T08:00", "2026-11-08T10:00"),
        measured: 1320,
    },
    Case {
        kind: Kind::FourWeekMinutes,
        limit: 1200,
        planned: &[
            ("2027-01-04T08:00", "2027-01-04T18:00"),
            ("2027-01-12T08:00", "2027-01-12T18:00"),
        ],
        breaking: ("2027-01-31T08:00", "2027-01-31T10:00"),
        measured: 1320,
    },
    Case {
        kind: Kind::ConsecutiveNights,
        limit: 2,
        planned: &[
            ("2027-03-01T22:00", "2027-03-02T06:00"),
            ("2027-03-02T22:00", "2027-03-03T06:00"),
        ],
        breaking: ("2027-03-03T22:00", "2027-03-04T06:00"),
        measured: 3,
    },
    Case {
        kind: Kind::WeekendsAboveMedian,
        limit: 0,
        planned: &[],
        breaking: ("2027-05-08T08:00", "2027-05-08T16:00"),
        measured: 1,
    },
];

fn rule(kind: Kind, limit: u32, severity: Severity) -> pb::WorkRule {
    pb::WorkRule {
        kind: kind.into(),
        limit,
        severity: severity.into(),
    }
}

/// The policy has this rule alone.
async fn only_rule(town: &Town, rule: pb::WorkRule) {
    let policy = pb::Policy {
        work_rules: vec![rule],
        ..Default::default()
    };
    town.set_policy("work_rules", policy).await;
}

fn drafting(town: &Town, who: Option<&Member>, (start, end): Hours) -> pb::CreateShiftRequest {
    let local = |local: &str| {
        Some(pb::LocalTime {
            local: local.to_owned(),
            occurrence: 0,
        })
    };
    pb::CreateShiftRequest {
        request_id: town.request_id(),
        agency_id: "bhr".to_owned(),
        responder_id: who.map(|who| who.id.clone()).unwrap_or_default(),
        local_start: local(start),
        local_end: local(end),
        ..Default::default()
    }
}

async fn draft(by: &Client, request: pb::CreateShiftRequest) -> Result<pb::CreateShiftResponse, Status> {
    Ok(by.schedule().create_shift(request).await?.into_inner())
}

/// What a refusal says to a program under this name.
fn fact(refused: &Status, name: &str) -> String {
    let told = refused.get_details_error_info().unwrap();
    told.metadata[name].clone()
}

/// The flags of what has been recorded since the head stood here, by kind of event.
async fn flags_since(town: &Town, resume_token: String) -> Vec<(pb::EventKind, Vec<pb::Flag>)> {
    let request = pb::ListEventsRequest {
        resume_token,
        ..Default::default()
    };
    let heard = town.admin.streaming().list_events(request).await.unwrap();
    let updates = heard.into_inner().updates.into_iter();
    let events = updates.flat_map(|update| update.events);
    events
        .map(|event| (event.kind(), event.flags().collect()))
        .collect()
}

async fn token(town: &Town) -> String {
    let start = pb::ListEventsRequest::default();
    let now = town.admin.streaming().list_events(start).await.unwrap();
    now.into_inner().resume_token
}

fn is_broken(refused: &Status, case: &Case) {
    assert_eq!(reason(refused), "WORK_RULE_BROKEN", "{refused}");
    assert_eq!(refused.code(), Code::FailedPrecondition);
    let name = case.kind.as_str_name().trim_start_matches("WORK_RULE_KIND_");
    assert_eq!(fact(refused, "rule"), name);
    assert_eq!(fact(refused, "limit"), case.limit.to_string());
    assert_eq!(fact(refused, "measured"), case.measured.to_string());
    assert_eq!(
        fact(refused, "shift_ids").split_whitespace().count(),
        case.planned.len(),
        "each shift but the one that is not made"
    );
    let numbers = format!("{name} {}, at ", case.measured);
    assert!(refused.message().contains(&numbers), "{refused}");
    for (start, _) in case.planned.iter().chain([&case.breaking]) {
        assert!(refused.message().contains(start), "{refused}");
    }
}

#[test]
fn each_rule_refuses_warns_or_reports_as_the_policy_says() {
    in_each_town(3, 0, async |town| {
        let [anna, ben, cleo] = &town.clinicians[..] else {
            panic!("three clinicians")
        };
        let hr = town.client(Role::Hr, "hana", None).await;
        let supervisor = town.client(Role::Supervisor, "sam", None).await;
        for case in &CASES {
            let severities = [
                (anna, Severity::Refuse),
                (ben, Severity::Warn),
                (cleo, Severity::Report),
            ];
            for (who, severity) in severities {
                let rule = rule(case.kind, case.limit, severity);
                only_rule(town, rule).await;
                for hours in case.planned {
                    let fine = draft(&hr, drafting(town, Some(who), *hours)).await.unwrap();
                    assert_eq!(fine.breaches, []);
                }
                let plain = drafting(town, Some(who), case.breaking);
                let worded = pb::CreateShiftRequest {
                    override_reason: "sole_cover".to_owned(),
                    request_id: town.request_id(),
                    ..plain.clone()
                };
                let start = token(town).await;
                let (done, flags) = match severity {
                    Severity::Refuse => {
                        is_broken(&draft(&hr, plain).await.unwrap_err(), case);
                        is_broken(&draft(&supervisor, worded).await.unwrap_err(), case);
                        assert_eq!(flags_since(town, start).await, [], "nothing is done");
                        continue;
                    }
                    Severity::Warn => {
                        is_broken(&draft(&hr, plain).await.unwrap_err(), case);
                        let refused = draft(&hr, worded.clone()).await.unwrap_err();
                        assert_eq!(reason(&refused), "ROLE_FORBIDDEN");
                        let flags = vec![pb::Flag::Overridden, pb::Flag::WorkRuleBroken];
                        (draft(&supervisor, worded).await.unwrap(), flags)
                    }
                    Severity::Report => (draft(&hr, plain).await.unwrap(), vec![pb::Flag::WorkRuleBroken]),
                    Severity::Unspecified => panic!("no severity"),
                };
                let [breach] = &done.breaches[..] else {
                    panic!("one rule is broken: {done:?}")
                };
                assert_eq!((breach.rule, breach.found), (Some(rule), case.measured));
                assert_eq!(breach.shift_ids.len(), case.planned.len() + 1);
                let shift = done.shift.unwrap();
                let word = if severity == Severity::Warn {
                    "sole_cover"
                } else {
                    ""
                };
                assert_eq!(shift.override_reason, word);
                assert_eq!(
                    flags_since(town, start).await,
                    [(pb::EventKind::ShiftCreated, flags)]
                );
            }
        }
    });
}

#[test]
fn what_was_worked_three_weeks_ago_still_counts() {
    in_each_town(1, 0, async |town| {
        let anna = &town.clinicians[0];
        only_rule(town, rule(Kind::FourWeekMinutes, 1400, Severity::Report)).await;
        town.turn(20 * 86_400).await;
        let hr = town.client(Role::Hr, "hana", None).await;
        let day = ("2026-06-22T08:00", "2026-06-22T16:00");
        let done = draft(&hr, drafting(town, Some(anna), day)).await.unwrap();
        let counted: Vec<_> = done
            .breaches
            .iter()
            .map(|one| (one.found, one.shift_ids.len()))
            .collect();
        assert_eq!(counted, [((17 + 8) * 60, 2)]);
        let later = ("2026-06-29T08:00", "2026-06-29T16:00");
        let done = draft(&hr, drafting(town, Some(anna), later)).await.unwrap();
        assert_eq!(done.breaches, [], "four weeks later the first is past");
    });
}
