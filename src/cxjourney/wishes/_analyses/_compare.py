"""Maps of wishes side by side: segments of customers, or the years of a survey."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum, unique
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from scipy import special

from cxjourney.errors import InvalidError
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._checks import check_type
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import Readable, Showable, brief
from cxjourney.vocabulary._texts import Told
from cxjourney.wishes._classification import plain
from cxjourney.wishes._effects._posterior import Z95
from cxjourney.wishes._findings import Finding, WishMap
from cxjourney.wishes._kinds import Interval

if TYPE_CHECKING:
    from cxjourney.wishes._arrays import Floats

LEVEL = 0.05
PAIR = 2
FEWEST = 3
CERTAIN = 1e-12
"""The least variance of an answer, where all are the same."""
COLUMNS = ("wish", "what", "change", "low", "high", "p", "differs")
"""What the rows of a comparison hold beside a figure for each map."""
COMPARISON_VERSION = 1
"""The version of the document's shape; it changes when a key goes or changes its meaning."""


@unique
class Compared(Enum):
    """What is compared of a wish.

    ASKED: the share of customers who ask for it. VALUE: the effect of its fulfilment, in points of
    the outcome for one point of the rating, so that segments may differ in how much ratings vary.
    """

    ASKED = "asked for"
    VALUE = "value"


@attrs.frozen
class FigureChange(Showable):
    """How one figure of a wish differs between maps.

    Attributes:
        about: what the wish is about.
        what: which figure it is.
        figures: the figure in each map, in their order; None where it could not be told.
        change: between two maps, the last less the first; None for more, or where one is missing.
        interval: where that lies with a confidence of 95 %, for itself alone.
        p: how likely figures that are alike in truth would differ so much somewhere among all that
            is compared: Cochran's Q (1954) of effects, Pearson's chi-squared of shares, by Holm's
            rule (1979); None where it cannot be told.
    """

    about: str
    what: Compared
    figures: tuple[float | None, ...]
    change: float | None
    interval: Interval | None
    p: float | None

    __repr__ = brief

    @property
    def differs(self) -> bool:
        """Whether the figures differ, with a chance of 5 % that any of those called so does not."""
        return self.p is not None and self.p < LEVEL


