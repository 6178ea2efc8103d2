"""What a survey says of its wishes: a finding for each, and what all of them rest on."""

from collections.abc import Iterator, Mapping
from enum import Enum, unique
from typing import TYPE_CHECKING

import attrs

from cxjourney.extras import load
from cxjourney.pretty import SupportsText
from cxjourney.texts import Lang
from cxjourney.wishes.classification import Classification
from cxjourney.wishes.criteria import Criteria

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Finding", "LeftOut", "Unused", "WishMap"]


@attrs.frozen
class Finding:
    """What a survey says of one wish.

    The shares of R2 describe; they decide nothing (SPEC 8).

    Attributes:
        classification: the kind, the two answers and the reasons.
        n: how many rows rated the fulfilment.
        coefficient: the effect by least squares alone, in points of the outcome for one point of
            the rating; None where it could not be told.
        error: its standard error, robust to heteroscedasticity and clusters.
        lmg: the share of R2 after Lindeman, Merenda and Gold.
        lmg_error: the standard error of that share, where it was sampled; else None.
        johnson: the share of R2 after Johnson's relative weights.
        vif: how many times the error's variance is inflated by the other drivers.
        robustness: the share of what is left unexplained that a hidden cause would have to explain,
            both in the fulfilment and in the outcome, to move the effect to the threshold
            (Cinelli and Hazlett 2020).
    """

    classification: Classification
    n: int
    coefficient: float | None = None
    error: float | None = None
    lmg: float | None = None
    lmg_error: float | None = None
    johnson: float | None = None
    vif: float | None = None
    robustness: float | None = None


@unique
class Unused(Enum):
    """Why rows of a survey were not used.

    For effects: NO_WEIGHT: they count for nothing. NO_OUTCOME: the outcome is blank. NO_CONTROL: a
    control is blank. NO_RATING: no wish is rated. For what customers say: NO_ANSWER: they answered
    about no wish. NO_COMMENT: they left no comment. NO_MENTION: they mentioned none of the wishes.
    NO_PICKS: they were not asked for picks. NO_POINTS: they gave no points. NO_ORDER: they rated
    fewer than two wishes, or all alike. NO_CHOICE: they were shown no wish, or chose none.
    """

    NO_WEIGHT = "no weight"
    NO_OUTCOME = "no outcome"
    NO_CONTROL = "no control"
    NO_RATING = "no rating"
    NO_ANSWER = "no answer"
    NO_COMMENT = "no comment"
    NO_MENTION = "no mention"
    NO_PICKS = "no picks"
    NO_POINTS = "no points"
    NO_ORDER = "no order"
    NO_CHOICE = "no choice"

    @property
    def for_effects(self) -> bool:
        """Whether the rows were not used for effects, instead of for what customers say."""
        return self in {
            Unused.NO_WEIGHT,
            Unused.NO_OUTCOME,
            Unused.NO_CONTROL,
            Unused.NO_RATING,
        }


@attrs.frozen
class LeftOut:
    """Rows that a survey could not use.

    Attributes:
        why: the reason.
        rows: how many.
    """

    why: Unused
    rows: int


@attrs.frozen
class WishMap(Mapping[str, Finding]):
    """What a survey says of its wishes, by what each wish is about, in the order given.

    It prints as a table; ``plot()`` draws it.

    Attributes:
        outcome: the outcome that value is judged by.
        findings: what is known of each wish.
        criteria: the limits it was held to.
        tau: the share above which a wish counted as asked for; the convention of the form of the
            statements where ``criteria.tau`` is None.
        rows: how many rows of the table were used for the effects.
        clusters: how many respondents they came from, where several rows may be of one.
        r2: the share of the outcome's variance that the wishes explain together, beyond who used
            what; None where it could not be told.
        left_out: the rows that were not used, and why.
    """

    outcome: str
    findings: tuple[Finding, ...]
    criteria: Criteria
    tau: float
    rows: int
    clusters: int | None = None
    r2: float | None = None
    left_out: tuple[LeftOut, ...] = ()
    _by_name: Mapping[str, Finding] = attrs.field(init=False, repr=False, eq=False)

    @_by_name.default
    def _index(self) -> Mapping[str, Finding]:
        return {found.classification.wish.about: found for found in self.findings}

    def __getitem__(self, about: str) -> Finding:
        return self._by_name[about]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self.findings)

    def __str__(self) -> str:
        text: str = load("cxjourney.wishes.show.text").table_text(self)
        return text

    def _repr_pretty_(self, printer: SupportsText, _: object) -> None:
        printer.text(str(self))

    def _repr_html_(self) -> str:
        html: str = load("cxjourney.wishes.show.html").table_html(self)
        return html

    def to_rows(self) -> list[dict[str, str | float | None]]:
        """Return the findings as plain dicts with the same keys, one a wish, for any frame.

        Nothing is rounded or shortened. Kinds and reasons go by the names of their members, several
        of them joined by commas.
        """
        rows: list[dict[str, str | float | None]] = load("cxjourney.wishes.show.rows").table_rows(
            self
        )
        return rows

    def plot(self, ax: "Axes | None" = None, lang: Lang = Lang.EN) -> "Axes":
        """Draw the map: across how many ask for a wish, upwards what its fulfilment is worth.

        Filled markers are decided, hollow ones are not; bars are intervals of 95 %.

        Args:
            ax: the axes to draw in, such as those of ``pyplot.subplots(layout="constrained")``,
                which leaves room for what stands round the map. Without them there is a figure of
                its own, which a notebook shows and ``ax.figure.savefig`` stores; pyplot knows
                nothing of it, so nothing is to close.
            lang: the language.

        Raises:
            MissingExtraError: matplotlib is not installed.
        """
        axes: Axes = load("cxjourney.wishes.show.plot").plot(self, ax, lang)
        return axes
