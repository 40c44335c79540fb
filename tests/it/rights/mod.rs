//! Who may call what: every method and every role, and whoever shows no token that is good.

mod asking;
mod crowd;

use asking::{Ask, Stage, Standing};
use prost::Message as _;
use tandem::board::Role;
use tandem::desk::rights::RIGHTS;
use tandem::grpc::{DESCRIPTORS, pb};
use tandem::id::ResponderId;
use tandem::store::Token;
use tonic::{Code, Request, Status};

use crate::harness::town::{Client, Town, in_each_town, reason, st_louis};

const ROLES: [Role; 7] = [
    Role::Responder,
    Role::Dispatcher,
    Role::Hr,
    Role::Supervisor,
    Role::Auditor,
    Role::Admin,
    Role::System,
];

/// Every method, and for each role in the order of `ROLES` its letter if it may: Responder, Dispatcher, Hr, Supervisor,
/// aUditor, Admin, sYstem. Written out by hand: it says what is meant, not what is done.
const EXPECTED: &[(&str, &str)] = &[
    ("AdminService/CreateJurisdiction", "-----A-"),
    ("AdminService/GetJurisdiction", "RDHSUAY"),
    ("AdminService/ListJurisdictions", "-----A-"),
    ("AdminService/UpdateJurisdiction", "-----A-"),
    ("AdminService/CreateAgency", "-----A-"),
    ("AdminService/ListAgencies", "RDHSUAY"),
    ("AdminService/PutServiceArea", "-----A-"),
    ("AdminService/ListServiceAreas", "RDHSUAY"),
    ("AdminService/RemoveServiceArea", "-----A-"),
    ("AdminService/GetServerInfo", "RDHSUAY"),
    ("RosterService/CreateResponder", "--HS-A-"),
    ("RosterService/GetResponder", "-DHSUAY"),
    ("RosterService/ListResponders", "-DHSUAY"),
    ("RosterService/UpdateResponder", "--HS-A-"),
    ("RosterService/RetireResponder", "--HS-A-"),
    ("RosterService/RehireResponder", "--HS-A-"),
    ("RosterService/GrantCredential", "--HS-A-"),
    ("RosterService/RevokeCredential", "--HS-A-"),
    ("RosterService/ListCredentials", "-DHSUAY"),
    ("RosterService/UpdateCredential", "--HS-A-"),
    ("RosterService/SetCredentialVerification", "--HS-A-"),
    ("RosterService/ListExpiring", "-DHSUAY"),
    ("ScheduleService/CreateShift", "--HS-A-"),
    ("ScheduleService/PublishShift", "--HS-A-"),
    ("ScheduleService/AssignShift", "--HS-A-"),
    ("ScheduleService/GetShift", "-DHSUAY"),
    ("ScheduleService/ListShifts", "RDHSUAY"),
    ("ScheduleService/CancelShift", "--HS-A-"),
    ("ScheduleService/AcknowledgeShift", "RDHS--Y"),
    ("ScheduleService/HoldOver", "---S---"),
    ("ScheduleService/ReportSick", "RDHS---"),
    ("ScheduleService/GetCallBacks", "-DHS-A-"),
    ("OnCallService/CreateOnCallList", "--HS-A-"),
    ("OnCallService/UpdateOnCallList", "--HS-A-"),
    ("OnCallService/RetireOnCallList", "--HS-A-"),
    ("OnCallService/ListOnCallLists", "RDHSUAY"),
    ("OnCallService/PlanOnCall", "--HS-A-"),
    ("OnCallService/CancelOnCall", "--HS-A-"),
    ("OnCallService/RecordCallBackAttempt", "-DHS-A-"),
    ("OnCallService/ListCallBackAttempts", "-DHS-A-"),
    ("PatternService/CreatePattern", "--HS-A-"),
    ("PatternService/UpdatePattern", "--HS-A-"),
    ("PatternService/GetPattern", "-DHSUAY"),
    ("PatternService/ListPatterns", "-DHSUAY"),
    ("PatternService/RetirePattern", "--HS-A-"),
    ("PatternService/PublishPattern", "--HS-A-"),
    ("HoursService/ListTimesheets", "R-HSUA-"),
    ("HoursService/AddHours", "--HS-A-"),
    ("HoursService/CorrectHours", "--HS-A-"),
    ("HoursService/ApproveHours", "--HS---"),
    ("HoursService/ReopenHours", "--HS---"),
    ("HoursService/ExportPayroll", "--HS-A-"),
    ("HoursService/ConfirmPayroll", "--HS-A-"),
    ("PlanningService/ProposeRoster", "--HS-A-"),
    ("PlanningService/SuggestForShift", "--HS-A-"),
    ("RequestService/ListOpenShifts", "RDHSUAY"),
    ("RequestService/SignUpForShift", "R-HS-A-"),
    ("RequestService/GetSwapPartners", "R-HS-A-"),
    ("RequestService/OfferSwap", "R-HS-A-"),
    ("RequestService/AnswerSwap", "R-HS-A-"),
    ("RequestService/RequestTimeOff", "R-HS-A-"),
    ("RequestService/EndTimeOff", "R-HS-A-"),
    ("RequestService/WithdrawRequest", "R-HS-A-"),
    ("RequestService/DecideRequest", "--HS-A-"),
    ("RequestService/ListRequests", "RDHSUAY"),
    ("CoverageService/GetCoverage", "-DHSUAY"),
    ("CoverageService/WatchCoverage", "-DHSUAY"),
    ("AvailabilityService/SetDutyStatus", "RD-S--Y"),
    ("AvailabilityService/ReportPositions", "RD-S--Y"),
    ("AvailabilityService/ReportPosition", "RD-S--Y"),
    ("AvailabilityService/ListAvailable", "-D-SUAY"),
    ("AvailabilityService/GetBoard", "-D-SUAY"),
    ("AvailabilityService/WatchBoard", "-D-SUAY"),
    ("AvailabilityService/GetOffShift", "RDHS---"),
    ("AvailabilityService/UpdateOffShift", "R-HS---"),
    ("AvailabilityService/DeclareArrival", "RD-S--Y"),
    ("AvailabilityService/GetMe", "R------"),
    ("DispatchService/OpenCall", "-D-S--Y"),
    ("DispatchService/GetCall", "RD-SU-Y"),
    ("DispatchService/ListCalls", "-D-SUAY"),
    ("DispatchService/UpdateCall", "-D-S--Y"),
    ("DispatchService/RetriageCall", "-D-S--Y"),
    ("DispatchService/CancelCall", "-D-S--Y"),
    ("DispatchService/MergeCalls", "-D-S--Y"),
    ("DispatchService/LinkCalls", "-D-S---"),
    ("DispatchService/SplitCall", "-D-S---"),
    ("DispatchService/ReopenCall", "-D-S--Y"),
    ("DispatchService/Reassign", "-D-S---"),
    ("DispatchService/AmendTimes", "-D-S---"),
    ("DispatchService/AddRemark", "RD-S--Y"),
    ("DispatchService/ListRemarks", "RD-SU-Y"),
    ("DispatchService/ExplainMatch", "-D-SUAY"),
    ("DispatchService/AssignManually", "-D-S--Y"),
    ("DispatchService/JoinCall", "RD-S--Y"),
    ("DispatchService/AcknowledgeAlert", "-D-S--Y"),
    ("DispatchService/RaiseEmergency", "RD-S--Y"),
    ("DispatchService/CheckIn", "RD-S--Y"),
    ("AssignmentService/AcceptOffer", "RD-S--Y"),
    ("AssignmentService/DeclineOffer", "RD-S--Y"),
    ("AssignmentService/AcknowledgeReceipt", "RD-S--Y"),
    ("AssignmentService/ReportProgress", "RD-S--Y"),
    ("AssignmentService/ClearAssignment", "RD-S--Y"),
    ("AssignmentService/RecordDisposition", "RD-S--Y"),
    ("AssignmentService/GetAssignment", "RD-SU-Y"),
    ("AssignmentService/ListAssignments", "RD-SU-Y"),
    ("TransferService/ImportRoster", "--HS-A-"),
    ("TransferService/ExportRoster", "--HS-A-"),
    ("TransferService/ReleaseHold", "--HS-A-"),
    ("TransferService/GetCalendar", "RDHSUAY"),
    ("TransferService/CreateCalendarAddress", "R-HS-A-"),
    ("TransferService/ListCalendarAddresses", "R-HS-A-"),
    ("TransferService/RevokeCalendarAddress", "R-HS-A-"),
    ("TransferService/ExportSchedule", "--HS-A-"),
    ("StreamingService/WatchAssignments", "RDHSUAY"),
    ("StreamingService/ListEvents", "RDHSUAY"),
];

