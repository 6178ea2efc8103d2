"""Where the wishes of a survey stand on its map, and how far the map has to reach."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

import attrs

from cxjourney.wishes import Answer, Finding, WishKind

__all__ = ["Segment", "Spot", "axis_ends", "bars_of", "spot_of"]

Segment: TypeAlias = tuple[float, float, float, float]
"""A line from (x0, y0) to (x1, y1)."""

CORNER = 0.21
"""The least share of an axis on either side of its threshold."""
EDGE = 0.10
"""The share of what is shown that is kept free of points at either end of an axis."""


@attrs.frozen
class Spot:
    """Where a wish stands on the map.

    Attributes:
        name: its name, short and drawable.
        kind: its kind; None while it is undecided.
        x: the share of customers who ask for it.
        y: its effect.
        across: the ends of the share's interval.
        upwards: the ends of the effect's interval.
    """

    name: str
    kind: WishKind | None
    x: float
    y: float
    across: tuple[float, float]
    upwards: tuple[float, float]


def spot_of(finding: Finding, name: str) -> Spot | None:
    """Return where a wish stands; None where its share or its effect is not known."""
    found = finding.classification
    x, y = found.stated.estimate, found.value.estimate
    if x is None or y is None:
        return None
    return Spot(name, found.decision, x, y, _ends(found.stated, x), _ends(found.value, y))


def _ends(answer: Answer, estimate: float) -> tuple[float, float]:
    if answer.interval is None:
        return estimate, estimate
    return answer.interval.low, answer.interval.high


def bars_of(spots: Iterable[Spot]) -> Iterator[Segment]:
    """Yield the intervals of each wish as segments, first across and then upwards."""
    for spot in spots:
        yield spot.across[0], spot.y, spot.across[1], spot.y
        yield spot.x, spot.upwards[0], spot.x, spot.upwards[1]


def axis_ends(
    estimates: Sequence[float], intervals: Iterable[tuple[float, float]], threshold: float
) -> tuple[float, float]:
    """Return the ends of an axis.

    All estimates and the threshold lie on it, with room for the names of the corners. Intervals
    may lengthen it, but to no more than three times the room that the estimates take: a bar that
    runs into the frame goes on beyond it.
    """
    low, high = min([threshold, *estimates]), max([threshold, *estimates])
    room = (high - low) or abs(threshold) or 1.0
    lows, highs = zip((low, high), *intervals, strict=True)
    least, most = max(low - room, min(lows)), min(high + room, max(highs))
    edge = EDGE * ((most - least) or room)
    least = min(least - edge, (threshold - CORNER * (most + edge)) / (1 - CORNER))
    return least, max(most + edge, (threshold - CORNER * least) / (1 - CORNER))
