"""Frames of every kind come in, and go out as they came; what is at fault is counted or told."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cxjourney import bulk
from cxjourney.bulk._engine._journey_order import in_pieces  # the engine
from cxjourney.chart import standard_chart
from cxjourney.errors import InvalidError, NaiveTimeError
from cxjourney.replay import LogMapping, make_mapping

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EVENTS = {"visit": "contacted", "order": "purchased", "parcel": "delivered", "ticket": "complained"}


def mapping(log: dict[str, Any] | None = None, **given: Any) -> LogMapping:
    """Return what the columns mean."""
    columns = {"customer": "who", "time": "at", "activity": "what", **given.pop("columns", {})}
    columns = {name: column for name, column in columns.items() if column is not None}
    return make_mapping({"columns": columns, "events": EVENTS, "log": log or {}} | given)


def table(**columns: Any) -> pa.Table:
    """Return four events of two customers."""
    at = [NOON + timedelta(days=day) for day in (0, 1, 2, 2)]
    given = {"who": ["a", "b", "a", "a"], "at": at, "what": ["order", "visit", "parcel", "order"]}
    return pa.table({**given, **columns})


def phases(found: Any) -> dict[Any, Any]:
    """Return the phase of each customer."""
    rows = found.to_pylist() if isinstance(found, pa.Table) else found
    return {row["customer"]: row["phase"] for row in rows}


class Stream:
    """Rows that only come as an Arrow stream."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return the stream."""
        return self._table.__arrow_c_stream__(requested_schema)


