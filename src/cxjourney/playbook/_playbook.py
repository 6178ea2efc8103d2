"""The playbook: what a phase entered, an obligation, or a wish calls for (SPEC 5, 6, 8)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

import attrs

from cxjourney.chart import Chart, Exploration, standard_chart
from cxjourney.errors import FaultsError, InvalidError
from cxjourney.playbook._coverage import Coverage, book_coverage
from cxjourney.playbook._plays import (
    Entered,
    NearlyDue,
    Opened,
    Play,
    PlayFaultKind,
    RowSent,
    Wished,
)
from cxjourney.playbook._soundness import Wishes, label, play_faults
from cxjourney.vocabulary._checks import (
    a,
    a_number,
    all_of,
    an_id,
    as_tuple,
    check_several,
    check_type,
    must,
)
from cxjourney.vocabulary._phases import Place
from cxjourney.vocabulary._terminal import Showable
from cxjourney.wishes import Classification, Finding, Wish, WishKind, WishMap

DecidedWishes = WishMap | Mapping[Wish, WishKind] | Iterable[Classification]
"""Whatever tells the kinds of wishes: a survey's map, a mapping, or classifications."""


def _pairs(instance: object, field: "attrs.Attribute[Any]", value: tuple[object, ...]) -> None:
    check_several(
        f"{type(instance).__name__}.{field.name}", value, "pairs of a Wish and its WishKind"
    )
    for pair in value:
        fits = isinstance(pair, tuple) and tuple(map(type, pair)) == (Wish, WishKind)
        must(fits, instance, field.name, pair, "pairs of a Wish and its WishKind")


@attrs.frozen
class Rows:
    """The rows that hold for one segment, in order, by name, and by what they answer to.

    ``named`` finds a row by its id or one that it had before; ``entered`` has what each wish behind
    a row is about, after the rows without one.
    """

    plays: tuple[Play, ...]
    named: Mapping[str, Play]
    entered: Mapping[Place, Sequence[tuple[Play, str | None]]]
    opened: Mapping[str, Sequence[Play]]
    nearly: Mapping[str, Sequence[tuple[Play, NearlyDue]]]
    sent: Mapping[str, Sequence[tuple[Play, RowSent]]]


