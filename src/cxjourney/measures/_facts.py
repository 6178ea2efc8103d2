"""What the measures are taken from: journeys, moves, obligations and deeds, as rows of one form."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, Protocol, cast

import attrs

from cxjourney.errors import InvalidError
from cxjourney.journey import Journey, Step
from cxjourney.journey._fold import BY_CLOCK
from cxjourney.replay import Walk
from cxjourney.vocabulary import Event, Place
from cxjourney.vocabulary._checks import describe

Key = tuple[str, str]
"""The customer and the engagement of a journey."""


class JourneyFact(NamedTuple):
    """Where a journey stands; places by their names in small letters."""

    key: Key
    standing: str
    phase: str | None
    high_water: str | None
    implied: frozenset[str]
    exit: str | None
    last_event: datetime | None
    referrals: int


class MoveFact(NamedTuple):
    """A move from one place to another, in the order of its journey."""

    key: Key
    at: datetime
    event: str
    before: str
    after: str
    exit: str | None


class DutyFact(NamedTuple):
    """An obligation: ``owed`` still, met ``on_time`` or ``late``, or ``dropped`` unmet."""

    key: Key
    rule: str
    due: datetime
    state: str
    opened_at: datetime


class DeedFact(NamedTuple):
    """Something that happened, with what its payload said."""

    key: Key
    at: datetime
    event: str
    payload: Mapping[str, Any]


@attrs.frozen
class Facts:
    """All that the measures are taken from.

    Attributes:
        journeys: where each stands.
        moves: the moves, those of one journey in their order.
        duties: the obligations.
        deeds: what happened; None where it is not known, as in columns without them.
    """

    journeys: Sequence[JourneyFact]
    moves: Sequence[MoveFact]
    duties: Sequence[DutyFact]
    deeds: Sequence[DeedFact] | None


def facts_of(journeys: Iterable[Journey | Walk]) -> Facts:
    """Return the facts of journeys with their history, or of the walks of a replay.

    Raises:
        InvalidError: when something else is given, or a journey that keeps no history.
    """
    stands: list[JourneyFact] = []
    moves: list[MoveFact] = []
    duties: list[DutyFact] = []
    deeds: list[DeedFact] = []
    for one in journeys:
        customer, journey, steps = _parts(one)
        key = customer, journey.engagement
        own = [_deed(key, step.event) for step in steps if step.seq != BY_CLOCK]
        deeds += own
        moves += _moves(key, steps)
        duties += _duties(key, steps, journey)
        stands.append(_stand(key, journey, max((one.at for one in own), default=None)))
    return Facts(stands, moves, duties, deeds)


def _parts(one: object) -> tuple[str, Journey, Sequence[Step]]:
    if isinstance(one, Walk):
        return one.customer, one.journey, one.steps
    if not isinstance(one, Journey):
        raise InvalidError("journeys", describe(one), "journeys, or walks of walk_journeys")
    if not one.keeps_history:
        raise InvalidError("journeys", "a journey without history", "journeys with history")
    return one.customer, one, one.history


LARGEST = 15
"""The power of ten beyond which an amount is no sum of money, and counts as unknown."""


def _deed(key: Key, event: Event) -> DeedFact:
    return DeedFact(key, event.at, event.kind.name, _without_nonsense(event.payload))


def _without_nonsense(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what was told, without an amount that nobody can have paid."""
    amount = payload.get("amount")
    if amount is None or (amount.is_finite() and amount.adjusted() <= LARGEST):
        return payload
    return {name: value for name, value in payload.items() if name != "amount"}


def _moves(key: Key, steps: Iterable[Step]) -> Iterator[MoveFact]:
    for step in steps:
        before, after, exits = step.before.place, step.after.place, step.decision.exit
        if before is not after:
            at, kind = step.event.at, step.event.kind.name
            reason = None if exits is None else exits.value
            yield MoveFact(key, at, kind, _place(before), _place(after), reason)


def _duties(key: Key, steps: Iterable[Step], journey: Journey) -> Iterator[DutyFact]:
    for step in steps:
        for one in step.met:
            state = "late" if one.overdue(step.event.at) else "on_time"
            yield DutyFact(key, one.rule, one.due, state, one.opened_at)
        for one in step.dropped:
            yield DutyFact(key, one.rule, one.due, "dropped", one.opened_at)
    for one in journey.owed:
        yield DutyFact(key, one.rule, one.due, "owed", one.opened_at)


