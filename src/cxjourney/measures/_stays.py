"""The stays of journeys in their places: how each ended, or that nobody saw its end."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from cxjourney.measures._facts import Facts, Key, MoveFact

BY_CLOCK = frozenset(("lapsed", "advocacy_quiet"))
"""The timers: a window that somebody chose ended the stay, so its end was not seen."""
SILENT, UNDER_WAY = "silent", "under way"


class Stay(NamedTuple):
    """One stay of a journey in a place.

    ``end`` is where it went, with the reason where it left; ``silent`` where the clock ended it and
    ``under way`` where it goes on: then it lasted at least so long.
    """

    key: Key
    place: str
    begin: datetime
    until: datetime
    end: str

    @property
    def length(self) -> timedelta:
        """How long it lasted, or has lasted so far."""
        return self.until - self.begin

    @property
    def seen(self) -> bool:
        """Whether its end was seen."""
        return self.end not in {SILENT, UNDER_WAY}


def by_journey(facts: Facts) -> Mapping[Key, Sequence[MoveFact]]:
    """Return the moves of each journey, in their order."""
    found: dict[Key, list[MoveFact]] = {}
    for move in facts.moves:
        found.setdefault(move.key, []).append(move)
    return found


def stays_of(facts: Facts, as_of: datetime) -> Iterator[Stay]:
    """Yield every stay, from the first move of each journey up to ``as_of``."""
    for key, moves in by_journey(facts).items():
        for move, following in zip(moves, [*moves[1:], None], strict=True):
            if following is None:
                yield Stay(key, move.after, move.at, as_of, UNDER_WAY)
            else:
                end = SILENT if following.event in BY_CLOCK else _end(following)
                yield Stay(key, move.after, move.at, following.at, end)


def _end(move: MoveFact) -> str:
    return move.after if move.exit is None else f"{move.after} ({move.exit})"
