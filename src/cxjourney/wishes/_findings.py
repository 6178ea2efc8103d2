"""What a survey says of its wishes: a finding for each, and what all of them rest on."""

from collections import Counter
from collections.abc import Iterator, Mapping
from enum import Enum, unique
from typing import TYPE_CHECKING, Any

import attrs

from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._results import Worded
from cxjourney.vocabulary._terminal import Readable, Showable
from cxjourney.vocabulary._texts import Told
from cxjourney.wishes._classification import Classification, Value, plain, values_of
from cxjourney.wishes._kinds import Criteria, WishKind

if TYPE_CHECKING:
    from matplotlib.axes import Axes


WISHES_VERSION = 1
"""The version of the document's shape; it changes when a key goes or changes its meaning."""

FIGURES = (
    "n",
    "mean",
    "reliability",
    "coefficient",
    "error",
    "lmg",
    "lmg_error",
    "johnson",
    "vif",
    "robustness",
    "asked",
)


@attrs.frozen
class Finding(Worded):
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
        mean: the mean of the ratings, in their points; None where nobody rated it.
        reliability: the share of their variance that is no noise, as given; None where none was.
        asked: how many rows tell whether it is asked for: what its share is of.
        asked_worth: how many independent answers that share is worth, by weights and respondents.
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
    mean: float | None = None
    reliability: float | None = None
    asked: int = 0
    asked_worth: float = 0.0

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Tell in words what is known of the wish, why, and what to do about it.

        Args:
            lang: the language.
        """
        return self.classification.explain(lang)

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as plain values that JSON can hold, as ``Classification`` does."""
        return {key: plain(value) for key, value in _values(self).items()}

    def __repr__(self) -> str:
        return f"<Finding on {self.n} rows: {self.classification!r}>"


@unique
class Unused(Enum):
    """Why rows of a survey were not used.

    For effects: NO_WEIGHT: they count for nothing. NO_OUTCOME: the outcome is blank. NO_CONTROL: a
    control is blank. NO_RATING: no wish is rated. RATES_ALIKE: many wishes are rated, all of them
    alike, in one row out of eight or more. NO_OTHER_ROW: the respondent has no other row, to
    tell of effects within respondents. For what customers say: NO_ANSWER: they answered
    about no wish. NO_COMMENT: they left no comment. NO_MENTION: they mentioned none of the wishes.
    NO_TICK: they ticked nothing, and may not have been asked. NO_PICKS: they were not asked for
    picks. NO_POINTS: they gave no points. NO_ORDER: they rated
    fewer than two wishes, or all alike. NO_CHOICE: they were shown no wish, or chose none.
    """

    NO_WEIGHT = "no weight"
    NO_OUTCOME = "no outcome"
    NO_CONTROL = "no control"
    NO_RATING = "no rating"
    RATES_ALIKE = "rates alike"
    NO_OTHER_ROW = "no other row"
    NO_ANSWER = "no answer"
    NO_COMMENT = "no comment"
    NO_MENTION = "no mention"
    NO_TICK = "no tick"
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
            Unused.RATES_ALIKE,
            Unused.NO_OTHER_ROW,
        }


@unique
class Among(Enum):
    """Whose share asks for a wish: what a percentage is of.

    ANSWERED: those who answered about the wish. COMMENTED: who left a comment. MENTIONED: who
    mentioned at least one wish. TICKED: who answered the question, which ticking nothing does not
    show unless a column says so. PICKED: who were asked for picks. POINTS: the points of those who
    gave any. ORDERED: those who rated at least two wishes, and not all alike. CHOSEN: the choices
    among the wishes that were shown.
    """

    ANSWERED = "answered"
    COMMENTED = "commented"
    MENTIONED = "mentioned"
    TICKED = "ticked"
    PICKED = "picked"
    POINTS = "points"
    ORDERED = "ordered"
    CHOSEN = "chosen"


@attrs.frozen
class LeftOut(Showable):
    """Rows that a survey could not use.

    Attributes:
        why: the reason.
        rows: how many.
    """

    why: Unused
    rows: int