fn may(roles: &str, role: Role) -> bool {
    let place = ROLES.iter().position(|one| *one == role).unwrap();
    roles.as_bytes()[place] != b'-'
}

fn is_read(method: &str) -> bool {
    let (_, verb) = method.split_once('/').unwrap();
    ["Get", "List", "Watch", "Explain", "Export", "Propose", "Suggest"]
        .iter()
        .any(|read| verb.starts_with(read))
}

/// Every method that the contract declares, as `Service/Method`.
fn declared() -> Vec<String> {
    let set = prost_types::FileDescriptorSet::decode(DESCRIPTORS).unwrap();
    let ours = set.file.into_iter().filter(|file| file.package() == "tandem.v1");
    let mut methods: Vec<String> = ours
        .flat_map(|file| file.service)
        .flat_map(|service| {
            let name = service.name().to_owned();
            let methods = service.method.into_iter();
            methods.map(move |method| format!("{name}/{}", method.name()))
        })
        .collect();
    methods.sort();
    methods
}

fn sorted<'a>(methods: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut methods: Vec<String> = methods.map(str::to_owned).collect();
    methods.sort();
    methods
}

#[test]
fn the_table_lists_every_method_of_the_contract_and_no_other() {
    assert_eq!(sorted(EXPECTED.iter().map(|(method, _)| *method)), declared());
    assert_eq!(sorted(RIGHTS.iter().map(|(method, _)| *method)), declared());
    assert_eq!(ROLES.len(), Role::ALL.len(), "a role that is not in the table");
}

