"""A measure: its definition, its source, its interval, and a table of figures with their counts."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

import attrs

from cxjourney.errors import InvalidError
from cxjourney.replay._figures import CurveStep
from cxjourney.vocabulary import Lang, Phase, name
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import Readable
from cxjourney.vocabulary._texts import Told, about_measure, figure, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DECIMALS = 6

Figure = str | int | float | bool | None | Mapping[str, int]
"""A figure; None where there is none, which is not 0."""

Named = str | int | float | datetime | Phase | ZoneInfo
"""What the sentences about a measure name."""


class MeasureWords(NamedTuple):
    """What one needs to know to read a measure, in one language.

    Attributes:
        definition: what its figures are.
        unit: what they are counted in.
        interval: the method of the intervals; empty where there are none.
        notes: what one must know of these figures.
    """

    definition: str
    unit: str
    interval: str
    notes: tuple[str, ...]


@attrs.frozen
class Measure(Told):
    """A table of figures, with all that one needs to read them.

    In each table *seen* is what the log shows, *not observable* what no event of the mapping could
    show, and *under way* what has not happened yet.

    Attributes:
        name: the measure.
        source: the article, or SPEC 9 for a definition of the library.
        rows: the figures, one row each, by column; the columns are the same in each.
        method: the key of the method of its intervals in the catalogue; empty where there are none.
        remarks: the keys of its notes in the catalogue.
        named: what its definition and its notes name, such as the days that were asked for.
        curves: for the time in each phase: the steps of its curve, by the phase.
    """

    name: str
    source: str
    rows: tuple[Mapping[str, Figure], ...] = attrs.field(repr=False)
    method: str = ""
    remarks: tuple[str, ...] = ()
    named: Mapping[str, Named] = attrs.field(factory=dict)
    curves: Mapping[str, tuple[CurveStep, ...]] = attrs.field(factory=dict, repr=False)

    @property
    def definition(self) -> str:
        """What its figures are, in English; ``words`` has it in other languages."""
        return self.words().definition

    @property
    def unit(self) -> str:
        """What its figures are counted in, in English."""
        return self.words().unit

    @property
    def interval(self) -> str:
        """The method of the intervals, in English; empty where there are none."""
        return self.words().interval

    @property
    def notes(self) -> tuple[str, ...]:
        """What one must know of these figures, in English."""
        return self.words().notes

    def words(self, lang: Lang = Lang.EN) -> MeasureWords:
        """Return definition, unit, method of the intervals and notes.

        Args:
            lang: the language.
        """
        named = {key: _as_said(value, lang) for key, value in self.named.items()}
        return MeasureWords(
            about_measure("Measure", self.name, lang, **named),
            about_measure("MeasureUnit", self.name, lang),
            about_measure("Interval", self.method, lang, **named) if self.method else "",
            tuple(about_measure("MeasureNote", one, lang, **named) for one in self.remarks),
        )

    def row(self, **wanted: Figure) -> Mapping[str, Figure]:
        """Return the first row with these figures, such as ``row(phase="adopt")``.

        Raises:
            InvalidError: when there is none.
        """
        for row in self.rows:
            if wanted.items() <= row.items():
                return row
        said = f"figures of one of the {len(self.rows)} rows of {self.name}"
        raise InvalidError("Measure.row", "figures that no row has", said)

    def to_rows(self) -> list[dict[str, Figure]]:
        """Return the rows, for a frame."""
        return [dict(row) for row in self.rows]

    def to_dict(self) -> dict[str, Any]:
        """Return the measure as plain values that JSON can hold; figures to six decimals."""
        return {
            "name": self.name,
            "definition": self.definition,
            "source": self.source,
            "interval": self.interval,
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


def _as_said(value: Named, lang: Lang) -> str:
    """Return what a sentence names, as the language has it."""
    if isinstance(value, Phase):
        return name(value, lang)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, ZoneInfo):
        return value.key
    return figure(value, lang) if isinstance(value, str) else number(value, lang, "g")


def _plain(value: Figure) -> Any:  # noqa: ANN401 - what JSON can hold
    if isinstance(value, float):
        return round(value, DECIMALS)
    return dict(value) if isinstance(value, Mapping) else value
