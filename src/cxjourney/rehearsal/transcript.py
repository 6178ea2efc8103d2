"""Writing down what becomes of intents, as the journal of a rehearsal is written."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

import attrs

from cxjourney.channels.policy.verdict import Ruling, Verdict
from cxjourney.contact import Channel
from cxjourney.journal.memory import MemoryJournal
from cxjourney.journal.records import Commit, OutboxItem, State
from cxjourney.rehearsal.lines import Line, LineKind

__all__ = ["Transcript", "WatchedJournal"]

ENDS: Mapping[State, LineKind] = {
    State.SENT: LineKind.SENT,
    State.SKIPPED: LineKind.SKIPPED,
    State.DENIED: LineKind.DENIED,
    State.FAILED: LineKind.FAILED,
    State.UNKNOWN: LineKind.UNKNOWN,
}
BY_HOOK = "deferred_by_hook"
RULED = frozenset({LineKind.DENIED, LineKind.DEFERRED, LineKind.WAITING})
"""The kinds of lines for which a rule of the policy can be the reason."""


Saying = tuple[Channel, str, Ruling]
"""What the policy said of an intent: of which channel, by which rule, and what."""


@attrs.define
class Transcript:
    """The lines of a rehearsal, as they come.

    Attributes:
        persons: the number of each journey, by customer and engagement.
        lines: the lines.
    """

    persons: Mapping[tuple[str, str], int]
    lines: list[Line] = attrs.field(factory=list)
    _known: dict[str, OutboxItem] = attrs.field(factory=dict)
    _said: dict[str, dict[Saying, Verdict]] = attrs.field(factory=dict)

    def take(self, item: OutboxItem, now: datetime) -> None:
        """Take note of how an intent stands now."""
        before = self._known.get(item.key)
        self._known[item.key] = item
        said = self._said.setdefault(item.key, {})
        for channel, verdict in item.said:
            said[channel, verdict.rule, verdict.ruling] = verdict
        kind = _kind(before, item)
        if kind is not None:
            # An intent that failed may wait for its next channel already; it failed on the last.
            channel = before.channel if before and kind is LineKind.RETRIED else item.channel
            self.lines.append(self._line(item, kind, channel, now))

    def waiting(self, journal: MemoryJournal, now: datetime) -> Iterator[Line]:
        """Yield a line for each intent that waits still."""
        waits = [state for state in State if state.waits]
        for item in journal.outbox(waits, limit=max(1, len(self._known))):
            yield self._line(item, LineKind.WAITING, item.channel, now)

    def _line(self, item: OutboxItem, kind: LineKind, channel: Channel, now: datetime) -> Line:
        """Return what is to say of an intent."""
        intent = item.intent
        verdict = _ruling_verdict(item) if kind in RULED else None
        return Line(
            at=now,
            person=self.persons[intent.customer, intent.engagement],
            customer=intent.customer,
            engagement=intent.engagement,
            kind=kind,
            play=intent.play,
            purpose=intent.purpose,
            channel=channel,
            wanted=intent.channels[0],
            content=intent.content,
            rule=verdict.rule if verdict else None,
            reason=verdict.reason if verdict else item.reason,
            until=item.next_at,
            attempt=item.attempts,
            due=intent.due,
            place=intent.place,
            said=tuple((saying[0], one) for saying, one in self._said[item.key].items()),
            internal=intent.internal,
            key=item.key,
        )


def _ruling_verdict(item: OutboxItem) -> Verdict | None:
    """Return the verdict that is the reason why an intent stands where it stands, or None."""
    spoken = (verdict for channel, verdict in item.said if channel is item.channel)
    return next((verdict for verdict in spoken if verdict.rule == item.reason), None)


def _kind(before: OutboxItem | None, item: OutboxItem) -> LineKind | None:
    """Return what an intent's new state says to a reader, or None where it says nothing new."""
    if item.state in ENDS:
        return ENDS[item.state]
    if item.state is State.STARTED or item.next_at is None:
        return None
    if before is not None and before.state is State.STARTED:
        return LineKind.DEFERRED if item.reason == BY_HOOK else LineKind.RETRIED
    put_off = item.reason != "" and item.next_at > item.intent.not_before
    return LineKind.DEFERRED if put_off else None


class WatchedJournal(MemoryJournal):
    """A journal in memory that shows a transcript all that is written of intents."""

    def __init__(self, transcript: Transcript, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._transcript, self._clock = transcript, clock

    def commit(self, commit: Commit) -> None:
        """Write a commit, and take note of it."""
        super().commit(commit)
        for item in commit.outbox:
            self._transcript.take(item, self._clock())
