"""What the benchmark asks of every contender, and the record that the peers keep."""

from abc import ABC, abstractmethod
from typing import ClassVar, Generic, NamedTuple, TypeVar

from cxjourney import Event

One = TypeVar("One")
PHASES = ["assess", "admit", "affirm", "activate", "acclimate", "accomplish", "adopt", "advocate"]

ARMS: tuple[tuple[str, str, str | None, tuple[str, ...], str | None], ...] = (
    ("contacted", "new", "assess", (), None),
    ("need_admitted", "assess", "admit", (), None),
    ("purchased", "admit", "affirm", (), "bought"),
    ("delivered", "affirm", "activate", ("bought",), None),
    ("used_again", "activate", "acclimate", (), None),
    ("result_achieved", "acclimate", "accomplish", ("bought", "nothing_open"), "achieved"),
    ("feedback_captured", "accomplish", None, (), "closed"),
    ("loyalty_shown", "accomplish", "adopt", ("achieved", "nothing_open", "closed"), None),
    ("loyalty_confirmed", "adopt", None, (), "confirmed"),
    ("referred", "adopt", "advocate", ("confirmed",), None),
)
"""The walk as the peers know it: event, source, target, guards, and the flag that is set.

Without a target the state stays.
"""


class Seen(NamedTuple):
    """The state and the flags at one moment: what the situation is to a journey."""

    state: str
    bought: bool = False
    open: bool = False
    achieved: bool = False
    closed: bool = False
    confirmed: bool = False


class Record(NamedTuple):
    """What a peer writes down of one event: a named tuple is the quickest frozen record."""

    event: Event
    before: Seen
    after: Seen
    guards: tuple[tuple[str, bool], ...]


class Contender(ABC, Generic[One]):
    """One way of driving many instances along the walk of eight phases."""

    name: ClassVar[str]

    @abstractmethod
    def make(self, customers: list[str]) -> list[One]:
        """Return a new instance for each customer; this is timed as creating."""

    @abstractmethod
    def run(self, many: list[One], walk: list[Event]) -> None:
        """Drive every instance along the walk; this is timed as the step."""

    @abstractmethod
    def check(self, one: One) -> None:
        """Fail unless the instance came to the end with everything recorded."""

    def clear(self) -> None:
        """Let go of every instance made so far."""


class Peer(Contender[One]):
    """A contender of another library: an instance can also be looked at without its records."""

    @abstractmethod
    def forget(self, one: One) -> None:
        """Drop an instance's records, and all that it holds for their sake."""

    @abstractmethod
    def store(self, one: One) -> bytes:
        """Return an instance without records in its own stored form."""


def expect(what: str, found: object, wanted: object) -> None:
    """Fail where a contender did not do the whole job."""
    if found != wanted:
        message = f"{what}: {found!r} instead of {wanted!r}"
        raise AssertionError(message)


def expect_records(what: str, records: list[Record], last: str) -> None:
    """Fail unless there are ten records, with seven answers of guards, that lead to the end."""
    answers = sum(len(record.guards) for record in records)
    end = Seen(last, bought=True, achieved=True, closed=True, confirmed=True)
    expect(what, (len(records), answers, records[-1].after), (len(ARMS), 7, end))
