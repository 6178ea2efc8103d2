"""How important each wish is, and how well it is fulfilled."""

from enum import Enum, unique
from typing import TYPE_CHECKING, Any

import attrs

from cxjourney.errors import InvalidError
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._checks import MANY, check_number, check_type
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import Readable, Showable, brief
from cxjourney.vocabulary._texts import Told
from cxjourney.wishes._classification import plain
from cxjourney.wishes._findings import WishMap
from cxjourney.wishes._kinds import EffectScale

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PLOT = "cxjourney.show._analyses._performance_plot"
WHOLE = 100
MAP_VERSION = 1
"""The version of the document's shape; it changes when a key goes or changes its meaning."""


@unique
class Quadrant(Enum):
    """Where a wish stands against the means of all (Martilla and James 1977).

    CONCENTRATE: important, and fulfilled worse than others. KEEP_UP: important, and fulfilled well.
    LOW_PRIORITY: neither. OVERKILL: fulfilled well, though it matters less.
    """

    CONCENTRATE = "concentrate here"
    KEEP_UP = "keep up the good work"
    LOW_PRIORITY = "low priority"
    OVERKILL = "possible overkill"


@attrs.frozen
class WishPlace(Showable):
    """How important a wish is, and how well it is fulfilled.

    Attributes:
        about: what the wish is about.
        importance: the effect of its fulfilment, in the unit of the map's criteria.
        performance: the mean rating, from 0 for the least there may be to 100 for the most.
        quadrant: where that stands against the means of all.
    """

    about: str
    importance: float
    performance: float
    quadrant: Quadrant

    __repr__ = brief


@attrs.frozen
class PerformanceMap(Told):
    """The importance-performance map of a survey; it prints as a table.

    Attributes:
        outcome: the outcome that importance is judged by.
        standings: one for each wish whose effect and ratings are known.
        importance: the mean importance, at which the map is divided.
        performance: the mean performance, likewise.
        scale: the unit of importance: standard deviations of the outcome, or its own unit.
    """

    outcome: str
    standings: tuple[WishPlace, ...]
    importance: float
    performance: float
    scale: EffectScale = EffectScale.STANDARD

    def __repr__(self) -> str:
        return f"<PerformanceMap of {len(self.standings)} wishes>"

    def to_rows(self) -> list[dict[str, str | float]]:
        """Return the standings as plain dicts with the same keys, for any frame."""
        return [
            {
                "wish": one.about,
                "importance": one.importance,
                "performance": one.performance,
                "quadrant": one.quadrant.name,
            }
            for one in self.standings
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the map as plain values that JSON can hold, in a fixed order."""
        return {
            "importance_performance": MAP_VERSION,
            "outcome": self.outcome,
            "importance": plain(self.importance),
            "performance": plain(self.performance),
            "scale": self.scale.name,
            "findings": [
                {key: plain(value) for key, value in row.items()} for row in self.to_rows()
            ],
        }

    def _page(self, lang: Lang) -> Readable:
        page: Readable = load("cxjourney.show._analyses._performance_table").performance_page(
            self, lang
        )
        return page

    def plot(self, ax: "Axes | None" = None, lang: Lang = Lang.EN, *, dark: bool = False) -> "Axes":
        """Draw the map: performance across, importance upwards, divided at the means.

        Args:
            ax: the axes to draw in; without them there is a figure of its own, which a notebook
                shows and ``ax.figure.savefig`` stores.
            lang: the language.
            dark: whether a figure of its own has a dark ground.

        Raises:
            MissingExtraError: matplotlib is not installed.
        """
        axes: Axes = load(PLOT).plot(self, ax, lang, dark=dark)
        return axes


def importance_performance(found: WishMap, *, rating_range: tuple[float, float]) -> PerformanceMap:
    """Return how important each wish is, and how well it is fulfilled.

    Which quadrant a wish stands in depends on which others were asked about, for the map is
    divided at their means. It describes; the kinds decide.

    Args:
        found: what a survey says of its wishes.
        rating_range: the least and the most that a rating may be.

    Raises:
        InvalidError: it is no map, the range is none, or no wish has an effect and ratings.
    """
    check_type("found", found, WishMap)
    low, high = (check_number("rating_range", end, -MANY, MANY) for end in rating_range)
    if low >= high:
        raise InvalidError("rating_range", f"({low:g}, {high:g})", "the least before the most")
    known = [
        (about, effect, (one.mean - low) / (high - low) * WHOLE)
        for about, one in found.items()
        if (effect := one.classification.value.estimate) is not None and one.mean is not None
    ]
    if not known:
        raise InvalidError("found", "no wish with an effect and ratings", "one or more")
    importance = sum(effect for _, effect, _ in known) / len(known)
    performance = sum(share for _, _, share in known) / len(known)
    quadrants = {
        (True, False): Quadrant.CONCENTRATE,
        (True, True): Quadrant.KEEP_UP,
        (False, False): Quadrant.LOW_PRIORITY,
        (False, True): Quadrant.OVERKILL,
    }
    standings = tuple(
        WishPlace(about, effect, share, quadrants[effect >= importance, share >= performance])
        for about, effect, share in known
    )
    return PerformanceMap(found.outcome, standings, importance, performance, found.criteria.scale)