/// It is refused with this code and reason, and everything stands as it did.
async fn is_refused(town: &Town, what: &str, ask: &Ask, by: &Client, code: Code, why: &str) {
    let before = Standing::of(town).await;
    let refused: Status = ask.by(by).await.expect_err(what);
    assert_eq!((refused.code(), &*reason(&refused)), (code, why), "{what}");
    assert_eq!(Standing::of(town).await, before, "{what}");
}

/// It is done: a change changes something, a read reads something and changes nothing.
async fn is_done(town: &Town, what: &str, ask: &Ask, by: &Client, read: bool) {
    let before = Standing::of(town).await;
    let told = ask
        .by(by)
        .await
        .unwrap_or_else(|status| panic!("{what}: {status:?}"));
    assert!(told, "{what}: the answer says nothing");
    assert_eq!(Standing::of(town).await == before, read, "{what}: the effect");
}

#[test]
fn every_role_does_what_it_may_and_nothing_else() {
    in_each_town(2, 1, async |town| {
        let stage = Stage::new(town);
        let installer = town.installer().await;
        let mut clients = Vec::new();
        for role in ROLES {
            clients.push(if role == Role::Responder {
                stage.subject.client.clone()
            } else {
                town.client(role, role.as_str(), None).await
            });
        }
        let strangers = [
            ("nobody", town.stranger()),
            ("one with rubbish", town.showing("Bearer tdm_rubbish")),
            ("one with another scheme", town.showing("Basic dXNlcjpwYXNz")),
        ];
        for (method, roles) in EXPECTED {
            let mut ask = stage.ready(method).await;
            town.settle().await;
            for (who, client) in &strangers {
                let what = format!("{method} by {who}");
                is_refused(
                    town,
                    &what,
                    &ask,
                    client,
                    Code::Unauthenticated,
                    "UNAUTHENTICATED",
                )
                .await;
            }
            for (role, client) in ROLES.iter().zip(&clients).filter(|(role, _)| !may(roles, **role)) {
                let what = format!("{method} by {role:?}");
                is_refused(
                    town,
                    &what,
                    &ask,
                    client,
                    Code::PermissionDenied,
                    "ROLE_FORBIDDEN",
                )
                .await;
            }
            let mut first = true;
            for (role, client) in ROLES.iter().zip(&clients).filter(|(role, _)| may(roles, **role)) {
                // What changes is made ready anew: nothing can be done twice.
                if !first && !is_read(method) {
                    ask = stage.ready(method).await;
                    town.settle().await;
                }
                first = false;
                let client = if *method == "AdminService/CreateJurisdiction" {
                    &installer
                } else {
                    client
                };
                is_done(
                    town,
                    &format!("{method} by {role:?}"),
                    &ask,
                    client,
                    is_read(method),
                )
                .await;
                if !is_read(method) {
                    stage.put_away().await;
                }
            }
            stage.put_away().await;
        }
    });
}

