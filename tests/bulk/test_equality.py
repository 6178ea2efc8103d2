"""The columns give the live machine's answers, journey by journey, move by move, duty by duty."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney.bulk._engine import _in_step  # the engine
from cxjourney.bulk._engine._duty_rows import Dues  # the engine
from cxjourney.bulk._engine._fast import ENOUGH, loop_for  # the engine
from cxjourney.bulk._engine._journey_order import in_pieces  # the engine
from cxjourney.bulk._engine._pieces import fold_piece  # the engine
from cxjourney.bulk._engine._tables import Tables, tables_of, word_of  # the engine
from cxjourney.chart import (
    Chart,
    DueBy,
    Having,
    Lasts,
    ObligationRule,
    RepeatPurchase,
    derive,
    standard_chart,
)
from cxjourney.testing import charts, event_sequences
from cxjourney.testing._journeys import Route  # draws without Hypothesis
from cxjourney.vocabulary import Event, EventKind, Nature, Phase, Standing, Touchpoint
from tests.bulk.loops import in_plain_python
from tests.bulk.oracle import columns, micro, moment, walked

K, DAY = EventKind, timedelta(days=1)
KINDS = tuple(kind for kind in K.builtin() if kind.nature is not Nature.ORDER)
OWN = EventKind("demo_booked", Nature.CUSTOMER, 40)
"""A kind of one's own, of the rank of a purchase."""


def odd_rules() -> Iterator[ObligationRule]:
    """Yield rules of every shape that the standard chart has none of."""
    for number, lasts in enumerate(Lasts):
        for each in (False, True):
            yield ObligationRule(
                f"odd_{number}_{each}",
                "a test",
                on=(K.ASKED, OWN),
                enters=(Phase.AFFIRM, Standing.LAPSED),
                due=DAY,
                met_by=(K.TOUCHED, K.ANSWERED),
                each=each,
                repeats=3 * DAY,
                lasts=lasts,
            )
            yield ObligationRule(
                f"again_{number}_{each}",
                "a test",
                enters=(Phase.ADMIT, Phase.ACTIVATE, Phase.ADOPT),
                due=2 * DAY,
                due_by=DueBy.DAY_END,
                met_by=(K.TOUCHED, K.USED_AGAIN),
                each=each,
                repeats=timedelta(),
                lasts=lasts,
            )
            yield ObligationRule(
                f"event_{number}_{each}",
                "a test",
                on=(K.ASKED,),
                due=DAY,
                each=each,
                lasts=lasts,
                met_by=(K.ANSWERED,),
            )
            yield ObligationRule(
                f"flag_{number}_{each}",
                "a test",
                on=(K.ASKED,) if each else (),
                flag="recovery_open",
                due=DAY,
                each=each,
                lasts=lasts,
                met_by=(K.TOUCHED,),
            )
            yield ObligationRule(
                f"having_{number}_{each}",
                "a test",
                on=(K.FEEDBACK_CAPTURED, K.TOUCHED),
                having=(
                    Having("nps", low=9),
                    Having("touchpoint", among=frozenset((Touchpoint.SHOP,))),
                ),
                enters=(Phase.ADOPT,),
                due=DAY,
                each=each,
                lasts=lasts,
                met_by=(K.ASKED,),
                anywhere=each,
            )


@cache
def own() -> Chart:
    """Return a chart with all that the standard chart has none of."""
    return derive(
        standard_chart(),
        "odd",
        kinds=[OWN],
        silence={Phase.ASSESS: 3 * DAY, Phase.AFFIRM: None, Phase.ADOPT: 5 * DAY},
        advocacy_quiet=6 * DAY,
        obligations=odd_rules(),
    )


CHARTS: dict[str, Callable[[], Chart]] = {
    "experience": partial(standard_chart, repeat_purchase=RepeatPurchase.EXPERIENCE),
    "standard": standard_chart,
    "own": own,
}


