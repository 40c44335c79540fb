"""Someone with a token, and what he hears on his stream."""

import uuid

SECONDS = 20


class Caller:
    """A caller of the contract. Each request that has a `request_id` gets a new one."""

    def __init__(self, contract, channel, metadata, responder_id=""):
        self.contract = contract
        self.channel = channel
        self.metadata = metadata
        self.responder_id = responder_id

    def ask(self, method, **fields):
        """Calls `Service/Method` with these fields."""
        service, name = method.split("/")
        request = getattr(self.contract, f"{name}Request")()
        if "request_id" in request.DESCRIPTOR.fields_by_name:
            fields.setdefault("request_id", str(uuid.uuid4()))
        if "channel" in request.DESCRIPTOR.fields_by_name:
            fields.setdefault("channel", self.contract.CHANNEL_APP)
        stub = getattr(self.contract, f"{service}Stub")(self.channel)
        request = type(request)(**fields)
        return getattr(stub, name)(request, metadata=self.metadata, timeout=SECONDS)

    def say(self, method, assignment_id, **fields):
        """A verb of AssignmentService about himself."""
        return self.ask(
            f"AssignmentService/{method}", assignment_id=assignment_id, responder_id=self.responder_id, **fields
        )

    def watch(self, resume_token=""):
        """His stream, from a snapshot or after a token."""
        return Stream(self, resume_token)


class Stream:
    """A WatchAssignments stream, and everything heard on it."""

    def __init__(self, caller, resume_token):
        contract = caller.contract
        request = contract.WatchAssignmentsRequest(resume_token=resume_token)
        stub = contract.StreamingServiceStub(caller.channel)
        # A deadline, so that a message that never comes is a failure and no wait.
        self.messages = stub.WatchAssignments(request, metadata=caller.metadata, timeout=3 * SECONDS)
        self.caller = caller
        self.updates = []
        self.token = resume_token
        self.raw = []

    def next(self):
        """The next message, whatever it is."""
        message = next(self.messages)
        self.raw.append(message.SerializeToString())
        heard = getattr(message, message.WhichOneof("heard"))
        self.token = heard.resume_token
        if message.HasField("update"):
            self.updates.append(heard)
        return heard

    def until(self, kind):
        """Listens until this responder has an event of this kind; returns it."""
        while True:
            heard = self.next()
            for event in getattr(heard, "events", ()):
                if event.kind == kind and event.responder_id == self.caller.responder_id:
                    return event

    def cut(self):
        """Hangs up, as a phone in a lift does. What had come but was not looked at is lost with it."""
        self.messages.cancel()
