"""The whole life of a call, by a client that has nothing but `proto/`.

A pair is offered a call; the officer declines and only that half is solved again; both accept; the clinician's stream is
cut and resumed, with nothing missed and nothing twice; they arrive, clear and say how it ended; the call is closed.

    TANDEM_BIN=target/debug/tandem [TANDEM_DATABASE=postgres://...] python tests/python/client.py
"""

import datetime
import pathlib
import tempfile

import grpc
from google.rpc import error_details_pb2, status_pb2

from caller import Caller
from contract import compile_into
from server import Server

PLACE = "example"
NARRATIVE = "Speaks of voices since Tuesday; calm with his sister."
SCENE = (38.6270, -90.1994)
# Not a real programme and not real people.
CREW = {
    "clinician": ("clinician", "clinic", "LCSW", "Clin-1", (38.6300, -90.2000)),
    "near officer": ("officer", "police", "CIT", "Adam-1", (38.6280, -90.2010)),
    "far officer": ("officer", "police", "CIT", "Adam-2", (38.6500, -90.2300)),
}


def done(step):
    print(f"ok - {step}", flush=True)


def refused(reason, code, act):
    """Asserts that this is refused, and how."""
    try:
        act()
    except grpc.RpcError as error:
        assert error.code() == code, (error.code(), error.details())
        details = dict(error.trailing_metadata()).get("grpc-status-details-bin", b"")
        info = error_details_pb2.ErrorInfo()
        found = [info.reason for detail in status_pb2.Status.FromString(details).details if detail.Unpack(info)]
        assert found == [reason], (reason, found)
        return
    raise AssertionError(f"{reason} was expected")


def point(contract, place):
    return contract.Location(latitude=place[0], longitude=place[1])