#[test]
fn a_responder_acts_for_himself_alone() {
    in_each_town(2, 1, async |town| {
        let stage = Stage::new(town);
        let other = &town.officers[0].client;
        for (method, roles) in EXPECTED {
            if !may(roles, Role::Responder) || is_read(method) {
                continue;
            }
            let ask = stage.ready(method).await;
            town.settle().await;
            let (code, why) = if *method == "DispatchService/AddRemark" {
                // Who is not on the call does not learn that there is one.
                (Code::NotFound, "NOT_FOUND")
            } else {
                (Code::PermissionDenied, "NOT_YOURS")
            };
            is_refused(town, method, &ask, other, code, why).await;
            stage.put_away().await;
        }
    });
}

#[test]
fn a_responder_reads_only_the_calls_he_is_on() {
    in_each_town(2, 1, async |town| {
        let stage = Stage::new(town);
        let other = &town.officers[0].client;
        for method in [
            "DispatchService/GetCall",
            "DispatchService/ListRemarks",
            "AssignmentService/GetAssignment",
        ] {
            let ask = stage.ready(method).await;
            town.settle().await;
            is_refused(town, method, &ask, other, Code::NotFound, "NOT_FOUND").await;
            stage.put_away().await;
        }
        let ask = stage.ready("AssignmentService/ListAssignments").await;
        assert!(!ask.by(other).await.unwrap(), "he is told of no assignment");
        assert!(ask.by(&stage.subject.client).await.unwrap());
    });
}

#[test]
fn who_keeps_one_agencys_roster_does_not_touch_anothers() {
    in_each_town(2, 1, async |town| {
        let stage = Stage::new(town);
        let of = async |agency: &str| {
            let token = Token {
                agency_id: Some(agency.parse().unwrap()),
                ..town.token(Role::Hr, agency, None, Some(st_louis()))
            };
            town.client_with(token).await
        };
        let (own, another) = (of("bhr").await, of("slmpd").await);
        for (method, roles) in EXPECTED {
            if !may(roles, Role::Hr) || is_read(method) {
                continue;
            }
            let ask = stage.ready(method).await;
            is_refused(town, method, &ask, &another, Code::PermissionDenied, "NOT_YOURS").await;
            is_done(town, method, &ask, &own, false).await;
        }
    });
}

#[test]
fn who_administers_one_jurisdiction_creates_no_other() {
    in_each_town(1, 0, async |town| {
        let stage = Stage::new(town);
        let method = "AdminService/CreateJurisdiction";
        let ask = stage.ready(method).await;
        is_refused(
            town,
            method,
            &ask,
            &town.admin,
            Code::PermissionDenied,
            "NOT_YOURS",
        )
        .await;
    });
}

