"""Streams of online evidence with known truth, looked at again and again until one decides."""

from collections.abc import Iterator, Sequence

import attrs
import numpy as np
from numpy.random import Generator, default_rng
from wish_scoring import mean

from cxjourney.wishes import Criteria, Evidence, Wish, WishKind, classify

PEEKING = (
    "least events",
    "streams",
    "decided",
    "right when decided",
    "claimed when decided",
    "median events",
)
LEVEL, MINIMA = 0.95, (0, 300)
TAU, DELTA = 0.5, 0.05
"""Our conventions of when a wish counts as asked for, and as adding value."""
EVENTS, EVERY = 1000, 10

# How a stream is made: who says the wish, the outcome without it, and what its fulfilment adds.
SHARE, WITHOUT = (0.1, 0.9), (0.2, 0.7)
EFFECT, SCATTER = 0.05, 0.1


@attrs.frozen
class Stop:
    """Where looking at a stream stopped.

    Attributes:
        events: after how many events.
        right: whether the decision is true.
        claimed: how likely it was called.
    """

    events: int
    right: bool
    claimed: float


@attrs.frozen
class Stream:
    """Customers with whom a random half have a wish fulfilled.

    Attributes:
        share: how many of them say it.
        without: how many of the others have the outcome.
        fulfilled: how many of those have it for whom it was fulfilled.
    """

    share: float
    without: float
    fulfilled: float

    @property
    def truth(self) -> WishKind:
        """The true kind of the wish."""
        return classify(self.share > TAU, self.fulfilled - self.without > DELTA)

    def events(self, random: Generator) -> Iterator[Evidence]:
        """Yield the evidence after each event, a statement and an outcome."""
        seen = Evidence(Wish("generated"), "bought again")
        for said, met, came in random.random((EVENTS, 3)).tolist():
            fulfilled = met < 1 / 2
            success = came < (self.fulfilled if fulfilled else self.without)
            seen = seen.heard(said < self.share).succeeded(success, fulfilled=fulfilled)
            yield seen


def draw(random: Generator) -> Stream:
    """Return a stream whose effect scatters round the threshold."""
    share, without = random.uniform(*SHARE), random.uniform(*WITHOUT)
    fulfilled = float(np.clip(without + random.normal(EFFECT, SCATTER), 0.01, 0.99))
    return Stream(share, without, fulfilled)


def follow(seed: int) -> dict[int, Stop]:
    """Return where looking at a stream stops for each minimum of events, if it does."""
    random = default_rng(seed)
    stream, stops = draw(random), dict[int, Stop]()
    for number, seen in enumerate(stream.events(random), start=1):
        if number % EVERY:
            continue
        for least in MINIMA:
            if least not in stops:
                found = seen.classify(Criteria(level=LEVEL, min_events=least))
                if found.decision is not None:
                    claimed = found.posterior[found.decision]
                    stops[least] = Stop(number, found.decision is stream.truth, claimed)
        if len(stops) == len(MINIMA):
            break
    return stops


def peeking(streams: Sequence[dict[int, Stop]]) -> list[tuple[str, ...]]:
    """Return the table of what looking again and again comes to."""
    lines = []
    for least in MINIMA:
        stops = [stream[least] for stream in streams if least in stream]
        lines.append(
            (
                f"{least:,}",
                f"{len(streams):,}",
                f"{len(stops) / len(streams):.3f}",
                f"{mean(np.array([stop.right for stop in stops])):.3f}",
                f"{mean(np.array([stop.claimed for stop in stops])):.3f}",
                f"{np.median([stop.events for stop in stops]):.0f}" if stops else "none",
            )
        )
    return [PEEKING, *lines]