def set_up(contract, server):
    """Admin, HR and the crew themselves: everyone on shift, available and where he is."""
    admin = Caller(contract, server.channel, server.token("admin", "setup"))
    admin.ask("AdminService/CreateJurisdiction", jurisdiction_id=PLACE, name="Example", zone="America/Chicago")
    for agency_id in ("clinic", "police"):
        admin.ask("AdminService/CreateAgency", jurisdiction_id=PLACE, agency_id=agency_id, name=agency_id)
    hr = Caller(contract, server.channel, server.token("hr", "roster", "--jurisdiction", PLACE))
    now = datetime.datetime.now(datetime.timezone.utc)
    crew = {}
    for name, (discipline, agency_id, credential, call_sign, place) in CREW.items():
        made = hr.ask(
            "RosterService/CreateResponder", agency_id=agency_id, discipline=discipline,
            name=f"Example {call_sign}", call_sign=call_sign,
        )
        responder_id = made.responder.responder_id
        hr.ask("RosterService/GrantCredential", responder_id=responder_id, code=credential, valid_until="2099-12-31")
        # In a zone without clock changes, so that it means the same on every day of the year.
        local = lambda hours: contract.LocalTime(
            local=(now + datetime.timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")
        )
        shift = hr.ask(
            "ScheduleService/CreateShift", agency_id=agency_id, responder_id=responder_id,
            local_start=local(-1), local_end=local(12), zone="Etc/UTC",
        ).shift
        hr.ask("ScheduleService/PublishShift", shift_id=shift.shift_id, expected_version=shift.version)
        token = server.token("responder", responder_id, "--jurisdiction", PLACE, "--agency", agency_id)
        crew[name] = Caller(contract, server.channel, token, responder_id)
        crew[name].ask(
            "AvailabilityService/SetDutyStatus",
            changes=[contract.DutyChange(responder_id=responder_id, primary=contract.DUTY_AVAILABLE)],
        )
        crew[name].ask(
            "AvailabilityService/ReportPosition",
            positions=[contract.ReportedPosition(responder_id=responder_id, location=point(contract, place))],
        )
    return crew


def member(assignment, caller):
    return next(one for one in assignment.members if one.responder.responder_id == caller.responder_id)


def life_of_a_call(contract, server):
    crew = set_up(contract, server)
    clinician, near, far = crew.values()
    dispatcher = Caller(contract, server.channel, server.token("dispatcher", "desk-1", "--jurisdiction", PLACE))
    done("a programme with a clinician and two officers on shift")

    streams = {name: caller.watch() for name, caller in crew.items()}
    first_token = {}
    for name, stream in streams.items():
        assert not stream.next().assignments, f"the {name} starts with nothing to do"
        first_token[name] = stream.token
    opened = dispatcher.ask(
        "DispatchService/OpenCall", source="911", incident_type="EDP", location=point(contract, SCENE),
        acuity=contract.Acuity(scheme="marcus_alert", level=3),
        clinical_context=contract.ClinicalContext(narrative=NARRATIVE), channel=contract.CHANNEL_PHONE,
    )
    assignment_id = opened.assignment.assignment_id
    sent = {one.responder.responder_id for one in opened.assignment.members}
    assert sent == {clinician.responder_id, near.responder_id}, "the nearest pair"
    for name in ("clinician", "near officer"):
        offer = streams[name].until(contract.EVENT_KIND_OFFER_MADE)
        assert offer.assignment.assignment_id == assignment_id
        assert 0 < member(offer.assignment, crew[name]).seconds_remaining <= 60
    clinician.say("AcknowledgeReceipt", assignment_id, seen=True)
    done("both hear of their offer on their streams")

    refused("NOT_YOURS", grpc.StatusCode.PERMISSION_DENIED, lambda: clinician.ask(
        "AssignmentService/AcceptOffer", assignment_id=assignment_id, responder_id=near.responder_id))
    near.say("DeclineOffer", assignment_id, reason="other_duty")
    offer = streams["far officer"].until(contract.EVENT_KIND_OFFER_MADE)
    assert offer.assignment.call_id == opened.call.call_id
    assignment_id = offer.assignment.assignment_id
    held = dispatcher.ask("AssignmentService/GetAssignment", assignment_id=assignment_id).assignment
    assert member(held, clinician).state == contract.MEMBER_STATE_OFFERED, "the other half is left alone"
    assert not near.ask("AvailabilityService/GetMe").HasField("assignment"), "who declines is free"
    done("the officer declines, and only that half is solved again")

    clinician.say("AcceptOffer", assignment_id)
    streams["clinician"].until(contract.EVENT_KIND_OFFER_ACCEPTED)
    streams["clinician"].cut()
    far.say("AcceptOffer", assignment_id)
    clinician.say("ReportProgress", assignment_id, progress=contract.PROGRESS_EN_ROUTE)
    far.say("ReportProgress", assignment_id, progress=contract.PROGRESS_EN_ROUTE)
    before = streams["clinician"]
    after = clinician.watch(before.token)
    after.until(contract.EVENT_KIND_MEMBER_PROGRESSED)
    assert after.updates[0].previous_revision == before.updates[-1].revision, "it goes on where it was cut"
    done("both accept; the clinician's stream is cut and resumed")

    for caller in (clinician, far):
        caller.say("ReportProgress", assignment_id, progress=contract.PROGRESS_ON_SCENE)
    seen = {caller: caller.ask("DispatchService/GetCall", call={"call_id": opened.call.call_id}) for caller in (clinician, far)}
    assert seen[clinician].call.state == contract.CALL_STATE_ON_SCENE
    assert seen[clinician].texts.clinical_context.narrative == NARRATIVE
    assert not seen[far].texts.HasField("clinical_context"), "clinical text is not for officers"
    clinician.say(
        "ClearAssignment", assignment_id,
        disposition=contract.Disposition(code="18", behavioral_outcome="safety_plan"),
    )
    after.until(contract.EVENT_KIND_MEMBER_CLEARED)
    far.say("ClearAssignment", assignment_id)
    state = dispatcher.ask("DispatchService/GetCall", call={"call_id": opened.call.call_id}).call.state
    assert state == contract.CALL_STATE_CLEARING, "paper is still due"
    far.say("RecordDisposition", assignment_id, disposition=contract.Disposition(code="18"))
    call = dispatcher.ask("DispatchService/GetCall", call={"call_id": opened.call.call_id}).call
    assert call.state == contract.CALL_STATE_CLOSED, call
    done("on scene, clear, disposition, closed")

    listed = clinician.ask("StreamingService/ListEvents", resume_token=first_token["clinician"])
    twin = [update.revision for update in listed.updates]
    while len(before.updates) + len(after.updates) < len(twin):
        after.next()
    heard = [update.revision for update in before.updates + after.updates]
    assert heard == twin == sorted(set(twin)), f"nothing missed, nothing twice: {heard} and {twin}"
    done(f"{len(twin)} updates on two streams are those of the unary twin, in order, each once")

    streams["far officer"].until(contract.EVENT_KIND_DISPOSITION_RECORDED)
    for name, stream in [*streams.items(), ("clinician, resumed", after)]:
        assert NARRATIVE.encode() not in b"".join(stream.raw), f"clinical text on the stream of the {name}"
    texts = dispatcher.ask("DispatchService/GetCall", call={"number": call.number}).texts
    assert texts.clinical_context.narrative == NARRATIVE
    explained = dispatcher.ask("DispatchService/ExplainMatch", call_id=call.call_id)
    assert explained.replayed_identically
    assert explained.report.rejections, "why the near officer was not asked again"
    done("no clinical text on any stream; the match can say why, and says the same again")
    return after


def tokens(contract, server):
    """What the command line gives and takes back."""
    nobody = "00000000-0000-7000-8000-000000000000"
    for wrong in (
        ("--role", "dispatcher", "--subject", "desk-2"),
        ("--role", "hr", "--subject", "roster", "--jurisdiction", "nowhere"),
        ("--role", "responder", "--subject", nobody, "--jurisdiction", PLACE),
        ("--role", "admin", "--subject", "late", "--expires", "2020-01-01T00:00:00Z"),
    ):
        assert server.run("token", "create", *wrong).returncode in (1, 2), wrong
    auditor = Caller(contract, server.channel, server.token("auditor", "taken-back", "--jurisdiction", PLACE))
    listed = next(line for line in server.command("token", "list").splitlines() if "taken-back" in line)
    server.command("token", "revoke", listed.split()[0])
    refused("TOKEN_EXPIRED", grpc.StatusCode.UNAUTHENTICATED, lambda: auditor.ask("AdminService/GetServerInfo"))
    done("a token for nobody is not made; one that was taken back opens nothing")


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        generated = folder / "generated"
        generated.mkdir()
        contract = compile_into(generated)
        with Server(folder) as server:
            open_stream = life_of_a_call(contract, server)
            tokens(contract, server)
            server.told_to_end()
            refused("SHUTTING_DOWN", grpc.StatusCode.UNAVAILABLE, lambda: [open_stream.next() for _ in range(100)])
            assert server.ended() == 0
            done("told to end, the server says so on open streams and ends")
            checked = server.command("check")
            assert f"{PLACE}: clean" in checked, checked
            done("tandem check is clean")
    print("the whole life of a call: passed")


if __name__ == "__main__":
    main()
