"""Coverage: which channels are used in which phase, as a playbook says or as a rehearsal found."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from cxjourney.chart import Exploration
from cxjourney.chart._model import PLACES
from cxjourney.journey._obligations import Ledger
from cxjourney.playbook._plays import Entered, NearlyDue, Opened, Play, RowSent
from cxjourney.playbook._soundness import Wishes
from cxjourney.vocabulary import Channel, EventKind, Lang, Phase
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._phases import Place
from cxjourney.vocabulary._terminal import Readable
from cxjourney.vocabulary._texts import Told

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Cell: TypeAlias = tuple[Place, Channel]
PLOT = "cxjourney.show._plots._coverage_plot"


@attrs.frozen(repr=False)
class Coverage(Told):
    """Which channels are used in which phase, and how often (SPEC A01).

    Attributes:
        made: whether contacts that are made are counted, and not rows of a playbook.
        cells: how many there are, by phase or standing and by channel, without those of none.
        fallbacks: of them, those for which another channel was wanted first.
    """

    made: bool
    cells: Mapping[Cell, int]
    fallbacks: Mapping[Cell, int]

    @classmethod
    def counting(cls, found: Iterable[tuple[Place, Channel, bool]], *, made: bool) -> "Coverage":
        """Count places and channels.

        Args:
            found: the place and the channel of each, and whether another was wanted first.
            made: whether they are contacts that are made.
        """
        every = list(found)
        cells = Counter((place, channel) for place, channel, _ in every)
        fallbacks = Counter((place, channel) for place, channel, instead in every if instead)
        return cls(made=made, cells=dict(cells), fallbacks=dict(fallbacks))

    @property
    def places(self) -> tuple[Place, ...]:
        """The eight phases, and of the standings those in which any channel is used."""
        used = {place for place, _ in self.cells}
        return tuple(one for one in PLACES if one in used or isinstance(one, Phase))

    @property
    def bare(self) -> tuple[Phase, ...]:
        """The phases in which no channel is used."""
        used = {place for place, _ in self.cells}
        return tuple(phase for phase in Phase if phase not in used)

    @property
    def unused(self) -> tuple[Channel, ...]:
        """The channels that are used nowhere (SPEC A01)."""
        used = {channel for _, channel in self.cells}
        return tuple(channel for channel in Channel if channel not in used)

    def to_rows(self) -> list[dict[str, str | int]]:
        """Return a plain dict for each place and each channel, with the same keys."""
        return [
            {
                "place": place.name,
                "channel": channel.name,
                "count": self.cells.get((place, channel), 0),
                "fallbacks": self.fallbacks.get((place, channel), 0),
            }
            for place in self.places
            for channel in Channel
        ]

    @property
    def of(self) -> str:
        """What is counted: ``contacts``, or ``plays``."""
        return "contacts" if self.made else "plays"

    def to_dict(self) -> dict[str, Any]:
        """Return what is counted and the rows, as plain values that JSON can hold."""
        return {"of": self.of, "rows": self.to_rows()}

    def _page(self, lang: Lang) -> Readable:
        page: Readable = load("cxjourney.show._rehearsals._coverage_tables").coverage_page(
            self, lang
        )
        return page

    def plot(self, ax: "Axes | None" = None, lang: Lang = Lang.EN, *, dark: bool = False) -> "Axes":
        """Draw a heat map: a line for each phase, a column for each channel.

        Args:
            ax: the axes to draw in; without them there is a figure of its own, which a notebook
                shows and ``ax.figure.savefig`` stores.
            lang: the language.
            dark: whether a figure of its own has a dark ground.

        Raises:
            MissingExtraError: matplotlib is not installed.
        """
        axes: Axes = load(PLOT).draw_coverage(self, ax, lang, dark=dark)
        return axes

    def __repr__(self) -> str:
        return f"<Coverage: {sum(self.cells.values())} {self.of} in {len(self.cells)} cells>"


def book_coverage(plays: Iterable[Play], wishes: Wishes, explored: Exploration) -> Coverage:
    """Count the rows by the places where they are called for, and by their channels."""
    every = tuple(plays)
    places = _Calls(every, wishes, _opening(explored))
    return Coverage.counting(
        (
            (place, channel, channel is not play.channels[0])
            for play in every
            if not play.internal
            for place in places.of(play)
            for channel in play.channels
        ),
        made=False,
    )


def _opening(explored: Exploration) -> Mapping[str, frozenset[Place]]:
    """Return where each rule of the chart begins to be owed, by what facts and timers do."""
    kinds = {kind.name: kind for kind in explored.chart.kinds}
    ledger = Ledger(explored.chart)
    found: defaultdict[str, set[Place]] = defaultdict(set)
    looked_at: set[tuple[str, Place]] = set()
    for decision in explored.followed():
        if not decision.moves:  # then it does the same in every situation of a place
            pair = decision.trigger, decision.after.place
            if pair in looked_at:
                continue
            looked_at.add(pair)
        opens, enters = ledger.begun(kinds.get(decision.trigger, EventKind.MOVED), decision)
        for rule in (*opens, *enters):
            found[rule.id].add(decision.after.place)
    return {rule: frozenset(places) for rule, places in found.items()}


class _Calls:
    """The places in which rows of a playbook are called for."""

    def __init__(
        self, plays: Iterable[Play], wishes: Wishes, opening: Mapping[str, frozenset[Place]]
    ) -> None:
        self._rows = {play.id: play for play in plays}
        self._wishes, self._opening = wishes, opening

    def of(self, play: Play) -> tuple[Place, ...]:
        """Return the places of one row, in order."""
        found = frozenset(self._found(play))
        return tuple(place for place in PLACES if place in found)

    def _found(self, play: Play) -> Iterator[Place]:
        on = play.on
        match on:
            case Entered(place):
                yield place
            case Opened(rule) | NearlyDue(rule):
                yield from self._opening.get(rule, ())
            case RowSent(row, owed):
                if owed is None:
                    yield from self._found(self._rows[row])
                else:
                    yield from self._opening.get(owed, ())
            case _:
                yield from (
                    wish.phase
                    for wish, found in self._wishes
                    if found is on.kind and wish.phase is not None
                )