def bulk(
    tables: Tables, log: list[tuple[int, Event]], as_of: int, size: int, *, loop: bool = False
) -> dict[int, Any]:
    """Return what the columns say of a log's journeys, in step or by the loop."""
    used = loop_for(tables, ENOUGH) if loop else None
    promised = [
        (row, micro(event.payload["due"]))
        for row, (_, event) in enumerate(log)
        if "due" in event.payload
    ]
    promising, due = np.array(promised, np.int64).reshape(-1, 2).T
    zones = [event.at.utcoffset() or timedelta() for _, event in log]
    offset = np.array([zone // timedelta(seconds=1) for zone in zones])
    found: dict[int, Any] = {}
    for events in in_pieces(
        np.array([key for key, _ in log]),
        np.array([micro(event.at) for _, event in log]),
        np.array(
            [tables.code(word_of(tables.chart, event.kind, event.payload)) for _, event in log],
            np.uint8,
        ),
        tables.rank,
        size,
        used,
    ):
        dues = Dues(promising, due, offset)
        found |= columns(tables, fold_piece(tables, events, dues, as_of, loop=used))
    return found


def named(event: Event) -> str:
    """Return the obligation that an event names; empty for none."""
    return str(event.payload.get("obligation", ""))


def agree(chart: Chart, data: st.DataObject, *, loop: bool = False) -> None:
    """Draw a log and ask both."""
    sequences = event_sequences(chart, min_size=1, max_size=25)
    journeys = data.draw(st.lists(sequences, min_size=1, max_size=4))
    log = [(key * 7, event) for key, events in enumerate(journeys) for event in events]
    log = [(key, event) for key, event in log if ":" not in named(event)]
    if not log:
        return
    shuffle = data.draw(st.sampled_from(["as it is", "by time", "any"]))
    if shuffle == "by time":
        log.sort(key=lambda one: one[1].at)
    elif shuffle == "any":
        log = data.draw(st.permutations(log))
    latest = max(micro(event.at) for _, event in log)
    as_of = latest + data.draw(st.sampled_from([0, 1, 86_400_000_000, 10**14]))
    by_key: dict[int, list[Event]] = {}
    for key, event in log:
        by_key.setdefault(key, []).append(event)
    tables = tables_of(chart, [word_of(chart, event.kind, event.payload) for _, event in log])
    size = data.draw(st.sampled_from([1, 10, 1000]))
    assert bulk(tables, log, as_of, size, loop=loop) == walked(chart, by_key, moment(as_of))


@pytest.mark.no_cover
@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("few", [0, 24])
@settings(max_examples=max(10, settings().max_examples // 2))
@given(st.data())
def test_the_columns_answer_as_the_live_machine(name: str, few: int, data: st.DataObject) -> None:
    """With ties, gaps and all kinds, in any order of the log, however many go in step."""
    chart = CHARTS[name]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_in_step, "FEW", few)
        agree(chart, data)


@pytest.mark.no_cover
@pytest.mark.parametrize("name", CHARTS)
@settings(max_examples=max(10, settings().max_examples // 2))
@given(st.data())
def test_the_loop_answers_as_the_live_machine(name: str, data: st.DataObject) -> None:
    """As above, by the loop that numba compiles."""
    with pytest.MonkeyPatch.context() as patch:
        in_plain_python(patch)
        agree(CHARTS[name](), data, loop=True)


@pytest.mark.parametrize("few", [0, 24, "loop"])
def test_a_log_of_every_kind_is_answered(few: int | str) -> None:
    """Drawn once and for all, on the chart with obligations of every shape."""
    loop = few == "loop"
    chart, random = own(), Random(11)  # noqa: S311 - a test draws
    route = Route(chart, None, ties=True, forced=False)
    log = [
        (key, event)
        for key, size in enumerate([5, 60, 20, 60, 9, 300])
        for event, _ in route.read(random.randbytes(7 * size), "w", 1, size)[0]
        if ":" not in named(event)
    ]
    by_key: dict[int, list[Event]] = {}
    for key, event in log:
        by_key.setdefault(key, []).append(event)
    as_of = max(micro(event.at) for _, event in log) + 10**14
    tables = tables_of(chart, [word_of(chart, event.kind, event.payload) for _, event in log])
    with pytest.MonkeyPatch.context() as patch:
        in_plain_python(patch) if loop else patch.setattr(_in_step, "FEW", few)
        for order in (log, random.sample(log, len(log))):
            by_key = {}
            for key, event in order:
                by_key.setdefault(key, []).append(event)
            assert bulk(tables, order, as_of, 100, loop=loop) == walked(
                chart, by_key, moment(as_of)
            )


@pytest.mark.parametrize("few", [0, 24, "loop"])
def test_there_may_be_more_rules_than_bits(few: int | str) -> None:
    """Those that share a bit are opened, met and owed each by itself."""
    places = (Phase.ADMIT, Phase.AFFIRM)
    rules = [
        rule
        for number in range(12)
        for met in (K.ANSWERED, K.TOUCHED, K.REASSURED)
        for rule in (
            ObligationRule(
                f"event_{met.name}_{number}",
                "a test",
                on=(K.ASKED,),
                due=DAY,
                met_by=(met,),
                lasts=Lasts.UNTIL_MET,
            ),
            ObligationRule(
                f"place_{met.name}_{number}",
                "a test",
                enters=places,
                due=DAY,
                met_by=(met,),
                lasts=Lasts.CYCLE,
            ),
        )
    ]
    seldom = (K.GOAL_SET, K.RECOVERED)  # which meet few others
    rules += [
        ObligationRule(f"seldom_{met.name}", "a test", on=(K.ASKED,), due=DAY, met_by=(met,))
        for met in seldom
    ]
    chart = derive(standard_chart(), "many", obligations=rules)
    assert len(chart.obligations) > 64
    kinds = [K.CONTACTED, K.ASKED, K.NEED_ADMITTED, K.ANSWERED, K.PURCHASED, K.TOUCHED, K.REASSURED]
    kinds += seldom
    needs: dict[EventKind, dict[str, object]] = {
        K.ASKED: {"question": "q"},
        K.GOAL_SET: {"goal": "g"},
        K.TOUCHED: {"touchpoint": Touchpoint.SUPPORT},
    }
    first, random = datetime(2026, 1, 1, tzinfo=UTC), Random(3)  # noqa: S311 - a test draws
    by_key = {
        key: [
            Event(kind, first + number * DAY / 2, str(number), needs.get(kind, {}))
            for number, kind in enumerate([*kinds, *random.choices(kinds, k=12)])
        ]
        for key in range(3)
    }
    log = [(key, event) for key, events in by_key.items() for event in events]
    as_of = micro(first + 30 * DAY)
    tables = tables_of(chart, [word_of(chart, event.kind, event.payload) for _, event in log])
    with pytest.MonkeyPatch.context() as patch:
        in_plain_python(patch) if few == "loop" else patch.setattr(_in_step, "FEW", few)
        found = bulk(tables, log, as_of, 100, loop=few == "loop")
    assert found == walked(chart, by_key, moment(as_of))


@pytest.mark.no_cover
@pytest.mark.long
@settings(max_examples=max(10, settings().max_examples // 5))
@given(st.data())
def test_they_do_on_any_chart(data: st.DataObject) -> None:
    """With windows, kinds and obligations of any form that ``derive`` takes."""
    loop = data.draw(st.booleans())
    with pytest.MonkeyPatch.context() as patch:
        if loop:
            in_plain_python(patch)
        agree(data.draw(charts(derived=True)), data, loop=loop)
