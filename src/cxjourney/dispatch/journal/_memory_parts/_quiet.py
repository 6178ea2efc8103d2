"""The quiet intents of a customer in memory, by row and standing; see ``quiet_in``."""

from bisect import bisect_left, insort
from datetime import datetime
from typing import Any

import attrs

from cxjourney.dispatch.journal._owing import Rest
from cxjourney.dispatch.journal._records import OutboxItem
from cxjourney.dispatch.journal._records_stored import quiet_in


@attrs.define
class Quiet:
    """The moments and numbers of quiet intents, in order, by row and standing."""

    count: int = 0
    groups: dict[tuple[str, int], list[tuple[datetime, int]]] = attrs.field(factory=dict)

    def add(self, one: OutboxItem) -> bool:
        """Take note of an intent if it is quiet; say whether it is."""
        quiet = quiet_in(one)
        if quiet is None:
            return False
        insort(self.groups.setdefault(quiet[:2], []), (quiet[2], one.number))
        self.count += 1
        return True

    def drop(self, one: OutboxItem) -> None:
        """Forget an intent."""
        quiet = quiet_in(one)
        if quiet is not None:
            take_out(self.groups[quiet[:2]], (quiet[2], one.number))
            self.count -= 1

    def rest(self) -> Rest:
        """Return what is told of them where they are many."""
        groups = sorted(self.groups.items())
        return Rest(tuple((*group, places[0][0]) for group, places in groups if places))


def take_out(places: list[Any], place: object) -> None:
    """Take a place out of places that are in order."""
    del places[bisect_left(places, place)]
