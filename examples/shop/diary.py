"""What the shop tells of itself: a diary while it runs, and a table at the end."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from pathlib import Path

from story import TALLINN, Happening, profile

from cxjourney import Channel, Event
from cxjourney.dispatch.journal import Journal, OutboxItem, State
from cxjourney.vocabulary import name

__all__ = ["Diary"]

FILES = {
    Channel.EMAIL: "mail/*.eml",
    Channel.POST: "post/*.txt",
    Channel.TEXT: "text/*.txt",
    Channel.FACE_TO_FACE: "tasks/*.md",
}
"""Where the hook of each channel leaves its files."""


class Diary:
    """Prints what is new.

    Args:
        journal: the journal of the shop.
    """

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.known = {one.key: _told(one) for one in self._outbox()}

    def _outbox(self) -> Iterable[OutboxItem]:
        return self.journal.outbox(frozenset(State))

    def tells(self, happenings: Iterable[Happening]) -> None:
        """Print what happened."""
        for one in happenings:
            print(f"{_moment(one.event.at)}  {_who(one.customer)}: {_happened(one.event)}")

    def tells_changes(self, now: datetime) -> None:
        """Print which intents are new, or stand otherwise than before."""
        for one in self._outbox():
            told = _told(one)
            if self.known.get(one.key) != told:
                self.known[one.key] = told
                print(f"{_moment(now)}    -> {_who(one.intent.customer)}: {told}")

    def tells_all(self, folder: Path) -> None:
        """Print every intent, and what lies in the folders."""
        print(f"\n{'customer':15} {'what':11} {'channel':13} {'state':8} when")
        sent = Counter[str]()
        for one in self._outbox():
            when = "" if one.settled_at is None else _moment(one.settled_at)
            row = f"{_who(one.intent.customer):15} {one.intent.play:11} {one.channel.value:13}"
            print(f"{row} {one.state.value:8} {when} {_why(one)}".rstrip())
            sent[one.channel.value] += one.state is State.SENT
        for erased in self.journal.tombstones():
            for what, count in erased.intents.items():
                through, _, state = what.split()
                sent[through] += count * (state == State.SENT.value)
        print()
        for channel, files in FILES.items():
            there = len(list(folder.glob(files)))
            print(f"{channel.value}: {sent[channel.value]} sent, {there} in {folder / files}")


def _moment(at: datetime) -> str:
    return f"{at.astimezone(TALLINN):%a %d %b %H:%M}"


def _who(customer: str) -> str:
    return profile(customer).values["name"]


def _happened(event: Event) -> str:
    words = [name(one) if isinstance(one, Enum) else str(one) for one in event.payload.values()]
    return f"{name(event.kind)} ({', '.join(words)})" if words else name(event.kind)


def _told(one: OutboxItem) -> str:
    told = f"{one.intent.play}, {name(one.channel)}: {one.state.value}"
    if (
        one.state is State.PLANNED
        and one.next_at is not None
        and one.channel is not Channel.FACE_TO_FACE
    ):
        told += f" for {_moment(one.next_at)}"
    return f"{told} {_why(one)}".rstrip()


def _why(one: OutboxItem) -> str:
    ruled = [said for _, said in one.said if said.rule == one.reason]
    return f"({one.reason}: {ruled[0].reason})" if ruled else one.reason and f"({one.reason})"