@attrs.frozen(repr=False)
class Playbook(Showable):
    """A table of what is done when: frozen, named by key and version, checked when defined.

    ``standard_playbook`` gives one for all eight phases; override it row by row, and by segment.

    Attributes:
        key: the playbook's name.
        version: a whole number from 1; a changed playbook takes a new one.
        plays: the rows.
        wishes: wishes of which it is known of what kind they are, each with the phase in which it
            is answered.
        chart: the chart that the rows were checked against; it is no part of what makes two
            playbooks equal.

    Raises:
        FaultsError: with every fault found, each naming the row and a remedy.
        InvalidError: when a field is not of its type.
    """

    key: str = attrs.field(validator=an_id)
    version: int = attrs.field(validator=a_number(1))
    plays: tuple[Play, ...] = attrs.field(converter=as_tuple, validator=all_of(Play))
    wishes: Wishes = attrs.field(default=(), converter=as_tuple, validator=_pairs)
    chart: Chart = attrs.field(factory=standard_chart, eq=False, validator=a(Chart))
    _resolved: dict[str | None, Rows] = attrs.field(factory=dict, init=False, eq=False)
    _former: Mapping[str, tuple[str, ...]] = attrs.field(init=False, eq=False)
    _segments: frozenset[str | None] = attrs.field(init=False, eq=False)
    _reminders: frozenset[str] = attrs.field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        former: dict[str, tuple[str, ...]] = {}
        for play in self.plays:
            former[play.id] = tuple(dict.fromkeys((*former.get(play.id, ()), *play.was)))
        object.__setattr__(self, "_former", former)
        object.__setattr__(self, "_segments", frozenset(play.segment for play in self.plays))
        nearly = [play for play in self.plays if isinstance(play.on, NearlyDue)]
        names = frozenset(name for play in nearly for name in (play.id, *former[play.id]))
        object.__setattr__(self, "_reminders", names)
        self._refuse(play_faults(self.plays, self.wishes, self.chart))

    def _refuse(self, found: Iterable[InvalidError]) -> None:
        faults = tuple(found)
        if faults:
            raise FaultsError(f"playbook {self.key!r} has {len(faults)} fault(s)", faults)

    def override(self, *plays: Play) -> "Playbook":
        """Return a playbook with rows that replace those of the same id and segment, or are new.

        Key and version stay; ``attrs.evolve`` gives others.

        Raises:
            FaultsError: when the rows do not fit.
        """
        new = {(play.id, play.segment): play for play in plays}
        known = {(play.id, play.segment) for play in self.plays}
        kept = tuple(new.get((play.id, play.segment), play) for play in self.plays)
        added = tuple(play for play in plays if (play.id, play.segment) not in known)
        return attrs.evolve(self, plays=(*kept, *added))

    def without(self, id: str, segment: str | None = None) -> "Playbook":
        """Return a playbook without one row.

        Args:
            id: the row's id.
            segment: whose row; None for the general one.

        Raises:
            FaultsError: when there is no such row.
        """
        kept = tuple(play for play in self.plays if (play.id, play.segment) != (id, segment))
        if len(kept) == len(self.plays):
            text, remedy = "there is no such row to leave out", "name one that there is"
            fault = InvalidError(label(id, segment), text, remedy, PlayFaultKind.UNKNOWN_ROW)
            self._refuse([fault])
        return attrs.evolve(self, plays=kept)

    def with_wishes(self, wishes: DecidedWishes) -> "Playbook":
        """Return a playbook that answers to more wishes (SPEC 8).

        Wishes whose kind is not decided, or that belong to no phase, are left out. What was said
        before of a wish about the same in the same phase is replaced.
        """
        found = {(one.about, one.phase): (one, kind) for one, kind in self.wishes}
        for wish, kind in _decided(wishes):
            if kind is not None and wish.phase is not None:
                found[wish.about, wish.phase] = wish, kind
        return attrs.evolve(self, wishes=tuple(found.values()))

    def rows_for(self, segment: str | None = None) -> tuple[Play, ...]:
        """Return the rows that hold for a segment: its own take the place of general ones."""
        return self.resolved(segment).plays

    def find(self, id: str, segment: str | None = None) -> Play | None:
        """Return the row that has an id, or had it before, for a segment; else None."""
        return self.resolved(segment).named.get(id)

    def formerly(self, id: str) -> tuple[str, ...]:
        """Return the ids that the rows of an id had before."""
        return self._former.get(id, ())

    def is_reminder(self, id: str) -> bool:
        """Say whether the row that has an id, or had it, answers to what is nearly due."""
        return id in self._reminders

    def coverage(self, explored: Exploration, segment: str | None = None) -> Coverage:
        """Return in which phases rows may be called for, by the channels that they name.

        A row counts in each place where what it answers to may begin, by what facts and timers do;
        a row of wishes in the phases of the wishes that are known. Tasks inside the company reach
        no customer, and are left out.

        Args:
            explored: the playbook's chart, explored.
            segment: whose rows; None for the general ones.

        Raises:
            InvalidError: when another chart was explored.
        """
        check_type("coverage.explored", explored, Exploration)
        if explored.chart != self.chart:
            expected = "an exploration of the chart that the playbook was checked against"
            raise InvalidError("coverage.explored", "one of another chart", expected)
        return book_coverage(self.rows_for(segment), self.wishes, explored)

    def resolved(self, segment: str | None) -> Rows:
        """Return the rows that hold for a segment, by what they answer to; worked out once."""
        own = segment if segment in self._segments else None
        if own not in self._resolved:
            plays = {play.id: play for play in self.plays if play.segment is None}
            plays |= {play.id: play for play in self.plays if play.segment == own}
            self._resolved[own] = _indexed(tuple(plays.values()), self._former, self.wishes)
        return self._resolved[own]

    def __repr__(self) -> str:
        what = f"{len(self.plays)} rows, {len(self.wishes)} wishes"
        return f"<Playbook version {self.version}: {what}>"


def _decided(wishes: DecidedWishes) -> Iterable[tuple[Wish, WishKind | None]]:
    if isinstance(wishes, Mapping) and not isinstance(wishes, WishMap):
        return cast("Mapping[Wish, WishKind]", wishes).items()
    rows = wishes.findings if isinstance(wishes, WishMap) else wishes
    found = (one.classification if isinstance(one, Finding) else one for one in rows)
    return [(one.wish, one.decision) for one in found]


def _indexed(
    plays: tuple[Play, ...], former: Mapping[str, tuple[str, ...]], wishes: Wishes
) -> Rows:
    named: dict[str, Play] = {}
    for play in plays:
        for name in (play.id, *former[play.id]):
            named.setdefault(name, play)
    entered: defaultdict[Place, list[tuple[Play, str | None]]] = defaultdict(list)
    opened: defaultdict[str, list[Play]] = defaultdict(list)
    nearly: defaultdict[str, list[tuple[Play, NearlyDue]]] = defaultdict(list)
    sent: defaultdict[str, list[tuple[Play, RowSent]]] = defaultdict(list)
    for play in (one for one in plays if one.channels):
        match play.on:
            case Entered(place):
                entered[place].append((play, None))
            case Opened(rule):
                opened[rule].append(play)
            case NearlyDue(rule) as on:
                nearly[rule].append((play, on))
            case RowSent(row) as on:
                sent[row].append((play, on))
    for place, play, about in _wished(plays, wishes):
        entered[place].append((play, about))
    return Rows(plays, named, dict(entered), dict(opened), dict(nearly), dict(sent))


def _wished(plays: tuple[Play, ...], wishes: Wishes) -> Iterator[tuple[Place, Play, str]]:
    """Yield the rows that answer to wishes, with the place and what the wish is about."""
    for play in plays:
        for wish, kind in wishes:
            if play.channels and play.on == Wished(kind) and wish.phase is not None:
                yield wish.phase, play, wish.about