KINDS: dict[str, tuple[Callable[[pa.Table], Any], type, Callable[[Any], Any]]] = {
    "pandas": (lambda one: one.to_pandas(), pd.DataFrame, lambda one: one.to_dict("records")),
    "polars": (pl.DataFrame, pl.DataFrame, lambda one: one.to_dicts()),
    "lazy": (
        lambda one: pl.DataFrame(one).lazy(),
        pl.LazyFrame,
        lambda one: one.collect().to_dicts(),
    ),
    "pyarrow": (lambda one: one, pa.Table, lambda one: one),
    "stream": (Stream, pa.Table, lambda one: one),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_frame_comes_back_as_it_was_given(kind: str) -> None:
    """With the same answers."""
    make, of, read = KINDS[kind]
    told: list[tuple[str, int, int]] = []
    found = bulk.replay(
        make(table()),
        mapping=mapping(),
        moves=True,
        duties=True,
        progress=lambda *one: told.append(one),
    )
    for one in (found.journeys, found.moves, found.duties):
        assert isinstance(one, of)
    assert phases(read(found.journeys)) == {"a": "activate", "b": "assess"}
    assert told[-1] == ("replaying", 4, 4)
    assert "4 rows" in repr(found)


def test_a_relation_comes_back_on_its_connection() -> None:
    """Read in pieces, and whatever its columns are called."""
    connection = duckdb.connect()
    connection.register("given", table().rename_columns(['wh"o', "at", "what"]))
    relation = connection.sql("SELECT * FROM given")
    found = bulk.replay(relation, mapping=mapping(columns={"customer": 'wh"o'}), moves=True)
    assert phases(found.journeys.to_arrow_table()) == {"a": "activate", "b": "assess"}
    assert found.moves.aggregate("count(*)").fetchall() == [(3,)]


def test_files_of_parquet_are_one_log(tmp_path: Path) -> None:
    """A file, or a folder of them in the order of their names."""
    pq.write_table(table()[:2], tmp_path / "1.parquet")
    pq.write_table(table()[2:], tmp_path / "2.parquet")
    found = bulk.replay(tmp_path, mapping=mapping())
    assert phases(found.journeys) == {"a": "activate", "b": "assess"}
    assert (
        phases(bulk.replay(str(tmp_path / "1.parquet"), mapping=mapping()).journeys)["a"]
        == "affirm"
    )


def test_what_is_no_frame_is_refused(tmp_path: Path) -> None:
    """With what would be right."""
    (tmp_path / "no.parquet").write_text("nothing")
    cases: list[tuple[Any, str]] = [
        ([1, 2], "a frame of pandas, polars, pyarrow or DuckDB"),
        (tmp_path / "none.parquet", "no such file"),
        (tmp_path, "not Parquet"),
        (table().drop_columns("what"), "no such column among 2"),
        (Stream(table().drop_columns("what")), "no such column among 2"),
        (table()[:0], "no row with a customer and a time"),
    ]
    for frame, said in cases:
        with pytest.raises(InvalidError, match=said):
            bulk.replay(frame, mapping=mapping())
    with pytest.raises(NaiveTimeError):
        bulk.replay(table(), mapping=mapping(), as_of=datetime(2026, 1, 1))  # noqa: DTZ001 - naive
    with pytest.raises(InvalidError, match=r"replay.chart: NoneType|replay.chart"):
        bulk.replay(table(), mapping=mapping(), chart="standard")  # type: ignore[arg-type]


@pytest.mark.parametrize("blank", [None, "b"])
@pytest.mark.parametrize("index", [pa.uint8(), pa.uint32(), pa.int8(), pa.int64()])
def test_categories_are_texts(index: pa.DataType, blank: str | None) -> None:
    """Whatever the numbers by which a frame keeps its categories, with blanks or without."""
    texts = {"who": ["a", blank, "a", "a"], "what": ["order", blank and "visit", "parcel", "order"]}
    kinds = pa.dictionary(index, pa.string())
    given = table(**{name: pa.array(some).cast(kinds) for name, some in texts.items()})
    found = bulk.replay(given, mapping=mapping(), moves=True)
    plain = bulk.replay(table(**texts), mapping=mapping(), moves=True)
    assert (found.rows, found.journeys, found.moves) == (plain.rows, plain.journeys, plain.moves)


@pytest.mark.parametrize("make", [pa.Table.to_pandas, lambda one: one])
def test_a_column_that_stands_twice_is_refused(make: Callable[[pa.Table], Any]) -> None:
    """Nobody knows which of the two is meant."""
    twice = make(table().append_column("who", pa.array(["x"] * 4)))
    with pytest.raises(InvalidError, match=r"replay\.frame"):
        bulk.replay(twice, mapping=mapping())


def test_what_is_left_out_is_counted() -> None:
    """Null keys, null times, unknown activities, later rows, with the first few rows of each."""
    at = [NOON, None, NOON, NOON, NOON + timedelta(days=9), NOON]
    frame = pa.table(
        {
            "who": ["a", "a", None, " ", "a", "a"],
            "at": at,
            "what": ["order", "order", "order", "order", "parcel", "song"],
        }
    )
    found = bulk.replay(frame, mapping=mapping(), as_of=NOON + timedelta(days=1))
    counts = {name: count for name, count in found.rows.fates.items() if count}
    assert counts == {"mapped": 1, "unmapped": 1, "later": 1, "no customer": 2, "no time": 1}
    assert found.rows.examples == {
        "unmapped": (5,),
        "later": (4,),
        "no customer": (2, 3),
        "no time": (1,),
    }
    assert found.journeys["unknown"].to_pylist() == [1]


@pytest.mark.parametrize(
    ("who", "first"),
    [
        (pa.array([7, 8, 7, 7]), 7),
        (pa.array([7, 1 << 62, 7, 7]), 7),
        (pa.array([7, 8, 7, 7], pa.uint64()), "7"),
        (pa.array([7.0, 8.0, 7.0, 7.0]), "7"),
        (pa.array([True, False, True, True]), "true"),
        (pa.array(["a", "b", "a", "a"]).dictionary_encode(), "a"),
        (pa.array(["a", "b", "a", "a"], pa.string_view()), "a"),
    ],
)
def test_ids_may_be_texts_or_whole_numbers(who: pa.Array, first: object) -> None:
    """Of any width, and with gaps as pandas has them."""
    found = bulk.replay(table(who=who), mapping=mapping())
    assert phases(found.journeys)[first] == "activate"
    assert len(found.journeys) == 2


def test_other_ids_are_refused() -> None:
    """Decimals, and dates."""
    for who, said in (
        (pa.array([1.5] * 4), "decimals"),
        (pa.array([date(2026, 1, 1)] * 4), "date32"),
    ):
        with pytest.raises(InvalidError, match=said):
            bulk.replay(table(who=who), mapping=mapping())


def test_engagements_are_journeys_of_their_own() -> None:
    """Numbers for customers, and blanks for no engagement."""
    frame = table(who=[1, 1, 1, 1], deal=["x", "", "x", None])
    found = bulk.replay(frame, mapping=mapping(columns={"engagement": "deal"}))
    told = {row["engagement"]: row["phase"] for row in found.journeys.to_pylist()}
    assert told == {"x": "activate", "": "affirm"}


TEXTS = [
    "2026-03-02T12:00:00+02:00",
    "2026-03-03T12:00:00+02:00",
    None,
    "2026-03-04T12:00:00+02:00",
]


@pytest.mark.parametrize(
    ("at", "log"),
    [
        (pa.array(TEXTS), {}),
        (pa.array(TEXTS).dictionary_encode(), {}),
        (pa.array([one and one.replace("-03T12:00:00", "-03 12:00") for one in TEXTS]), {}),
        (
            pa.array([one and one.replace("-04T12:00:00+02", "-04T11:00:00+01") for one in TEXTS]),
            {"mixed_offsets": True},
        ),
        (pa.array([one and one[:19] for one in TEXTS]), {"zone": "Europe/Tallinn"}),
        (pa.array([one and one[:16] for one in TEXTS]), {"zone": "Europe/Tallinn"}),
        (
            pa.array([one and datetime.fromisoformat(one[:19]) for one in TEXTS]),
            {"zone": "Europe/Tallinn"},
        ),
        (
            pa.array(
                [one and datetime.fromisoformat(one) for one in TEXTS],
                pa.timestamp("ns", "Europe/Tallinn"),
            ),
            {},
        ),
        (
            pa.array([one and one[8:10] + ".03.2026 12:00" for one in TEXTS]),
            {"time": "%d.%m.%Y %H:%M", "zone": "Europe/Tallinn"},
        ),
    ],
)
def test_times_come_in_many_forms(at: pa.Array, log: dict[str, Any]) -> None:
    """Each of them the same moments."""
    found = bulk.replay(table(at=at), mapping=mapping(log))
    assert found.as_of == datetime(2026, 3, 4, 10, tzinfo=UTC)
    assert found.rows.fates["no time"] == 1


@pytest.mark.parametrize(
    ("at", "log", "said"),
    [
        (pa.array([one and one[:19] for one in TEXTS]), {}, "without a UTC offset"),
        (
            pa.array([one and datetime.fromisoformat(one[:19]) for one in TEXTS]),
            {},
            "without a UTC offset",
        ),
        (pa.array([datetime(2026, 3, 29, 3, 30)] * 4), {"zone": "Europe/Tallinn"}, "never had"),  # noqa: DTZ001 - naive
        (
            pa.array(["2026-03-02T12:00:00+02:00", "2026-03-02T12:00:00+03:00"] * 2),
            {},
            "mixed_offsets",
        ),
        (pa.array(["soon"] * 4), {}, "row 0"),
        (pa.array([20260302] * 4), {}, "int64"),
        (pa.array([NOON, datetime(9999, 1, 1, tzinfo=UTC)] * 2), {}, "another year"),
        (pa.array(["32.03.2026"] * 4), {"time": "%d.%m.%Y", "zone": "Europe/Tallinn"}, "row 0"),
    ],
)
def test_other_times_are_refused(at: pa.Array, log: dict[str, Any], said: str) -> None:
    """With column, row, and what would be right."""
    with pytest.raises(InvalidError, match=said) as refused:
        bulk.replay(table(at=at), mapping=mapping(log))
    assert refused.value.column == "at"


def test_a_chart_of_ones_own_may_be_followed() -> None:
    """Instead of the mapping's."""
    chart = standard_chart(confirmation=standard_chart().options.confirmation)
    assert bulk.replay(table(), mapping=mapping(), chart=chart).chart is chart


def test_an_activity_may_be_the_same_for_all() -> None:
    """Then there is no column of it."""
    means = mapping(columns={"activity": {"constant": "order"}})
    assert phases(bulk.replay(table(), mapping=means).journeys) == {"a": "affirm", "b": "affirm"}


def test_pieces_may_differ_in_type(tmp_path: Path) -> None:
    """Numbers in one file are texts in another."""
    pq.write_table(table(who=[1, 2, 1, 1]), tmp_path / "1.parquet")
    pq.write_table(table(who=["1", "2", "1", "1"]), tmp_path / "2.parquet")
    found = bulk.replay(tmp_path, mapping=mapping())
    assert phases(found.journeys) == {"1": "activate", "2": "assess"}


@pytest.mark.parametrize("size", [50, 5_000])
def test_wide_ids_and_times_are_put_in_order(size: int) -> None:
    """Where they do not fit into one number."""
    random = np.random.default_rng(5)
    key = random.choice([1, 1 << 62, *range(100, 400)], 3_000)
    at = random.integers(-(1 << 56), 1 << 57, 3_000)
    pieces = list(in_pieces(key, at, np.zeros(3_000, np.uint8), np.array([10]), size))
    found = [(one, when) for piece in pieces for one, when in zip(piece.key, piece.at, strict=True)]
    assert found == sorted(zip(key, at, strict=True))


def test_no_time_at_all_is_no_log() -> None:
    """As is a log of which nothing is understood, row by row or not."""
    at = pa.array([None] * 4, pa.timestamp("us", "Europe/Tallinn"))
    by_row: dict[str, Any] = {"columns": {"customer": ["who", "other"]}}
    frame = table(at=at, other=pa.array([None] * 4, pa.string()))
    for given in ({}, by_row):
        with pytest.raises(InvalidError, match="no row with a customer and a time"):
            bulk.replay(frame, mapping=mapping(**given))
    later = table(other=[None, "b", "c", None], who=pa.array([None] * 4, pa.string()))
    found = bulk.replay(later, mapping=mapping(**by_row), as_of=NOON + timedelta(days=1))
    assert (found.rows.fates["no customer"], found.rows.fates["later"]) == (2, 1)
    odd = table(at=["soon"] * 4, other=["b"] * 4)
    with pytest.raises(InvalidError, match="row 0"):
        bulk.replay(odd, mapping=mapping(**by_row))
    long = table(other=["b" * 201] * 4, who=["a", "b" * 201, "a", "a"])
    assert bulk.replay(long, mapping=mapping(**by_row)).rows.fates["unreadable"] == 1
    ordered = table(other=["b"] * 4, n=[4, 3, 2, 1])
    means = mapping(columns={"customer": ["who", "other"], "sequence": ["n"]})
    assert phases(bulk.replay(ordered, mapping=means).journeys)["a"] == "activate"
    assert bulk.replay(ordered, mapping=means).rows.fates["unreadable"] == 0
    own = mapping(columns={"customer": ["who", "other"], "id": "n"})
    blank = table(other=["b"] * 4, n=[4, None, 2, 1])
    assert bulk.replay(blank, mapping=own).rows.fates["unreadable"] == 1


def test_a_sequence_takes_offsets_along() -> None:
    """A day ends where the event was."""
    at = [f"2026-03-02T22:00:00{offset}" for offset in ("+02:00", "-05:00", "+02:00", "+14:00")]
    frame = table(who=["a"] * 4, at=at, what=["order", "order", "parcel", "ticket"], n=[1, 4, 2, 3])
    means = mapping({"mixed_offsets": True}, columns={"sequence": ["n"]})
    found = bulk.replay(frame, mapping=means, duties=True)
    dues = {row["rule"]: row["due"] for row in found.duties.to_pylist()}
    for n, bad in (([1, None, 2, 3], 0), (["1", "", "2", "x"], 1), ([1.5, None, 2.5, 3.5], 0)):
        frame = table(who=["a"] * 4, at=at, n=n)
        assert bulk.replay(frame, mapping=means).rows.fates["unreadable"] == bad
    assert dues["be_there"] == datetime(2026, 3, 2, 22, tzinfo=UTC)


@pytest.mark.parametrize("deal", [pa.array([7, None, 7, 7]), pa.array([7, 8, 7, 7]), pa.nulls(4)])
def test_engagements_may_be_whole_numbers_or_nothing(deal: pa.Array) -> None:
    """A number goes by its text, as in a log that is read line by line."""
    named = {"engagement": "deal"}
    found = bulk.replay(table(deal=deal), mapping=mapping(columns=named))
    told = [(row["customer"], row["engagement"]) for row in found.journeys.to_pylist()]
    texts = ["" if one is None else str(one) for one in deal.to_pylist()]
    assert sorted(told) == sorted(set(zip("abaa", texts, strict=True)))
    assert found.rows.fates["mapped"] == 4


@pytest.mark.parametrize("column", ["who", "what", "at", "deal"])
def test_lists_and_objects_are_refused(column: str) -> None:
    """Whatever the column is for."""
    for one in ([1], {"a": 1}):
        given = table(**{"deal": ["x"] * 4, column: pa.array([one] * 4)})
        with pytest.raises(InvalidError, match="one text, number or time") as refused:
            bulk.replay(given, mapping=mapping(columns={"engagement": "deal"}))
        assert refused.value.column == column


def test_columns_of_one_name_are_refused() -> None:
    """In every kind of frame, for nobody can tell which one is meant."""
    given = table()
    twice = given.append_column("who", given["who"])
    for frame in (twice, Stream(twice), twice.to_pandas()):
        with pytest.raises(InvalidError, match="a name of its own for each column"):
            bulk.replay(frame, mapping=mapping())


def test_a_time_too_far_for_microseconds_is_refused() -> None:
    """It is not taken for the moment that is left when its number has wrapped around."""
    for seconds in (1 << 62, -(1 << 62), (1 << 63) - 1):
        at = pa.array([seconds] * 4).cast(pa.timestamp("s", "UTC"))
        with pytest.raises(InvalidError, match="another year"):
            bulk.replay(table(at=at), mapping=mapping())


def test_views_of_texts_reach_the_live_machine() -> None:
    """A journey with an order is walked by it, whatever the type of its texts."""
    events = {**EVENTS, "gone": "erased"}
    what = pa.array(["order", "visit", "parcel", "gone"], pa.string_view())
    given = table(who=pa.array(["a", "b", "a", "a"], pa.string_view()), what=what)
    found = bulk.replay(given, mapping=mapping(events=events))
    standing = {row["customer"]: row["standing"] for row in found.journeys.to_pylist()}
    assert standing == {"a": "erased", "b": "active"}
    assert found.by_machine == 1
