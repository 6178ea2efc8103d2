"""The compiled loop is taken by itself, and changes no answer."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from cxjourney import bulk
from cxjourney.bulk._engine import _fast  # the engine
from cxjourney.bulk._engine._tables import tables_of  # the engine
from cxjourney.chart import RepeatPurchase, standard_chart
from cxjourney.replay import make_mapping
from tests.bulk.loops import in_plain_python, with_loop, without_numba

WORDS = ("contacted", "need_admitted", "purchased", "delivered", "used_again", "promised", "left")
MAPPING = make_mapping(
    {
        "columns": {"customer": "who", "time": "at", "activity": "what"},
        "events": {
            name: {"event": name, "payload": {"what": "it", "due": {"column": "due"}}}
            if name == "promised"
            else name
            for name in WORDS
        },
    }
)
ONE_PURCHASE = standard_chart(repeat_purchase=RepeatPurchase.EXPERIENCE)


def log_of(events: int, order: str, *, zones: bool = False) -> pa.Table:
    """Return a random log, in some order, one customer far larger than the others."""
    random = np.random.default_rng(5)
    who = np.where(random.random(events) < 0.3, 7, random.integers(0, events // 8, events))
    at = random.integers(0, 900, events) * 86_400_000_000 // 2
    if order != "any":
        place = np.lexsort((at, who) if order == "grouped" else (who, at))
        who, at = who[place], at[place]
    what = np.array(WORDS)[random.integers(0, len(WORDS), events)]
    when = pa.array(at).cast(pa.timestamp("us", "Europe/Tallinn" if zones else "UTC"))
    due = pa.array(at + 10**11).cast(pa.timestamp("us", "UTC"))
    return pa.table({"who": who, "at": when, "what": what, "due": due})


def answers(table: pa.Table) -> list[Any]:
    """Return all that a replay finds."""
    found = bulk.replay(table, mapping=MAPPING, moves=True, duties=True)
    few = bulk.replay(table, mapping=MAPPING, chart=ONE_PURCHASE).journeys
    state = bulk.BulkState(standard_chart())
    half = table.num_rows // 2
    for batch in (table.slice(0, half), table.slice(half)):
        counts = state.update(batch, mapping=MAPPING, log=table)
    return [found.journeys, found.moves, found.duties, few, counts, state.to_arrow()]


def ask_both(patch: pytest.MonkeyPatch, events: int) -> None:
    """Ask for all that there is with the loop and without it."""
    logs = [
        log_of(events, "grouped"),
        log_of(events, "time", zones=True),
        log_of(events, "any").filter(pc.field("what") != "promised"),
    ]
    by_loop = [answers(log) for log in logs]
    without_numba(patch)
    assert _fast.kernels() is None
    for one, log in zip(by_loop, logs, strict=True):
        assert one == answers(log)


@pytest.mark.no_cover
def test_the_compiled_loop_changes_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither frames nor states, in whatever order events come."""
    with_loop(monkeypatch)
    ask_both(monkeypatch, 5000)


def test_the_loop_does_not_in_plain_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """As above, so that its lines can be counted."""
    in_plain_python(monkeypatch)
    monkeypatch.setattr("cxjourney.bulk._engine._kernel.ROOM", 2)
    ask_both(monkeypatch, 1500)


def test_numba_is_loaded_for_a_long_log_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once it is loaded, it serves short ones too."""
    tables = tables_of(standard_chart(), ())
    with_loop(monkeypatch, enough=9)
    assert _fast.loop_for(tables, 8) is None
    assert _fast.loop_for(tables, 9) is not None
    assert _fast.loop_for(tables, 1) is not None


def test_where_nothing_can_be_kept_the_loop_is_compiled_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It raises where it finds no folder to write to."""
    module, *_ = with_loop(monkeypatch)
    njit = module.numba.njit

    def refuse(**options: bool) -> Any:
        if options.pop("cache", False):
            raise RuntimeError
        return njit(**options)

    monkeypatch.setattr(module.numba, "njit", refuse)
    assert module.compiled(answers) is not None
