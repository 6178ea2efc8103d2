"""Spans and metrics of OpenTelemetry (extra ``otel``), by its conventions for messaging."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, Any

from cxjourney.channels import Failed, HookContext, HookOutcome, Unknown
from cxjourney.vocabulary._lazy import load

if TYPE_CHECKING:
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider

    from cxjourney.dispatch.journal import Commit

SCOPE = "cxjourney.dispatch"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
"""The borders that the conventions advise for durations."""
SEND = {
    "messaging.system": "cxjourney",
    "messaging.operation.name": "send",
    "messaging.operation.type": "send",
}


class Telemetry:
    """Spans and metrics of what a dispatcher does, for OpenTelemetry (extra ``otel``).

    Of customers nothing is told. A message goes by the key of its intent, an exception by its
    class alone.

    Args:
        tracer_provider: makes spans; the global one when None.
        meter_provider: makes metrics; the global one when None.

    Raises:
        MissingExtraError: when opentelemetry-api is not installed.
    """

    def __init__(
        self,
        tracer_provider: "TracerProvider | None" = None,
        meter_provider: "MeterProvider | None" = None,
    ) -> None:
        self._trace = load("opentelemetry.trace")
        metrics = load("opentelemetry.metrics")
        self._tracer = self._trace.get_tracer(SCOPE, tracer_provider=tracer_provider)
        meter = metrics.get_meter(SCOPE, meter_provider=meter_provider)
        self._events = meter.create_counter(
            "cxjourney.events", "{event}", "Events that were recorded."
        )
        self._intents = meter.create_counter(
            "cxjourney.intents", "{intent}", "Intents that were written, by where they stand then."
        )
        self._customers = meter.create_counter(
            "cxjourney.customers", "{customer}", "Customers attended to, or not for an error."
        )
        self._messages = meter.create_counter(
            "messaging.client.sent.messages", "{message}", "Messages that hooks were to send."
        )
        self._duration = meter.create_histogram(
            "messaging.client.operation.duration",
            "s",
            "How long calls of hooks took.",
            explicit_bucket_boundaries_advisory=SECONDS,
        )

    def __repr__(self) -> str:
        return "<Telemetry>"

    @contextmanager
    def span(self, name: str) -> Iterator[None]:
        """Do a piece of work in a span."""
        with self._in_span(f"cxjourney {name}", self._trace.SpanKind.INTERNAL, {}) as span:
            try:
                yield
            except BaseException as error:
                self.mark(span, type(error).__name__)
                raise

    def _in_span(
        self, name: str, kind: object, attributes: dict[str, object]
    ) -> AbstractContextManager[Any]:
        opened: AbstractContextManager[Any] = self._tracer.start_as_current_span(
            name,
            kind=kind,
            attributes=attributes,
            record_exception=False,  # its text may quote a customer
            set_status_on_exception=False,
        )
        return opened

    def mark(self, span: Any, error: str) -> None:  # noqa: ANN401 - a span
        """Note in a span that something went wrong."""
        span.set_attribute("error.type", error)
        span.set_status(self._trace.StatusCode.ERROR)

    def calling(self, context: HookContext) -> "Call":
        """Begin a call of a hook."""
        told = {**SEND, "messaging.destination.name": context.channel.name}
        about = {
            "messaging.message.id": context.key,
            "cxjourney.purpose": context.intent.purpose.name,
            "cxjourney.attempt": context.attempt,
        }
        kind = self._trace.SpanKind.PRODUCER
        return Call(self, told, self._in_span(f"send {context.channel.name}", kind, told | about))

    def called(self, seconds: float, told: dict[str, str]) -> None:
        """Count a call of a hook."""
        self._messages.add(1, told)
        self._duration.record(seconds, told)

    def recorded(self) -> None:
        """Count an event."""
        self._events.add(1)

    def wrote(self, commit: "Commit") -> None:
        """Count the intents that were written."""
        for one in commit.outbox:
            told = {
                "messaging.destination.name": one.channel.name,
                "cxjourney.purpose": one.intent.purpose.name,
                "cxjourney.state": one.state.name,
            }
            self._intents.add(1, told)

    def attended(self, customers: int, error: type[Exception] | None = None) -> None:
        """Count customers."""
        self._customers.add(customers, {} if error is None else {"error.type": error.__name__})


class Call:
    """A call of a hook that is under way."""

    __slots__ = ("_began", "_opened", "_outcome", "_span", "_telemetry", "_told")

    def __init__(
        self, telemetry: Telemetry, told: dict[str, str], opened: AbstractContextManager[Any]
    ) -> None:
        self._telemetry, self._told, self._opened = telemetry, told, opened
        self._span: Any = opened.__enter__()
        self._began = perf_counter()

    def came(self, outcome: HookOutcome, error: BaseException | None) -> None:
        """Note what came of it."""
        self._span.set_attribute("cxjourney.outcome", type(outcome).__name__)
        if error is not None:
            self._fail(type(error).__name__)
        elif isinstance(outcome, Failed | Unknown):
            self._fail(type(outcome).__name__)

    def end(self, stopped: type[BaseException] | None) -> None:
        """End it; ``stopped`` is what ended the program, or the task, meanwhile."""
        if stopped is not None:
            self._fail(stopped.__name__)
        self._telemetry.called(perf_counter() - self._began, self._told)
        self._opened.__exit__(None, None, None)

    def _fail(self, error: str) -> None:
        self._told = {**self._told, "error.type": error}
        self._telemetry.mark(self._span, error)
