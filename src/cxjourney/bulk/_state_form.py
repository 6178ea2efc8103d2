"""The state of all journeys as columns, and as a table of Arrow that can be kept."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import attrs
import numpy as np
import pyarrow as pa

from cxjourney.bulk._engine._duty_rows import OWED, Duties
from cxjourney.bulk._engine._folded import Journeys
from cxjourney.bulk._engine._in_step import Clocks
from cxjourney.bulk._engine._tables import FLAGS, EventWord, Whole
from cxjourney.chart import Chart
from cxjourney.errors import DecodeError
from cxjourney.vocabulary import Outcome, Phase, Situation, Standing

VERSION = 1
"""The version of the table; it changes when a column goes or changes its meaning."""
COUNTS = ("refused", "unknown", "repeated", "conflicting", "retracted")
"""What is counted of a journey beside what its events did."""
OWED_FIELDS = ("rule", "opened_at", "due", "cycle")
_STANDINGS, _OUTCOMES = tuple(Standing), tuple(Outcome)


def packed(situation: Situation) -> int:
    """Return a situation as bits: standing, phase, outcome, and each flag."""
    bits = _STANDINGS.index(situation.standing) | (situation.phase or 0) << 3
    bits |= _OUTCOMES.index(situation.outcome) << 7
    for place, name in enumerate(FLAGS):
        bits |= getattr(situation, name) << 9 + place
    return bits


def unpacked(bits: int) -> Situation:
    """Return the situation of which these are the bits.

    Raises:
        LookupError: when they are of no situation.
    """
    phase = bits >> 3 & 15
    return Situation(
        _STANDINGS[bits & 7],
        Phase(phase) if phase else None,
        outcome=_OUTCOMES[bits >> 7 & 3],
        **{name: bool(bits >> 9 + place & 1) for place, name in enumerate(FLAGS)},
    )


@attrs.define(eq=False)
class JourneyColumns:
    """The state of all journeys: where each stands after its last event.

    Attributes:
        size: how many there are; the columns may be longer.
        customers: whose they are.
        engagements: of what.
        situations: the situations, by number.
        words: what events said so far.
        journeys: where they stand.
        clocks: since when their timers count.
        counts: what is counted beside, by ``COUNTS`` and journey.
        by_machine: which of them the live machine walked.
        owed: what is owed on each: the bytes of ``OWED_FIELDS`` of each obligation.
    """

    size: int
    customers: list[Any]
    engagements: list[Any]
    situations: dict[Situation, int]
    words: tuple[EventWord, ...]
    journeys: Journeys
    clocks: Clocks
    counts: Whole
    by_machine: "np.ndarray[tuple[int], np.dtype[np.bool_]]"
    owed: list[bytes]

    @classmethod
    def empty(cls) -> "JourneyColumns":
        """Return the state of nobody."""
        return cls(
            0,
            [],
            [],
            {Situation(): 0},
            (),
            Journeys.new(np.zeros(0, np.int64)),
            Clocks.new(0),
            np.zeros((len(COUNTS), 0), np.int64),
            np.zeros(0, np.bool_),
            [],
        )

    def begin(self, names: Iterable[tuple[Any, Any]]) -> None:
        """Add journeys that begin."""
        for customer, engagement in names:
            self.customers.append(customer)
            self.engagements.append(engagement)
            self.owed.append(b"")
        self.size = len(self.customers)
        room = len(self.by_machine)
        if self.size <= room:
            return
        more = max(self.size - room, room // 2, 64)
        new = Journeys.new(np.zeros(more, np.int64))
        self.journeys = Journeys(
            *(
                np.concatenate(pair, axis=-1)
                for pair in zip(_columns(self.journeys), _columns(new), strict=True)
            )
        )
        self.clocks = Clocks(*map(np.concatenate, zip(self.clocks, Clocks.new(more), strict=True)))
        self.counts = np.concatenate((self.counts, np.zeros((len(COUNTS), more), np.int64)), axis=1)
        self.by_machine = np.concatenate((self.by_machine, np.zeros(more, np.bool_)))

    def put(
        self, place: Whole, journeys: Journeys, clocks: Clocks, situations: Sequence[Situation]
    ) -> None:
        """Let some journeys stand where they stand now.

        Args:
            place: their places.
            journeys: where they stand.
            clocks: since when their timers count.
            situations: the situations to which both point.
        """
        number = np.array(
            [self.situations.setdefault(one, len(self.situations)) for one in situations], np.int64
        )
        for mine, theirs in zip(_columns(self.journeys), _columns(journeys), strict=True):
            mine[..., place] = theirs
        self.journeys.situation[place] = number[journeys.situation]
        self.clocks.situation[place] = number[clocks.situation]
        self.clocks.since[place], self.clocks.quiet[place] = clocks.since, clocks.quiet

    def owe(self, place: Whole, duties: Duties) -> None:
        """Let just this be owed on some journeys, which duties tell by their number."""
        some = duties.how == OWED
        order = np.flatnonzero(some)[np.lexsort((duties.rule[some], duties.journey[some]))]
        values = np.stack(
            [column[order] for column in (duties.rule, duties.opened_at, duties.due, duties.cycle)],
            axis=1,
        ).astype(np.int64)
        ends = np.cumsum(np.bincount(duties.journey[order], minlength=len(place)))
        begin = 0
        for one, end in zip(place.tolist(), ends.tolist(), strict=True):
            self.owed[one] = values[begin:end].tobytes()
            begin = end

    def duties(self, place: Whole) -> Duties:
        """Return what is owed on some journeys, told by their number among these."""
        parts = [self.owed[one] for one in place.tolist()]
        values = np.frombuffer(b"".join(parts), np.int64).reshape(-1, len(OWED_FIELDS))
        many = np.array([len(part) for part in parts], np.int64) // (8 * len(OWED_FIELDS))
        rule, opened_at, due, cycle = values.T
        minus, zero = np.full(len(rule), -1), np.zeros(len(rule), np.int64)
        how = np.full(len(rule), OWED, np.uint8)
        whose: Whole = np.repeat(np.arange(len(place)), many)
        return Duties(
            whose, rule.astype(np.uint8), opened_at, due, how, zero, cycle, minus, minus, zero
        )

    def to_table(self, chart: Chart) -> pa.Table:
        """Return it as a table, with its version and what it follows."""
        size, journeys = self.size, self.journeys
        bits = np.array([packed(one) for one in self.situations], np.int32)
        columns: dict[str, pa.Array] = {
            "customer": pa.array(self.customers),
            "engagement": pa.array(self.engagements, pa.string()),
            "situation": pa.array(bits[journeys.situation[:size]]),
        }
        for name, values in _stored_columns(journeys):
            columns[name] = _compact(values[:size])
        columns["since"], columns["quiet"] = (pa.array(one[:size]) for one in self.clocks[1:])
        for name, values in zip(COUNTS, self.counts, strict=True):
            columns[name] = _compact(values[:size])
        columns["by_machine"] = pa.array(self.by_machine[:size])
        columns["owed"] = self._owed_column()
        words = [(word.kind.name, word.obligation, word.opens) for word in self.words]
        told = {"version": VERSION, "chart": [chart.key, chart.version], "words": words}
        return pa.table(columns).replace_schema_metadata({"cxjourney": json.dumps(told)})

    def _owed_column(self) -> pa.Array:
        values = np.frombuffer(b"".join(self.owed), np.int64).reshape(-1, len(OWED_FIELDS))
        many = np.array([len(part) for part in self.owed], np.int64) // (8 * len(OWED_FIELDS))
        kinds = (np.uint8, np.int64, np.int64, np.int32)
        parts = [
            pa.array(column.astype(kind)) for column, kind in zip(values.T, kinds, strict=True)
        ]
        offsets = np.concatenate(([0], np.cumsum(many))).astype(np.int32)
        return pa.ListArray.from_arrays(
            pa.array(offsets), pa.StructArray.from_arrays(parts, list(OWED_FIELDS))
        )

    @classmethod
    def from_table(cls, table: pa.Table, chart: Chart) -> "JourneyColumns":
        """Return the state that a table holds.

        Raises:
            DecodeError: when it holds none, or one of another version or chart.
        """
        told = _told(table)
        if told.get("version") != VERSION:
            raise DecodeError("state.version", "another version", f"version {VERSION}")
        if told["chart"] != [chart.key, chart.version]:
            raise DecodeError("state.chart", "another chart", "the chart that the state follows")
        stored = cls.empty()
        try:
            stored._fill(table, chart, told)  # noqa: SLF001 - its own
        except (KeyError, LookupError, TypeError, ValueError, pa.ArrowException):
            raise DecodeError("state", "columns in another form", "what to_arrow gave") from None
        return stored

    def _fill(self, table: pa.Table, chart: Chart, told: dict[str, Any]) -> None:
        names = zip(table["customer"].to_pylist(), table["engagement"].to_pylist(), strict=True)
        self.begin(names)
        kinds = {kind.name: kind for kind in chart.kinds}
        self.words = tuple(
            EventWord(kinds[name], rule, opens=tuple(opens)) for name, rule, opens in told["words"]
        )
        size = self.size
        bits, number = np.unique(_numbers(table["situation"]), return_inverse=True)
        places = [
            self.situations.setdefault(unpacked(int(one)), len(self.situations)) for one in bits
        ]
        self.journeys.situation[:size] = np.array(places, np.int64)[number] if size else 0
        self.clocks.situation[:size] = self.journeys.situation[:size]
        for name, values in _stored_columns(self.journeys):
            values[:size] = _numbers(table[name])
        self.clocks.since[:size], self.clocks.quiet[:size] = (
            _numbers(table[name]) for name in ("since", "quiet")
        )
        for name, values in zip(COUNTS, self.counts, strict=True):
            values[:size] = _numbers(table[name])
        self.by_machine[:size] = _numbers(table["by_machine"])
        owed = table["owed"].combine_chunks()
        fields = owed.flatten().flatten()
        values = np.stack([_numbers(one).astype(np.int64) for one in fields], axis=1)
        ends = np.cumsum(_numbers(owed.value_lengths()))
        begin = 0
        for place, end in enumerate(ends.tolist()):
            self.owed[place] = values[begin:end].tobytes()
            begin = end


def _compact(values: Whole) -> pa.Array:
    """Return a column in as few bytes a number as its largest one needs."""
    if values.dtype == np.bool_:
        return pa.array(values)
    ends = (int(values.min()), int(values.max())) if len(values) else (0, 0)
    kinds = (np.int8, np.int16, np.int32, np.int64)
    fits = (one for one in kinds if np.iinfo(one).min <= ends[0] and ends[1] <= np.iinfo(one).max)
    return pa.array(values.astype(next(fits)))


def _numbers(column: Any) -> Whole:  # noqa: ANN401 - of Arrow
    found: Whole = (
        column.to_numpy()
        if isinstance(column, pa.ChunkedArray)
        else column.to_numpy(zero_copy_only=False)
    )
    return found


def _told(table: object) -> dict[str, Any]:
    if isinstance(table, pa.Table):
        metadata = table.schema.metadata or {}
        try:
            told = json.loads(metadata[b"cxjourney"])
        except (KeyError, ValueError):
            told = None
        if isinstance(told, dict) and {"version", "chart", "words"} <= told.keys():
            return told
    raise DecodeError("state", "no table of a state", "what to_arrow gave")


def _columns(journeys: Journeys) -> list[Whole]:
    return [getattr(journeys, field.name) for field in attrs.fields(Journeys)]


def _stored_columns(journeys: Journeys) -> Iterable[tuple[str, Whole]]:
    """Yield the columns that are kept as they are, each with its name; one for each effect."""
    for field in attrs.fields(Journeys):
        values = getattr(journeys, field.name)
        if field.name == "effects":
            yield from zip(("moved", "stayed", "held", "noted"), values, strict=True)
        elif field.name not in {"key", "situation"}:
            yield field.name, values
