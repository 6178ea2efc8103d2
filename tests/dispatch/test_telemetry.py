"""Spans and metrics of OpenTelemetry: what is told of a dispatcher, by the names of the field."""

import asyncio
import subprocess
import sys
from datetime import timedelta
from typing import Any

import attrs
import pytest
from opentelemetry import trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from cxjourney.channels import Failed, HookContext, HookOutcome, Sent, Unknown
from cxjourney.dispatch import AsyncDispatcher, DispatchError, Telemetry
from cxjourney.dispatch.journal import AsyncMemoryJournal, MemoryJournal
from cxjourney.errors import InvalidError, MissingExtraError, SequenceError
from cxjourney.vocabulary import Channel, Event, EventKind
from tests.dispatch.world import LIBRARY, NOTE, POLICY, Carrier, World, hooks, playbook

K = EventKind
NAME = "Mari"
SEND = {
    "messaging.system": "cxjourney",
    "messaging.operation.name": "send",
    "messaging.operation.type": "send",
}


@attrs.define
class Told:
    """What an application that listens is told."""

    spans: InMemorySpanExporter = attrs.field(factory=InMemorySpanExporter)
    reader: InMemoryMetricReader = attrs.field(factory=InMemoryMetricReader)
    telemetry: Telemetry = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        tracers, meters = TracerProvider(), MeterProvider([self.reader])
        tracers.add_span_processor(SimpleSpanProcessor(self.spans))
        self.telemetry = Telemetry(tracers, meters)

    def named(self, name: str) -> list[ReadableSpan]:
        """Return the spans of a name, in the order in which they ended."""
        return [one for one in self.spans.get_finished_spans() if one.name == name]

    def points(self, metric: str) -> list[tuple[dict[str, Any], Any]]:
        """Return what a metric counted, with its attributes."""
        data = self.reader.get_metrics_data()
        assert data is not None
        return [
            (dict(point.attributes or {}), point)
            for resource in data.resource_metrics
            for scope in resource.scope_metrics
            for one in scope.metrics
            if one.name == metric
            for point in one.data.data_points
        ]

    def everything(self) -> str:
        """Return all that was told."""
        spans = "".join(one.to_json() for one in self.spans.get_finished_spans())
        return spans + str(self.reader.get_metrics_data())


def test_a_call_of_a_hook_is_a_span_of_a_run() -> None:
    """It goes by the key of the intent; what the hook does inside belongs to it."""
    told = Told()

    def hook(_: HookContext) -> HookOutcome:
        inside = trace.get_current_span()
        inside.add_event("inside")
        return Sent("ok", NOTE)

    carrier = Carrier(hook)
    options = {"telemetry": told.telemetry, "hooks": hooks(carrier, timeout=timedelta(minutes=1))}
    world = World(carrier, options=options)
    world.happens(K.PURCHASED, NAME, NAME)
    world.dispatcher().run()
    (record,), (run,), (send,) = map(
        told.named, ("cxjourney record", "cxjourney run", "send EMAIL")
    )
    assert (record.kind, run.kind, send.kind) == (
        SpanKind.INTERNAL,
        SpanKind.INTERNAL,
        SpanKind.PRODUCER,
    )
    assert run.parent is None
    assert send.parent is not None
    assert send.parent.span_id == run.context.span_id
    assert [event.name for event in send.events] == ["inside"]
    assert dict(send.attributes or {}) == {
        **SEND,
        "messaging.destination.name": "EMAIL",
        "messaging.message.id": world.items(NAME)["welcome"].key,
        "cxjourney.purpose": "AFFIRM",
        "cxjourney.attempt": 1,
        "cxjourney.outcome": "Sent",
    }
    assert send.status.status_code is StatusCode.UNSET


def raises(_: HookContext) -> HookOutcome:
    """Raise what quotes the customer."""
    raise ValueError(NAME)


@pytest.mark.parametrize(
    ("says", "error"),
    [
        (raises, "ValueError"),
        (lambda _: Failed(NAME), "Failed"),
        (lambda _: Unknown(NAME), "Unknown"),
    ],
    ids=["raises", "fails", "unknown"],
)
def test_what_fails_is_marked_and_never_quoted(says: Any, error: str) -> None:
    """Spans and metrics have its class; no text of it, or of a customer, stands anywhere."""
    told = Told()
    world = World(Carrier(says), options={"telemetry": told.telemetry})
    world.happens(K.PURCHASED, NAME, NAME)
    world.dispatcher().run()
    sent = told.named("send EMAIL")[0]
    assert (sent.attributes or {})["error.type"] == error
    assert (sent.status.status_code, sent.status.description) == (StatusCode.ERROR, None)
    assert sent.events == ()
    ((attributes, point), *_) = told.points("messaging.client.sent.messages")
    assert attributes == {**SEND, "messaging.destination.name": "EMAIL", "error.type": error}
    assert point.value == 1
    assert NAME not in told.everything()