def _stand(key: Key, journey: Journey, last: datetime | None) -> JourneyFact:
    phase, high, exits = journey.phase, journey.high_water, journey.exit
    return JourneyFact(
        key,
        journey.standing.value,
        None if phase is None else _place(phase),
        None if high is None else _place(high),
        frozenset(map(_place, journey.implied)),
        None if exits is None else exits.value,
        last,
        journey.referrals,
    )


def _place(place: Place) -> str:
    return place.name.lower()


class ColumnTable(Protocol):
    """A table: a dictionary of lists, or a frame of pandas, polars or pyarrow."""

    def __getitem__(self, name: str, /) -> Any:  # noqa: ANN401 - a column of any kind
        """Return a column."""


PAYLOAD = ("amount", "currency", "nps", "smiley", "step", "reason", "whom")


def facts_of_columns(
    journeys: ColumnTable,
    moves: ColumnTable,
    duties: ColumnTable,
    deeds: ColumnTable | Mapping[Key, Sequence[Event]] | None,
) -> Facts:
    """Return the facts of tables, such as ``bulk.replay`` gives.

    Raises:
        InvalidError: when a table has not a column that is needed; names it.
    """
    read = _Table("journeys", journeys)
    phases = [_words(cell) for cell in read("implied")]
    stands = zip(
        read.keys(),
        read("standing"),
        read("phase"),
        read("high_water"),
        phases,
        read("exit"),
        read("last_event"),
        read("referrals"),
        strict=True,
    )
    there = [JourneyFact(*one) for one in stands]
    read = _Table("moves", moves)
    moved = zip(
        read.keys(),
        read("at"),
        read("event"),
        read("before"),
        read("after"),
        read("exit"),
        strict=True,
    )
    went = [MoveFact(*one) for one in moved if one[3] != one[4]]
    read = _Table("duties", duties)
    owed = zip(
        read.keys(), read("rule"), read("due"), read("state"), read("opened_at"), strict=True
    )
    owing = [DutyFact(*one) for one in owed]
    return Facts(there, went, owing, None if deeds is None else list(_deeds(deeds)))


def _deeds(deeds: ColumnTable | Mapping[Key, Sequence[Event]]) -> Iterator[DeedFact]:
    if isinstance(deeds, Mapping) and "event" not in deeds:
        for key, events in deeds.items():
            yield from (_deed(key, event) for event in events)
        return
    read = _Table("deeds", cast("ColumnTable", deeds))
    told = {name: read(name, needed=False) for name in PAYLOAD}
    told = {name: values for name, values in told.items() if values}
    for place, (key, at, event) in enumerate(
        zip(read.keys(), read("at"), read("event"), strict=True)
    ):
        payload = {name: values[place] for name, values in told.items()}
        payload = {name: value for name, value in payload.items() if value is not None}
        if "amount" in payload:
            payload["amount"] = Decimal(str(payload["amount"]))
        yield DeedFact(key, at, event, _without_nonsense(payload))


def _words(cell: Any) -> frozenset[str]:  # noqa: ANN401 - a list of names, or a text of them
    if cell is None:
        return frozenset()
    return frozenset(cell.replace(",", " ").split() if isinstance(cell, str) else cell)


class _Table:
    """One of the tables, column by column."""

    def __init__(self, name: str, table: ColumnTable) -> None:
        self._name, self._table = name, table

    def __call__(self, column: str, *, needed: bool = True) -> list[Any]:
        table = self._table
        names: Any = getattr(table, "column_names", None) or getattr(table, "columns", table)
        if column not in names:
            if not needed:
                return []
            raise InvalidError(f"{self._name}.{column}", "no such column", "one (docs/measures.md)")
        values = table[column]
        for method in ("to_pylist", "to_list", "tolist"):
            if hasattr(values, method):
                values = getattr(values, method)()
                break
        return [None if value != value else value for value in values]  # noqa: PLR0124 - NaN, NaT

    def keys(self) -> list[Key]:
        """Return the customer and the engagement of each row."""
        customers, engagements = self("customer"), self("engagement", needed=False)
        return list(zip(customers, engagements or [""] * len(customers), strict=True))
