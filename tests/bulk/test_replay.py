"""A frame replayed gives what the live replay of the same log gives."""

import os
from pathlib import Path
from typing import Any

import attrs
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney import bulk
from cxjourney.chart import standard_chart
from cxjourney.replay import LogBook, read_log, read_mapping, walk_journeys
from cxjourney.testing import event_sequences
from cxjourney.vocabulary import EventKind
from tests.bulk.frames import differences, frame_of, live_walks, mapping_of, rows

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("CXJOURNEY_DATA", ROOT.parent / "shared" / "data"))
K = EventKind


@pytest.mark.no_cover
@given(data=st.data())
def test_a_frame_is_replayed_as_a_log(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Orders, repeated ids, ids with other content, several engagements, later rows: all alike."""
    chart = standard_chart()
    sequences = st.one_of(
        event_sequences(chart, min_size=1, max_size=15),
        event_sequences(chart, K.builtin(), min_size=1, max_size=15, forced=True),
    )
    drawn = data.draw(st.lists(sequences, min_size=1, max_size=4))
    log = [
        (f"c{number // 2}", "" if number % 2 else f"e{number}", f"{number}-{place}", event)
        for number, events in enumerate(drawn)
        for place, event in enumerate(events)
    ]
    places = st.integers(0, len(log) - 1)
    for one, other in data.draw(st.lists(st.tuples(places, places), max_size=4)):
        customer, engagement, line, event = log[one]
        changed = attrs.evolve(event, at=log[other][3].at)
        log.append((customer, engagement, line, data.draw(st.sampled_from([event, changed]))))
    if data.draw(st.booleans()):
        log = data.draw(st.permutations(log))
    mapping = mapping_of(chart, ids=data.draw(st.booleans()))
    lines = rows(log, mapping)
    as_of = data.draw(st.none() | st.sampled_from([event.at for *_, event in log]))
    path = tmp_path_factory.getbasetemp() / "log.jsonl"
    walks, until = live_walks(path, lines, mapping, as_of)
    found = bulk.replay(frame_of(lines), mapping=mapping, as_of=as_of, moves=True, duties=True)
    assert differences(found, walks, until) == []


WHOLE = (
    pytest.mark.long,
    pytest.mark.skipif(settings().max_examples < 1_000, reason="whole logs: see nox -s fuzz"),
)
REAL = [
    (ROOT / "examples" / "households_2017_first160.csv", "households.toml", ()),
    (DATA / "loan_applications_2012_first800.csv", "loans.toml", ()),
    (DATA / "households_2017.parquet", "households.toml", WHOLE),
    (DATA / "loan_applications_2012.parquet", "loans.toml", WHOLE),
]


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("path", "mapping"),
    [pytest.param(path, name, id=path.stem, marks=marks) for path, name, marks in REAL],
)
def test_real_logs_are_replayed_as_the_live_machine_has_them(
    path: Path, mapping: str, tmp_path: Path
) -> None:
    """Journey by journey, move by move, obligation by obligation."""
    if not path.exists():
        pytest.skip("this log is not here; CXJOURNEY_DATA names its folder")
    means = read_mapping(ROOT / "examples" / mapping)
    text, given_as = path, path
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        place = table.column_names.index(str(means.columns.time))
        times = table[place].cast(pa.timestamp("us", "UTC"))
        table = table.set_column(place, str(means.columns.time), times)
        given_as, text = tmp_path / "log.parquet", tmp_path / "log.csv"
        pq.write_table(table, given_as)
        cells = [[str(value) for value in row.values()] for row in table.to_pylist()]
        lines = [table.column_names, *cells]
        text.write_text("".join(",".join(line) + "\n" for line in lines), encoding="utf-8")
    book = LogBook.of(read_log(text, means))
    assert book.last is not None
    walks = dict(zip(book.events, walk_journeys(book.events, means.chart, book.last), strict=True))
    frame = pl.read_csv(path, infer_schema=False) if path.suffix == ".csv" else given_as
    found = bulk.replay(frame, mapping=means, moves=True, duties=True)
    told = attrs.evolve(
        found, **{name: _arrow(getattr(found, name)) for name in ("journeys", "moves", "duties")}
    )
    assert differences(told, walks, book.last) == []
    assert found.by_machine == 0


def _arrow(frame: Any) -> pa.Table:
    return frame.to_arrow() if isinstance(frame, pl.DataFrame) else frame