#[test]
fn a_token_lets_in_until_it_ends_and_no_longer() {
    in_each_town(2, 1, async |town| {
        let stage = Stage::new(town);
        let minute = Token {
            expires_at: town.clock.now().plus_seconds(60),
            ..town.token(Role::Dispatcher, "brief", None, Some(st_louis()))
        };
        let brief = town.client_with(minute).await;
        let revoked = town.token(Role::Dispatcher, "gone", None, Some(st_louis()));
        let revoked_id = revoked.id;
        let gone = town.client_with(revoked).await;
        assert!(
            town.store
                .revoke_token(revoked_id, town.clock.now())
                .await
                .unwrap()
        );
        let method = "DispatchService/CancelCall";
        let ask = stage.ready(method).await;
        is_refused(town, method, &ask, &gone, Code::Unauthenticated, "TOKEN_EXPIRED").await;
        town.turn(59).await;
        is_done(town, method, &ask, &brief, false).await;
        town.turn(1).await;
        let ask = stage.ready("AdminService/GetServerInfo").await;
        is_refused(town, method, &ask, &brief, Code::Unauthenticated, "TOKEN_EXPIRED").await;
    });
}

#[test]
fn one_authorization_header_and_no_second() {
    in_each_town(0, 0, async |town| {
        let shown = |headers: &[&str]| {
            let mut request = Request::new(pb::GetServerInfoRequest {});
            for header in headers {
                request
                    .metadata_mut()
                    .append("authorization", header.parse().unwrap());
            }
            request
        };
        let token = town.token(Role::Admin, "twice", None, Some(st_louis()));
        let header = town.header_of(token).await;
        let mut stranger = town.stranger().admin();
        stranger.get_server_info(shown(&[&header])).await.unwrap();
        for headers in [
            [&*header, &*header],
            [&*header, "Bearer x"],
            ["Bearer x", &*header],
        ] {
            let refused = stranger.get_server_info(shown(&headers)).await.unwrap_err();
            assert_eq!(
                (refused.code(), &*reason(&refused)),
                (Code::Unauthenticated, "UNAUTHENTICATED")
            );
        }
    });
}

#[test]
fn a_token_of_another_jurisdiction_sees_and_changes_nothing_here() {
    in_each_town(2, 1, async |town| {
        let elsewhere = pb::CreateJurisdictionRequest {
            request_id: town.request_id(),
            jurisdiction_id: "kansas-city".to_owned(),
            name: "Kansas City".to_owned(),
            zone: "America/Chicago".to_owned(),
        };
        let mut installer = town.installer().await.admin();
        installer.create_jurisdiction(elsewhere).await.unwrap();
        let there = Some("kansas-city".parse().unwrap());
        let stage = Stage::new(town);
        let subject: ResponderId = stage.subject.id.parse().unwrap();
        let dispatcher = town
            .client_with(town.token(Role::Dispatcher, "kay", None, there.clone()))
            .await;
        let admin = town
            .client_with(town.token(Role::Admin, "ken", None, there.clone()))
            .await;
        let double = town
            .client_with(town.token(Role::Responder, "double", Some(subject), there))
            .await;
        for (method, client) in [
            ("AdminService/GetJurisdiction", &admin),
            ("AdminService/UpdateJurisdiction", &admin),
            ("AdminService/CreateAgency", &admin),
            ("RosterService/GetResponder", &admin),
            ("RosterService/RetireResponder", &admin),
            ("ScheduleService/PublishShift", &admin),
            ("PatternService/GetPattern", &admin),
            ("PatternService/PublishPattern", &admin),
            ("AvailabilityService/ReportPosition", &dispatcher),
            ("AvailabilityService/SetDutyStatus", &dispatcher),
            ("DispatchService/GetCall", &dispatcher),
            ("DispatchService/CancelCall", &dispatcher),
            ("DispatchService/RaiseEmergency", &dispatcher),
            ("AssignmentService/GetAssignment", &dispatcher),
            ("AssignmentService/AcceptOffer", &dispatcher),
            ("AssignmentService/ClearAssignment", &double),
        ] {
            let ask = stage.ready(method).await;
            town.settle().await;
            is_refused(town, method, &ask, client, Code::NotFound, "NOT_FOUND").await;
            stage.put_away().await;
        }
    });
}
