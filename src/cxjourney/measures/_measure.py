"""A measure: its definition, its source, its interval, and a table of figures with their counts."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

from cxjourney.replay._figures import CurveStep
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import Readable
from cxjourney.vocabulary._texts import Told

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DECIMALS = 6

Figure = str | int | float | bool | None | Mapping[str, int]
"""A figure; None where there is none, which is not 0."""


@attrs.frozen
class Measure(Told):
    """A table of figures, with all that one needs to read them.

    In each table *seen* is what the log shows, *not observable* what no event of the mapping could
    show, and *under way* what has not happened yet.

    Attributes:
        name: the measure.
        definition: what its figures are.
        source: the article, or SPEC 9 for a definition of the library.
        interval: the method of the intervals; empty where there are none.
        rows: the figures, one row each, by column; the columns are the same in each.
        notes: what one must know of these figures.
        curves: for the time in each phase: the steps of its curve, by the phase.
    """

    name: str
    definition: str
    source: str
    interval: str
    rows: tuple[Mapping[str, Figure], ...] = attrs.field(repr=False)
    notes: tuple[str, ...] = ()
    curves: Mapping[str, tuple[CurveStep, ...]] = attrs.field(factory=dict, repr=False)

    def row(self, **wanted: Figure) -> Mapping[str, Figure]:
        """Return the first row with these figures, such as ``row(phase="adopt")``.

        Raises:
            LookupError: when there is none.
        """
        for row in self.rows:
            if wanted.items() <= row.items():
                return row
        raise LookupError(f"no row of {self.name} has these figures")

    def to_dict(self) -> dict[str, Any]:
        """Return the measure as plain values that JSON can hold; figures to six decimals."""
        return {
            **{field.name: getattr(self, field.name) for field in attrs.fields(Measure)},
            "rows": [{key: _plain(value) for key, value in row.items()} for row in self.rows],
            "notes": list(self.notes),
            "curves": {
                phase: [
                    {key: _plain(value) for key, value in attrs.asdict(one).items()}
                    for one in steps
                ]
                for phase, steps in self.curves.items()
            },
        }

    def _page(self, lang: Lang) -> Readable:
        page: Readable = load("cxjourney.show._measure_tables").measure_page(self, lang)
        return page

    def plot(self, ax: "Axes | None" = None, lang: Lang = Lang.EN, *, dark: bool = False) -> "Axes":
        """Draw the measure: ``funnel``, ``time_in_phase``, ``moves`` or ``obligations``.

        A funnel has those who are under way apart; the time in a phase is a curve with its band of
        95 % and the number at risk; moves are ribbons as wide as they are many.

        Args:
            ax: the axes to draw in; without them there is a figure of its own, which a notebook
                shows and ``ax.figure.savefig`` stores.
            lang: the language.
            dark: whether a figure of its own has a dark ground.

        Raises:
            InvalidError: when it is another measure.
            MissingExtraError: matplotlib is not installed.
        """
        axes: Axes = load("cxjourney.show._plots._measure_plots").draw(self, ax, lang, dark=dark)
        return axes

    def __repr__(self) -> str:
        return f"<Measure {self.name}: {len(self.rows)} rows>"


def _plain(value: Figure) -> Any:  # noqa: ANN401 - what JSON can hold
    if isinstance(value, float):
        return round(value, DECIMALS)
    return dict(value) if isinstance(value, Mapping) else value
