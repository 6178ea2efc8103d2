"""What is told of a dispatcher at work: log lines, errors to a callback, spans and metrics.

Of customers nothing is told, neither id nor name nor text: intents go by their keys, customers by
opaque handles.
"""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import TYPE_CHECKING, Self

import attrs

from cxjourney.channels import Failed, HookContext, HookOutcome, Unknown
from cxjourney.dispatch._running._telemetry import Call, Telemetry
from cxjourney.vocabulary._terminal import Showable

if TYPE_CHECKING:
    from cxjourney.dispatch.journal import Commit

LOG: logging.Logger = logging.getLogger("cxjourney.dispatch")

OnError = Callable[[BaseException], object]
"""Takes an exception as it was raised."""


@attrs.frozen(repr=False)
class Watch(Showable):
    """Tells what a dispatcher does.

    Attributes:
        on_error: takes every exception that a hook raised, or for which a customer could not be
            attended to.
        telemetry: makes spans and metrics; None for none.
        log: takes the log lines.
    """

    on_error: OnError | None = None
    telemetry: Telemetry | None = None
    log: logging.Logger = LOG

    def __repr__(self) -> str:
        return "<Watch>"

    def span(self, name: str) -> AbstractContextManager[object]:
        """Return what a piece of work is done in."""
        return nullcontext() if self.telemetry is None else self.telemetry.span(name)

    def calling(self, context: HookContext) -> "Calling":
        """Return what a hook is called in."""
        return Calling(self, context)

    def recorded(self, planned: int, dropped: int) -> None:
        """Tell that an event was recorded."""
        self.log.debug("recorded an event: planned %d, not called for %d", planned, dropped)
        if self.telemetry is not None:
            self.telemetry.recorded()

    def wrote(self, commit: "Commit") -> None:
        """Tell what was written of intents and erased journeys."""
        chatty = self.log.isEnabledFor(logging.DEBUG)
        for one in commit.outbox:
            if (dead := one.state.is_dead_letter) or chatty:
                self.log.log(
                    logging.WARNING if dead else logging.DEBUG,
                    "intent %s (%s, %s): %s after %d attempts",
                    one.key,
                    one.intent.purpose.name,
                    one.channel.name,
                    one.state.name,
                    one.attempts,
                )
        if commit.erased:
            self.log.info("erased %d journeys of a customer", len(commit.erased))
        if self.telemetry is not None:
            self.telemetry.wrote(commit)

    def by_hand(self, key: str, deed: str) -> None:
        """Tell that somebody changed an intent by hand."""
        self.log.info("intent %s was %s by hand", key, deed)

    def broke_claim(self, *, broken: bool) -> None:
        """Tell that somebody ended the claim on a customer, where there was one."""
        if broken:
            self.log.info("a claim was broken by hand")

    def writes_again(self, key: str, failures: int) -> None:
        """Tell that the database failed when an outcome was to be written."""
        self.log.warning("the outcome of intent %s is written again, failure %d", key, failures)

    def unplanned(self, error: Exception) -> None:
        """Tell that an event was recorded, and not planned for."""
        self.log.error("planned nothing for an event that was recorded: %s", type(error).__name__)
        self.hand_over(error)

    def not_forgotten(self, key: str, error: Exception) -> None:
        """Tell that a hook keeps something of an intent whose customer was erased meanwhile."""
        kind = type(error).__name__
        self.log.error("intent %s was erased, and a hook could not forget it: %s", key, kind)
        self.hand_over(error)

    def failed(self, handle: str, error: Exception) -> None:
        """Tell that a customer could not be attended to."""
        kind = type(error).__name__
        self.log.error("customer %s could not be attended to: %s", handle, kind)
        self.hand_over(error)
        if self.telemetry is not None:
            self.telemetry.attended(1, type(error))

    def ran(self, told: Callable[[], str], customers: int, *, idle: bool) -> None:
        """Tell what a run came to, in words that are looked up where somebody reads them."""
        level = logging.DEBUG if idle else logging.INFO
        if self.log.isEnabledFor(level):
            self.log.log(level, "run: %s", told())
        if self.telemetry is not None:
            self.telemetry.attended(customers)

    def hand_over(self, error: BaseException, note: str | None = None) -> None:
        """Hand an exception to the callback; one that the callback raises stops nothing."""
        if self.on_error is None:
            return
        if note is not None:
            error.add_note(note)
        try:
            self.on_error(error)
        except Exception as fault:  # noqa: BLE001 - telling of an error must not be one
            self.log.error("on_error raised %s", type(fault).__name__)  # noqa: TRY400 - its text may quote a customer


def _silent() -> Watch:
    log = logging.getLogger("cxjourney.silent")
    log.disabled = True
    return Watch(log=log)


SILENT = _silent()
"""Tells nobody anything: for rehearsals."""


class Calling:
    """One call of a hook."""

    __slots__ = ("_context", "_span", "_watch")

    def __init__(self, watch: Watch, context: HookContext) -> None:
        self._watch, self._context = watch, context
        self._span: Call | None = None

    def __enter__(self) -> Self:
        if self._watch.telemetry is not None:
            self._span = self._watch.telemetry.calling(self._context)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._span is not None:
            self._span.end(kind)

    def came(self, outcome: HookOutcome, error: BaseException | None = None) -> HookOutcome:
        """Tell what came of it, and return that.

        Args:
            outcome: what the hook said, or what is assumed.
            error: what the hook raised, or None.
        """
        context, channel = self._context, self._context.channel.name
        about = f"intent {context.key}, attempt {context.attempt}"
        if error is not None:
            self._watch.log.warning(
                "the hook for %s raised %s: %s", channel, type(error).__name__, about
            )
            self._watch.hand_over(error, f"the hook for {channel}, {about}")
        elif isinstance(outcome, Failed | Unknown) and (fault := FAULTS.get(outcome.reason)):
            self._watch.log.warning("the hook for %s %s: %s", channel, fault, about)
        if self._span is not None:
            self._span.came(outcome, error)
        return outcome


FAULTS = {
    "timed_out": "took too long and was given up",
    "too_many_hang": "was not called, for too many of its calls hang",
    "no_outcome": "returned what is no outcome",
    "not_awaited": "is asynchronous, and this dispatcher awaits nothing",
    "note_missing": "returned no note of a contact face to face",
}
"""What is wrong with a hook that says, or is said to have said, this."""