@attrs.frozen
class WishMap(Told, Mapping[str, Finding]):
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
        among: whose share asks for a wish; None where that is not known.
        far: the values far from all others, by column, which keep every value open.
        identical: how many rows are the same as an earlier one in every column that was read,
            though they do not rate nearly everything alike.
        skipped: whether blank ratings counted as skipped; else the wish was not used.
        blank: the share of the ratings that are blank.
        outcome_model: how the outcome depends on fulfilment: ``linear``, ``logit`` or ``ordered``.
        within: whether effects, shares and standard deviations are within respondents, net of all
            that differs between them.
        style_held: whether each row's mean rating of importance is held constant.
    """

    outcome: str
    findings: tuple[Finding, ...]
    criteria: Criteria
    tau: float
    rows: int
    clusters: int | None = None
    r2: float | None = None
    left_out: tuple[LeftOut, ...] = ()
    among: Among | None = None
    far: Mapping[str, tuple[float, ...]] = attrs.field(factory=dict)
    identical: int = 0
    skipped: bool = False
    blank: float = 0.0
    outcome_model: str = "linear"
    within: bool = False
    style_held: bool = False
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

    def __repr__(self) -> str:
        found = Counter(finding.classification.decision for finding in self.findings)
        kinds = ", ".join(f"{found[kind]} {kind.name}" for kind in WishKind)
        return f"<WishMap of {len(self)} wishes: {kinds}, {found[None]} undecided>"

    def _page(self, lang: Lang) -> Readable:
        page: Readable = load("cxjourney.show._wish_tables").wishes_page(self, lang)
        return page

    def to_html(self, lang: Lang = Lang.EN) -> str:
        """Return the findings as one file to send: it needs no network and runs no script.

        Args:
            lang: the language.
        """
        html: str = load("cxjourney.show._pages._wishes_page").wishes_html(self, lang)
        return html

    def to_rows(self) -> list[dict[str, str | float | None]]:
        """Return the findings as plain dicts with the same keys, one a wish, for any frame.

        Nothing is rounded or shortened. Kinds and reasons go by the names of their members, several
        of them joined by commas.
        """
        return [
            {
                key: ", ".join(value) if isinstance(value, tuple) else value
                for key, value in {**_values(finding), "outcome": self.outcome}.items()
            }
            for finding in self.findings
        ]

    def to_dict(self, explain: Lang | None = None) -> dict[str, Any]:
        """Return the findings as plain values that JSON can hold, in a fixed order.

        Each wish has the keys of ``to_rows``, with lists where several kinds or reasons may stand.
        Numbers have nine significant digits; one that is infinite, or is not known, is None.

        Args:
            explain: the language in which to explain each wish too; None to leave that out.
        """
        criteria = self.criteria
        limits = {name: plain(limit) for name, limit in attrs.asdict(criteria).items()}
        return {
            "wishes": WISHES_VERSION,
            "outcome": self.outcome,
            "criteria": {**limits, "tau": plain(self.tau), "delta": criteria.effect},
            "conventions": [name for name in ("tau", "delta") if getattr(criteria, name) is None],
            "rows": self.rows,
            "respondents": self.clusters,
            "r2": plain(self.r2),
            "blank": plain(self.blank),
            "outcome_model": self.outcome_model,
            "within_respondents": self.within,
            "style_held": self.style_held,
            "blank_means": "skipped" if self.skipped else "unused",
            "left_out": [{"why": one.why.name, "rows": one.rows} for one in self.left_out],
            "asked_among": self.among and self.among.name,
            "far_values": {name: list(values) for name, values in self.far.items()},
            "identical_rows": self.identical,
            "findings": [
                {
                    **finding.to_dict(),
                    "outcome": self.outcome,
                    **({"explanation": finding.explain(explain).split("\n")} if explain else {}),
                }
                for finding in self.findings
            ],
        }

    def plot(self, ax: "Axes | None" = None, lang: Lang = Lang.EN, *, dark: bool = False) -> "Axes":
        """Draw the map: across how many ask for a wish, upwards what its fulfilment is worth.

        Filled markers are decided, hollow ones are not; bars are intervals of 95 %, and a head
        marks one that goes on out of the frame.

        Args:
            ax: the axes to draw in, such as those of ``pyplot.subplots(layout="constrained")``,
                which leaves room for what stands round the map. Without them there is a figure of
                its own, which a notebook shows and ``ax.figure.savefig`` stores; pyplot knows
                nothing of it, so nothing is to close.
            lang: the language.
            dark: whether a figure of its own has a dark ground.

        Raises:
            MissingExtraError: matplotlib is not installed.
        """
        axes: Axes = load("cxjourney.show._pictures._wish_plot").plot(self, ax, lang, dark=dark)
        return axes


def _values(finding: Finding) -> dict[str, Value]:
    figures = {field: getattr(finding, field) for field in FIGURES}
    return {**values_of(finding.classification), **figures}
