"""The stage of a rehearsal: real dispatch over a journal in memory, under a clock that jumps."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import attrs

from cxjourney.channels.content import Approval, Content, Gift, Library, Video, digest_of
from cxjourney.channels.hooks import Hook, HookContext, HookSet
from cxjourney.channels.outcome import Sent
from cxjourney.contact import Channel
from cxjourney.dispatch.sync import Dispatcher
from cxjourney.errors import RefusedError
from cxjourney.events import Event
from cxjourney.playbook.book import Playbook
from cxjourney.progress import Progress

__all__ = ["Act", "Clock", "act_out", "recording_hooks", "stand_in_library"]

REHEARSED = "rehearsed"
BELOW_THE_LIMIT = Gift(Decimal(9), personal_note=True)
A_MINUTE_LONG = Video(60)


@attrs.define
class Clock:
    """A clock that stands still until it is set.

    Attributes:
        now: what it shows.
    """

    now: datetime

    def __call__(self) -> datetime:
        """Return the time that it shows."""
        return self.now


class Act(NamedTuple):
    """One event of a rehearsal, and whose it is.

    Attributes:
        customer: the customer's id.
        engagement: the engagement's id, or empty.
        event: what happens.
    """

    customer: str
    engagement: str
    event: Event


def act_out(
    acts: Iterable[Act],
    dispatcher: Dispatcher,
    clock: Clock,
    end: datetime,
    progress: Progress | None,
) -> int:
    """Let events happen and time pass up to ``end``; return how many events were refused.

    The clock jumps to the next event, or to the next moment at which dispatch has something to
    do; later events are left out. What happens at one instant goes by the rank of its kind.
    """
    start, refused = clock.now, 0
    days = max(1, (end - start).days)
    for act in sorted(acts, key=lambda one: (one.event.at, one.event.kind.rank)):
        at = act.event.at
        if at > end:
            break
        _pass_time(dispatcher, clock, at)
        clock.now = at
        try:
            dispatcher.record(*act)
        except RefusedError:
            refused += 1
        if progress is not None:
            progress("rehearsing", (at - start).days, days)
    _pass_time(dispatcher, clock, end + datetime.resolution)
    clock.now = end
    if progress is not None:
        progress("rehearsing", days, days)
    return refused


def _pass_time(dispatcher: Dispatcher, clock: Clock, until: datetime) -> None:
    """Do all that is due before a moment, each at its own."""
    while (at := dispatcher.next_attention()) is not None and at < until:
        clock.now = max(clock.now, at)
        dispatcher.run()


def recording_hooks() -> HookSet[Hook]:
    """Return hooks that send nothing, and say at once that they did."""
    hooks: HookSet[Hook] = HookSet()
    for channel in Channel:
        hooks = hooks.on(channel, _sent, idempotent=True)
    return hooks


def _sent(context: HookContext) -> Sent:
    note = REHEARSED if context.channel is Channel.FACE_TO_FACE else ""
    return Sent(receipt=REHEARSED, note=note)


def stand_in_library(playbook: Playbook) -> Library:
    """Return a content, approved by two, for every text and channel that a playbook names."""
    named = {
        (play.content, channel)
        for play in playbook.plays
        if play.content is not None
        for channel in play.channels
    }
    ordered = sorted(named, key=lambda one: (one[0], one[1].value))
    return Library(_stand_in(content, channel) for content, channel in ordered)


def _stand_in(content: str, channel: Channel) -> Content:
    digest = digest_of(f"{REHEARSED} {channel.value} {content}")
    return Content(
        content,
        channel,
        author=REHEARSED,
        digest=digest,
        approvals=(Approval("first", digest), Approval("second", digest)),
        gift=BELOW_THE_LIMIT if channel is Channel.GIFT else None,
        video=A_MINUTE_LONG if channel is Channel.VIDEO else None,
    )
