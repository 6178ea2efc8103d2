"""A state brought up to date batch by batch stands where a replay of all events does."""

from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney import bulk
from cxjourney.chart import standard_chart
from cxjourney.testing import event_sequences
from cxjourney.vocabulary import EventKind
from tests.bulk.frames import frame_of, mapping_of, rows


def by_journey(table: pa.Table) -> dict[Any, dict[str, Any]]:
    """Return the rows of a table of journeys by customer and engagement."""
    return {(row["customer"], row.get("engagement", "")): row for row in table.to_pylist()}


@pytest.mark.no_cover
@given(data=st.data())
def test_batches_give_what_all_events_give(data: st.DataObject) -> None:
    """However the log is cut: late events and orders are replayed from the log."""
    chart = standard_chart()
    sequences = st.one_of(
        event_sequences(chart, min_size=1, max_size=15),
        event_sequences(chart, min_size=1, max_size=15, late=True),
        event_sequences(chart, EventKind.builtin(), min_size=1, max_size=15, forced=True),
    )
    drawn = data.draw(st.lists(sequences, min_size=1, max_size=4))
    log = [
        (f"c{number // 2}", "" if number % 2 else "e", "", event)
        for number, events in enumerate(drawn)
        for event in events
    ]
    if data.draw(st.booleans()):
        log.sort(key=lambda one: one[3].at)
    mapping = mapping_of(chart)
    lines = rows(log, mapping)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(lines)), max_size=3)))
    state = bulk.BulkState(chart)
    for begin, end in zip([0, *cuts], [*cuts, len(lines)], strict=True):
        if begin < end:
            whole = frame_of(lines[:end])
            state.update(frame_of(lines)[begin:end], mapping=mapping, log=whole)
        if data.draw(st.booleans()):
            state = bulk.BulkState.from_arrow(state.to_arrow(), chart)
    last = max(event.at for *_, event in log)
    as_of = last + data.draw(st.sampled_from([timedelta(), timedelta(days=400)]))
    found = bulk.replay(frame_of(lines), mapping=mapping, as_of=as_of)
    assert by_journey(state.journeys(as_of)) == by_journey(found.journeys)