def test_metrics_count_what_is_done() -> None:
    """Events, intents by where they stand, customers, and how long hooks took."""
    told = Told()
    world = World(options={"telemetry": told.telemetry})
    for customer in "ab":
        world.happens(K.PURCHASED, customer)
    world.dispatcher().run()
    assert [point.value for _, point in told.points("cxjourney.events")] == [2]
    states = {
        one["cxjourney.state"]: point.value for one, point in told.points("cxjourney.intents")
    }
    assert states == {"PLANNED": 2, "STARTED": 2, "SENT": 2}
    assert [(one, point.value) for one, point in told.points("cxjourney.customers")] == [({}, 2)]
    ((attributes, took),) = told.points("messaging.client.operation.duration")
    assert attributes == {**SEND, "messaging.destination.name": "EMAIL"}
    assert (took.count, took.explicit_bounds[0]) == (2, 0.005)


def test_a_customer_in_trouble_counts_apart() -> None:
    """With the class of the error; and the run is marked."""
    told = Told()
    world = World(options={"telemetry": told.telemetry})
    world.happens(K.PURCHASED, NAME)

    def down(_: str) -> Any:
        raise ConnectionError(NAME)

    with pytest.raises(DispatchError):
        world.dispatcher(profiles=down).run()
    counted = [(one, point.value) for one, point in told.points("cxjourney.customers")]
    assert ({"error.type": "ConnectionError"}, 1) in counted
    (run,) = told.named("cxjourney run")
    assert (run.attributes or {})["error.type"] == "DispatchError"
    assert NAME not in told.everything()


def test_what_ends_the_program_ends_the_span() -> None:
    """It passes through, and is noted by its class."""
    told = Told()

    def stops(_: HookContext) -> HookOutcome:
        raise KeyboardInterrupt

    world = World(Carrier(stops), options={"telemetry": told.telemetry})
    world.happens(K.PURCHASED)
    with pytest.raises(KeyboardInterrupt):
        world.dispatcher().run()
    (send,) = told.named("send EMAIL")
    assert (send.attributes or {})["error.type"] == "KeyboardInterrupt"


def test_an_asynchronous_dispatcher_tells_the_same() -> None:
    """Side by side, each call of a hook belongs to its run."""
    told, world = Told(), World()
    for customer in "abc":
        world.happens(K.PURCHASED, customer)
    assert isinstance(world.journal, MemoryJournal)

    async def hook(_: HookContext) -> HookOutcome:
        await asyncio.sleep(0)
        return Sent("ok", NOTE)

    company = AsyncDispatcher(
        AsyncMemoryJournal(world.journal),
        playbook=playbook(),
        policy=POLICY,
        hooks=hooks(hook),  # type: ignore[arg-type]
        clock=world.clock,
        library=LIBRARY,
        workers=3,
        telemetry=told.telemetry,
    )

    async def act() -> None:
        event = Event(K.PURCHASED, world.clock(), "late")
        with pytest.raises(SequenceError):
            await company.record("a", "", event, expected=99)
        await company.run()

    asyncio.run(act())
    (run,), sends = told.named("cxjourney run"), told.named("send EMAIL")
    assert len(sends) == 3
    assert {one.parent and one.parent.span_id for one in sends} == {run.context.span_id}
    (record,) = told.named("cxjourney record")
    assert (record.attributes or {})["error.type"] == "SequenceError"


def test_without_a_listener_it_says_nothing() -> None:
    """The interface alone does nothing where no application has set it up."""
    world = World(options={"telemetry": Telemetry()})
    world.happens(K.PURCHASED)
    assert world.dispatcher().run().customers == 1
    assert repr(Telemetry()) == "<Telemetry>"


def test_anything_else_is_refused() -> None:
    """A provider is given to ``Telemetry``, not to the dispatcher."""
    with pytest.raises(InvalidError, match=r"Dispatcher\.telemetry: bool; expected Telemetry"):
        World().dispatcher(telemetry=True)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that brings it."""
    monkeypatch.setitem(sys.modules, "opentelemetry.trace", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'cxjourney\[otel\]'"):
        Telemetry()


@pytest.mark.no_cover
def test_a_dispatcher_loads_no_telemetry_that_it_was_not_given() -> None:
    """Who does not want it pays nothing, also not in time to start."""
    script = (
        "import sys\n"
        "from cxjourney.dispatch import Dispatcher, Telemetry\n"
        "assert not [one for one in sys.modules if one.startswith('opentelemetry')]\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_channels_have_names_that_stay() -> None:
    """Dashboards and alarms go by them."""
    names = ["FACE_TO_FACE", "EMAIL", "POST", "TEXT", "VIDEO", "GIFT"]
    assert [one.name for one in Channel] == names