@attrs.frozen
class Comparison(Told):
    """Maps side by side; it prints as a table.

    Attributes:
        names: what each map is called.
        differences: two for each wish that all maps have, in the order of the first.

    Raises:
        InvalidError: two maps have one name, one has that of a column of the rows, or a difference
            has not one figure for each map.
    """

    names: tuple[str, ...]
    differences: tuple[FigureChange, ...]

    def __attrs_post_init__(self) -> None:
        if len(set(self.names)) < len(self.names):
            raise InvalidError("Comparison.names", "the same twice", "a name for each map")
        _check_names("Comparison.names", self.names)
        for one in self.differences:
            if len(one.figures) != len(self.names):
                found, expected = f"{len(one.figures)} figures", f"{len(self.names)}, one a map"
                raise InvalidError("Comparison.differences", found, expected)

    def __repr__(self) -> str:
        count = sum(one.differs for one in self.differences)
        return f"<Comparison of {len(self.names)} maps: {count} of {len(self.differences)} differ>"

    def _page(self, lang: Lang) -> Readable:
        page: Readable = load("cxjourney.show._analyses._comparison_tables").comparison_page(
            self, lang
        )
        return page

    def to_rows(self) -> list[dict[str, Any]]:
        """Return the differences as plain dicts with the same keys, for any frame."""
        return [
            {
                "wish": one.about,
                "what": one.what.name,
                **dict(zip(self.names, one.figures, strict=True)),
                "change": one.change,
                "low": one.interval and one.interval.low,
                "high": one.interval and one.interval.high,
                "p": one.p,
                "differs": one.differs,
            }
            for one in self.differences
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the differences as plain values that JSON can hold, in a fixed order."""
        return {
            "comparison": COMPARISON_VERSION,
            "maps": list(self.names),
            "differences": [
                {
                    "wish": one.about,
                    "what": one.what.name,
                    "figures": [plain(figure) for figure in one.figures],
                    "change": plain(one.change),
                    "low": one.interval and plain(one.interval.low),
                    "high": one.interval and plain(one.interval.high),
                    "p": plain(one.p),
                    "differs": one.differs,
                }
                for one in self.differences
            ],
        }


def _check_names(place: str, names: Iterable[str]) -> None:
    taken = set(COLUMNS) & set(names)
    if taken:
        found = f"a map called {', '.join(sorted(taken))}"
        raise InvalidError(place, found, f"other names than {', '.join(COLUMNS)}")


def compare_maps(maps: Mapping[str, WishMap]) -> Comparison:
    """Compare maps of the same wishes: of segments of customers, or of the waves of a survey.

    The maps must be of different respondents, for they count as independent of each other. All
    that is compared is one family: the chance that anything is called different that is not is at
    most 5 %, however many wishes and maps there are.

    Args:
        maps: two maps or more of one outcome, by what each is to be called.

    Raises:
        InvalidError: there are fewer than two, one is no map or is called like a column of
            ``to_rows``, or they have no wish in common, different outcomes, or effects that
            were told in different ways.
    """
    _check_names("maps", maps)
    for one in maps.values():
        check_type("maps", one, WishMap)
    if len(maps) < PAIR:
        raise InvalidError("maps", f"{len(maps)} maps", "two maps or more")
    first, *others = maps.values()
    if any(one.outcome != first.outcome for one in others):
        raise InvalidError("maps", "of different outcomes", "maps of one outcome")
    if len({(one.outcome_model, one.within) for one in maps.values()}) > 1:
        found = "with effects told in different ways"
        raise InvalidError("maps", found, "maps of one outcome model, all within or none")
    common = [about for about in first if all(about in one for one in others)]
    if not common:
        raise InvalidError("maps", "without a wish in common", "maps of the same wishes")
    compared = [_compare(about, what, list(maps.values())) for about in common for what in Compared]
    adjusted = _holm([p for _, p in compared])
    return Comparison(
        tuple(maps),
        tuple(attrs.evolve(one, p=p) for (one, _), p in zip(compared, adjusted, strict=True)),
    )


def _compare(
    about: str, what: Compared, maps: Sequence[WishMap]
) -> tuple[FigureChange, float | None]:
    told = [_figure(one[about], what, one) for one in maps]
    figures = tuple(None if one is None else one[0] for one in told)
    known, variances = np.array([one for one in told if one is not None]).reshape(-1, PAIR).T
    change = interval = p = None
    if known.size > 1:
        common = variances
        if what is Compared.ASKED:
            pairs = zip(maps, told, strict=True)
            common = _if_alike(known, [one[about].asked_worth for one, had in pairs if had])
        p = _alike(known, common)
    if len(maps) == known.size == PAIR:
        change = float(known[1] - known[0])
        reach = Z95 * float(np.sqrt(variances.sum()))
        interval = Interval(change - reach, change + reach)
    return FigureChange(about, what, figures, change, interval, None), p


def _figure(finding: Finding, what: Compared, of: WishMap) -> tuple[float, float] | None:
    """Return a figure and its variance, or None."""
    if what is Compared.VALUE:
        if finding.coefficient is None or not finding.error:
            return None
        units = of.rows if of.clusters is None else of.clusters
        freedom = max(units - len(of) - 1, FEWEST)
        return finding.coefficient, finding.error**2 * freedom / (freedom - 2)
    share, interval = finding.classification.stated.estimate, finding.classification.stated.interval
    if share is None or interval is None:
        return None
    return share, ((interval.high - interval.low) / (2 * Z95)) ** 2


def _if_alike(shares: "Floats", worth: Sequence[float]) -> "Floats":
    """Return the variances of shares that are one in truth, from all answers together.

    A share that is small by chance would seem the surer for it by its own.
    """
    answers = np.array(worth)
    common = float(answers @ shares) / float(answers.sum())
    return max(common * (1 - common), CERTAIN) / answers


def _alike(figures: "Floats", variances: "Floats") -> float:
    """Return how likely figures that are one in truth are to scatter so much."""
    weights = 1 / variances
    mean = float(weights @ figures) / float(weights.sum())
    q = float(weights @ (figures - mean) ** 2)
    return float(special.gammaincc((len(figures) - 1) / 2, q / 2))


def _holm(found: Sequence[float | None]) -> Iterator[float | None]:
    """Yield the chances by Holm's rule, for all that could be told."""
    known = np.array([p for p in found if p is not None])
    order = np.argsort(known, kind="stable")
    raised = np.maximum.accumulate(known[order] * (known.size - np.arange(known.size)))
    adjusted = np.empty_like(known)
    adjusted[order] = raised.clip(max=1)
    told = iter(adjusted.tolist())
    return (None if p is None else next(told) for p in found)
