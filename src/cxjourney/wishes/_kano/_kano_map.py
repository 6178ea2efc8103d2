"""Kano's questionnaire about several wishes, and its segments side by side."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._checks import all_of
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import Readable
from cxjourney.vocabulary._texts import Told
from cxjourney.wishes._classification import plain
from cxjourney.wishes._kano._counts import Kano
from cxjourney.wishes._kano._pairs import (
    KanoCategory,
    dysfunctional_scores,
    functional_scores,
)
from cxjourney.wishes._kinds import Interval
from cxjourney.wishes._moments import Moments

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KANO_VERSION = 1
"""The version of the document's shape; it changes when a key goes or changes its meaning."""


def mean_interval(found: Moments) -> Interval | None:
    """Return where the mean of some numbers lies with 95 % probability; None where none vary."""
    if found.n <= 1 or not found.m2:
        return None
    error = (found.variance / found.n) ** 0.5
    student = load("cxjourney.wishes._judged").StudentEffect(found.mean, error, found.n - 1)
    interval: Interval = student.interval()
    return interval


@attrs.frozen(eq=False)
class KanoMap(Told, Mapping[str, Kano]):
    """The answers to Kano's questionnaire, by what each wish is about, in the order given.

    It prints as a table; ``plot()`` draws the picture of better and worse.

    Attributes:
        kanos: the answers about each wish.
        segments: the same of each segment of customers, by its name.
    """

    kanos: tuple[Kano, ...] = attrs.field(validator=all_of(Kano))
    segments: tuple[tuple[str, "KanoMap"], ...] = ()

    def __getitem__(self, about: str) -> Kano:
        for kano in self.kanos:
            if kano.wish.about == about:
                return kano
        raise KeyError(about)

    def __iter__(self) -> Iterator[str]:
        return (kano.wish.about for kano in self.kanos)

    def __len__(self) -> int:
        return len(self.kanos)

    def __repr__(self) -> str:
        found = [kano.grade for kano in self.kanos]
        counts = (f"{found.count(one)} {one.name}" for one in KanoCategory if one in found)
        return f"<KanoMap of {len(self)} wishes: {', '.join(counts) or 'no answers'}>"

    def differences(self) -> dict[str, float]:
        """Return how likely chance alone makes the segments differ as they do, wish by wish.

        That is the p of the chi-squared test of categories against segments, corrected for the
        number of wishes (Holm 1979): of maps whose segments do not differ, at most one in twenty
        shows any wish below 0.05. Wishes that cannot be tested are left out.

        Raises:
            MissingExtraError: numpy or scipy is not installed.
        """
        tables = {
            about: [list(one[about].categories.values()) for _, one in self.segments]
            for about in self
        }
        found: dict[str, float] = load("cxjourney.wishes._kano._segments").differences(tables)
        return found

    def _page(self, lang: Lang) -> Readable:
        page: Readable = load("cxjourney.show._kano_tables").kano_page(self, lang)
        return page

    def to_html(self, lang: Lang = Lang.EN) -> str:
        """Return the answers as one file to send: it needs no network and runs no script.

        Args:
            lang: the language.

        Raises:
            MissingExtraError: numpy or scipy is not installed.
        """
        html: str = load("cxjourney.show._pages._kano_page").kano_html(self, lang)
        return html

    def to_rows(self) -> list[dict[str, str | float | None]]:
        """Return the findings as plain dicts with the same keys, one a wish, for any frame.

        Raises:
            MissingExtraError: numpy or scipy is not installed.
        """
        return [_row(kano) for kano in self.kanos]

    def to_dict(self) -> dict[str, Any]:
        """Return the findings as plain values that JSON can hold, in a fixed order.

        Raises:
            MissingExtraError: numpy or scipy is not installed.
        """
        return {
            "kano": KANO_VERSION,
            "findings": [
                {key: plain(value) for key, value in row.items()} for row in self.to_rows()
            ],
            "segments": {name: one.to_dict()["findings"] for name, one in self.segments},
            "differences": {
                about: plain(found)
                for about, found in (self.differences() if self.segments else {}).items()
            },
        }

    def plot(self, ax: "Axes | None" = None, lang: Lang = Lang.EN, *, dark: bool = False) -> "Axes":
        """Draw better against worse: upwards whom it pleases, across whom its absence displeases.

        Bars are intervals of 95 %, and the lines at half divide the categories (Berger et al.
        1993).

        Args:
            ax: the axes to draw in; without them there is a figure of its own, as of
                ``WishMap.plot``.
            lang: the language.
            dark: whether a figure of its own has a dark ground.

        Raises:
            MissingExtraError: matplotlib is not installed.
        """
        axes: Axes = load("cxjourney.show._pictures._kano_plot").plot(self, ax, lang, dark=dark)
        return axes


def _row(kano: Kano) -> dict[str, str | float | None]:
    found = kano.categories
    better = kano.better is not None
    intervals = {
        "better": kano.better_interval if better else None,
        "worse": kano.worse_interval if better else None,
    }
    means = {
        "functional": functional_scores(kano.counts),
        "dysfunctional": dysfunctional_scores(kano.counts),
        "importance": kano.importance,
    }
    return {
        "wish": kano.wish.about,
        "n": kano.n,
        "left_open": kano.left_open,
        "grade": kano.grade and kano.grade.name,
        "category": kano.category and kano.category.name,
        **{one.name.lower(): found[one] for one in KanoCategory},
        "total_strength": kano.total_strength,
        "strength": kano.strength,
        "significant": kano.significant,
        "certainty": kano.certainty,
        "better": kano.better,
        **_ends("better", intervals["better"]),
        "worse": kano.worse,
        **_ends("worse", intervals["worse"]),
        **{
            key: value
            for name, one in means.items()
            for key, value in {
                name: one.mean if one.n else None,
                **_ends(name, mean_interval(one)),
            }.items()
        },
    }


def _ends(name: str, interval: Interval | None) -> dict[str, float | None]:
    return {
        f"{name}_low": interval.low if interval else None,
        f"{name}_high": interval.high if interval else None,
    }
