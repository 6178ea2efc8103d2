"""The journeys behind each figure: the first of them, by the order of the log."""

import hmac
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

import attrs

from cxjourney.errors import InvalidError
from cxjourney.replay._reporting._countable import (
    COMINGS,
    HOW_OWED,
    OUR_SILENCE,
    REFERRERS,
    Figure,
)
from cxjourney.replay._reporting._figure_rows import Behind, BehindRow, ListedJourney
from cxjourney.replay._reporting._tally import OVER, Seen
from cxjourney.vocabulary import ExitReason, Phase, Standing

MOST_LISTED = 100_000
SHORTEST_KEY = 16
HASH_LENGTH = 16


def check_limit(limit: int) -> None:
    """Refuse a number of journeys that nobody can list.

    Raises:
        InvalidError: it is below 0 or above 100,000.
    """
    if not 0 <= limit <= MOST_LISTED:
        expected = f"a number from 0 to {MOST_LISTED:,}"
        raise InvalidError("replay.behind", str(limit), expected)


@attrs.frozen(repr=False)
class Listing:
    """Which journeys a report lists behind each figure.

    Attributes:
        limit: how many behind each figure at most.
        key: hides the ids of customers and engagements behind a hash by this key; None tells them.
    """

    limit: int
    key: bytes | None = None

    def __attrs_post_init__(self) -> None:
        check_limit(self.limit)
        if not self.limit:
            found = "given where no journeys are listed"
            raise InvalidError("replay.id_key", found, "a number of journeys to list too")
        if self.key is not None and len(self.key) < SHORTEST_KEY:
            expected = f"at least {SHORTEST_KEY} random bytes"
            raise InvalidError("replay.id_key", f"{len(self.key)} bytes", expected)

    def told(self, one: ListedJourney) -> ListedJourney:
        """Return a journey with its ids as they may be told."""
        if self.key is None:
            return one
        return attrs.evolve(
            one, customer=self._hash(one.customer), engagement=self._hash(one.engagement)
        )

    def _hash(self, text: str) -> str:
        assert self.key is not None  # noqa: S101 - else nothing is hashed
        made = hmac.digest(self.key, text.encode("utf-8", "surrogatepass"), "sha256")
        return made.hex()[:HASH_LENGTH] if text else ""


class BehindFinder:
    """The journeys behind figures, as they are found; each goes by its order in the log."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._counts: Counter[Figure] = Counter()
        self._first: defaultdict[Figure, list[int]] = defaultdict(list)
        self._who: dict[int, ListedJourney] = {}

    def add(
        self,
        figure: Figure,
        journeys: int,
        first: Iterable[int],
        who: Callable[[int], ListedJourney],
    ) -> None:
        """Note journeys behind a figure.

        Args:
            figure: the figure.
            journeys: how many there are.
            first: the order of the first of them, as many as may be listed.
            who: returns the journey of an order.
        """
        self._counts[figure] += journeys
        found = self._first[figure]
        full = len(found) == self.limit
        new = [one for one in first if not full or one < found[-1]]
        if new:
            found[:] = sorted((*found, *new))[: self.limit]
            for order in new:
                if order not in self._who:
                    self._who[order] = who(order)

    def behind(self, seen: Seen, listing: Listing) -> Behind:
        """Return the journeys behind each figure."""
        rows = []
        listed: set[int] = set()
        for name, figures in _named(seen):
            first = sorted(chain.from_iterable(self._first[one] for one in figures))
            first = first[: listing.limit]
            if first:
                rows.append((name, sum(self._counts[one] for one in figures), first))
                listed.update(first)
        order = sorted(listed)
        place = {one: number for number, one in enumerate(order)}
        return Behind(
            listing.limit,
            listing.key is not None,
            tuple(listing.told(self._who[one]) for one in order),
            tuple(
                BehindRow(name, count, tuple(place[one] for one in first))
                for name, count, first in rows
            ),
        )


def at_most(behind: Behind | None, limit: int) -> Behind | None:
    """Return a listing as it is where fewer journeys are listed behind each figure.

    Args:
        behind: the journeys behind each figure, as many as ``limit`` or more.
        limit: how many to list; None is returned for 0.
    """
    if behind is None or not limit:
        return None
    listed = [(row, row.listed[:limit]) for row in behind.figures]
    order = sorted(set(chain.from_iterable(first for _, first in listed)))
    place = {one: number for number, one in enumerate(order)}
    return attrs.evolve(
        behind,
        limit=limit,
        journeys=tuple(behind.journeys[one] for one in order),
        figures=tuple(
            attrs.evolve(row, listed=tuple(place[one] for one in first)) for row, first in listed
        ),
    )


def _named(seen: Seen) -> Iterator[tuple[str, tuple[Figure, ...]]]:
    """Yield the name of each figure, and what it is made of."""
    for place in (Standing.NEW.name, *(phase.name for phase in Phase), Standing.ERASED.name):
        for standing in Standing:
            yield f"places.{place}.{standing.value}", (("place", place, standing),)
    for reason in ExitReason:
        yield f"exits.{reason.value}", (("exit", reason),)
    yield "exits.silence.our_silence", (OUR_SILENCE,)
    for phase in Phase:
        name = f"funnel.{phase.name}"
        yield f"{name}.reached", tuple(("reached", one) for one in Phase if one >= phase)
        yield f"{name}.implied", (("implied", phase),)
        under_way, silent, *left = (
            ("no further", phase, one) for one in (Standing.ACTIVE, Standing.LAPSED, *OVER)
        )
        if seen.leads_on(phase):
            yield f"{name}.under_way", (under_way,)
            yield f"{name}.silent", (silent,)
        else:
            yield f"{name}.not_observable", (under_way, silent)
        yield f"{name}.left", tuple(left)
    for rule in seen.rules:
        for how in HOW_OWED:
            yield f"owed.{rule}.{how}", ((how, rule),)
        yield f"owed.{rule}.not_observable", (("unseen", rule),)
    for one in (*COMINGS, REFERRERS):
        yield f"comings.{one[0]}", (one,)


def of_duty(how: str, rule: str, seen: Seen) -> Figure:
    """Return the figure behind which a journey is listed for what became of an obligation."""
    blind = rule not in seen.duties and how in {"open", "overdue", "dropped"}
    return ("unseen", rule) if blind else (how, rule)
