"""A state brought up to date batch by batch stands where a replay of all events does."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney import bulk
from cxjourney.chart import standard_chart
from cxjourney.errors import DecodeError, InvalidError
from cxjourney.replay import make_mapping
from cxjourney.testing import event_sequences
from cxjourney.vocabulary import EventKind
from tests.bulk.frames import frame_of, mapping_of, rows

AS_OF = datetime(2027, 1, 1, tzinfo=UTC)


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


def a_log() -> tuple[pa.Table, Any]:
    """Return a log of two customers, one with an order, and what it means."""
    at = [f"2026-03-{day:02}T12:00:00+00:00" for day in (1, 2, 3, 4, 5, 20, 21)]
    what = ["contacted", "purchased", "erased", "contacted", "asked", "purchased", "purchased"]
    frame = pa.table({"who": list("ababaaa"), "at": at, "what": what, "n": list("1234567")})
    columns = {"customer": "who", "time": "at", "activity": "what", "id": "n"}
    asked = {"event": "asked", "payload": {"question": "q"}}
    events = {name: asked if name == "asked" else name for name in what}
    return frame, make_mapping({"columns": columns, "events": events})


def test_a_state_says_what_it_did_and_goes_on() -> None:
    """Late events, orders, repeats, unknown activities; kept as a table and read back."""
    frame, mapping = a_log()
    state = bulk.BulkState(mapping.chart)
    assert state.journeys(AS_OF).num_rows == 0
    assert "0 journeys" in repr(state)
    first = state.update(frame[:3], mapping=mapping)
    assert (first.journeys, first.new, first.again) == (2, 2, 1)
    with pytest.raises(InvalidError, match="1 journeys with events before their last, or after"):
        state.update(frame[4:5], mapping=mapping)
    assert len(state) == 2
    second = state.update(frame[3:6], mapping=mapping, log=frame[:6])
    assert (second.journeys, second.new, second.again) == (2, 0, 1)
    twice = pa.concat_tables([frame[6:], frame[6:], frame[6:].set_column(2, "what", [["song"]])])
    third = state.update(twice, mapping=mapping, log=pa.concat_tables([frame[:6], twice]))
    assert third.again == 1
    state = bulk.BulkState.from_arrow(state.to_arrow(), mapping.chart)
    assert by_journey(state.journeys(AS_OF)) == by_journey(
        bulk.replay(pa.concat_tables([frame[:6], twice]), mapping=mapping, as_of=AS_OF).journeys
    )
    with pytest.raises(InvalidError, match="before the last event"):
        state.journeys(AS_OF - timedelta(days=3_000))


def test_repeats_within_a_batch_are_counted() -> None:
    """The same again, and the same id with another time; dictionaries serve as well as texts."""
    frame, mapping = a_log()
    who = frame["who"].combine_chunks().dictionary_encode()
    frame = frame.set_column(0, "who", who)
    later = frame[6:].set_column(1, "at", [["2026-04-01T12:00:00+00:00"]])
    state = bulk.BulkState(mapping.chart)
    found = state.update(pa.concat_tables([frame[5:], frame[5:], later]), mapping=mapping)
    assert (found.rows.repeated, found.rows.conflicting) == (2, 1)
    row = state.journeys(AS_OF).to_pylist()[0]
    assert (row["repeated"], row["conflicting"]) == (2, 1)
    early = frame[:1]
    assert state.update(early, mapping=mapping, log=frame).again == 1


def test_many_journeys_find_room() -> None:
    """A state grows with its journeys, and a batch touches its own."""
    frame = pa.table(
        {
            "who": list(range(300)),
            "at": ["2026-03-01T12:00:00+00:00"] * 300,
            "what": ["contacted"] * 300,
        }
    )
    columns = {"customer": "who", "time": "at", "activity": "what"}
    mapping = make_mapping({"columns": columns, "events": {"contacted": "contacted"}})
    state = bulk.BulkState(mapping.chart)
    for begin in range(0, 300, 50):
        assert state.update(frame[begin : begin + 50], mapping=mapping).new == 50
    again = pa.table(
        {
            "who": [7, 8],
            "at": ["2026-02-01T12:00:00+00:00", "2026-03-02T12:00:00+00:00"],
            "what": ["contacted"] * 2,
        }
    )
    elsewhere = frame.set_column(0, "who", pa.array(range(1_000, 1_300)))
    log = pa.concat_tables([elsewhere, frame, again])
    assert state.update(again, mapping=mapping, log=log).again == 1
    assert state.journeys(AS_OF).num_rows == 300


def test_what_was_promised_is_kept_in_a_state() -> None:
    """With its due time, by engagement."""
    lines = {
        "who": ["a", "a"],
        "deal": ["x", "x"],
        "at": ["2026-03-01T12:00:00+00:00", "2026-03-03T12:00:00+00:00"],
        "what": ["promised", "fulfilled"],
        "due": ["2026-03-02T12:00:00+00:00"] * 2,
    }
    frame = pa.table(lines)
    columns = {"customer": "who", "engagement": "deal", "time": "at", "activity": "what"}
    promised = {"event": "promised", "payload": {"what": "w", "due": {"column": "due"}}}
    kept = {"event": "fulfilled", "payload": {"obligation": "keep_promise"}}
    mapping = make_mapping(
        {"columns": columns, "events": {"promised": promised, "fulfilled": kept}}
    )
    state = bulk.BulkState(mapping.chart)
    state.update(frame[:1], mapping=mapping)
    state.update(frame[1:], mapping=mapping)
    assert by_journey(state.journeys(AS_OF)) == by_journey(
        bulk.replay(frame, mapping=mapping, as_of=AS_OF).journeys
    )


def test_a_state_owes_what_an_answer_or_a_flag_opened() -> None:
    """A low score, praise and an open doubt are owed across batches, as the live machine has it."""
    frame = pa.table(
        {
            "who": ["low", "high", "doubt", "low", "high", "doubt", "low"],
            "at": [f"2026-03-0{day}T12:00:00+00:00" for day in range(1, 8)],
            "what": ["purchased"] * 3 + ["answer", "answer", "doubted", "touched"],
            "nps": ["", "", "", "3", "10", "", ""],
        }
    )
    captured = {"event": "feedback_captured", "payload": {"nps": {"column": "nps"}}}
    touched = {"event": "touched", "payload": {"touchpoint": "shop"}}
    own = {"purchased": "purchased", "answer": captured, "doubted": "doubted", "touched": touched}
    columns = {"customer": "who", "time": "at", "activity": "what"}
    mapping = make_mapping({"columns": columns, "events": own})
    found = bulk.replay(frame, mapping=mapping, as_of=AS_OF, duties=True)
    rules = set(found.duties["rule"].to_pylist())
    assert {"follow_up", "thank_promoter", "reassure"} <= rules
    state = bulk.BulkState(mapping.chart)
    for begin in range(len(frame)):
        state.update(frame[begin : begin + 1], mapping=mapping)
        state = bulk.BulkState.from_arrow(state.to_arrow(), mapping.chart)
    assert not found.by_machine
    assert by_journey(state.journeys(AS_OF)) == by_journey(found.journeys)


def test_what_is_no_state_is_refused() -> None:
    """Another table, version, chart or column."""
    frame, mapping = a_log()
    state = bulk.BulkState(mapping.chart)
    state.update(frame[:2], mapping=mapping)
    table = state.to_arrow()
    told = json.loads(table.schema.metadata[b"cxjourney"])
    other: list[dict[str, Any]] = [
        {"version": 9},
        {"chart": ["another", 1]},
        {"words": [["song", None, []]]},
    ]
    cases = [None, frame, table.drop_columns("cycle")]
    cases += [
        table.replace_schema_metadata({"cxjourney": json.dumps({**told, **one})}) for one in other
    ]
    cases.append(table.replace_schema_metadata({"cxjourney": "["}))
    for case in cases:
        with pytest.raises(DecodeError):
            bulk.BulkState.from_arrow(case, mapping.chart)
