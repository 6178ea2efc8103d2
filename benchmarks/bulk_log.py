"""Made logs for the benchmarks of replays in columns: many journeys on the real chart."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cxjourney.bulk._engine._tables import EventWord, Tables, tables_of
from cxjourney.chart import standard_chart
from cxjourney.replay import LogMapping, make_mapping
from cxjourney.vocabulary import EventKind

DAY = 86_400_000_000
BEGINNING = 1_577_836_800_000_000
GUIDED, TIED = 0.5, 0.03
"""The shares of events that lead onward, and of those in the moment of the one before."""
K = EventKind
ONWARD = (
    K.CONTACTED,
    K.NEED_ADMITTED,
    K.PURCHASED,
    K.DELIVERED,
    K.USED_AGAIN,
    K.RESULT_ACHIEVED,
    K.FEEDBACK_ASKED,
    K.FEEDBACK_CAPTURED,
    K.LOYALTY_SHOWN,
    K.LOYALTY_CONFIRMED,
    K.REFERRED,
)
OTHER = (K.ASKED, K.ANSWERED, K.DOUBTED, K.REASSURED, K.COMPLAINED, K.RECOVERED, K.TOUCHED, K.LEFT)
KINDS = (*ONWARD, *OTHER)


class Columns(NamedTuple):
    """A log: whose event, when, and which of ``KINDS``."""

    customer: NDArray[np.int64]
    at: NDArray[np.int64]
    kind: NDArray[np.uint8]


def tables() -> Tables:
    """Return the standard chart for the kinds of the logs."""
    return tables_of(standard_chart(), map(EventWord, KINDS))


def mapping_of() -> LogMapping:
    """Return what the columns of such a log as a frame mean."""
    needs = {"asked": {"question": "q"}, "touched": {"touchpoint": "support"}}
    events = {
        name: {"event": name, "payload": needs[name]} if name in needs else name
        for name in [kind.name for kind in KINDS]
    }
    columns = {"customer": "customer", "time": "at", "activity": "activity"}
    return make_mapping({"columns": columns, "events": events})


def lengths(events: int, shape: str, random: np.random.Generator) -> NDArray[np.int64]:
    """Return how many events each customer has: about ten; ``giant``, ``single`` skew them."""
    if shape == "single":
        most = np.ones(events // 2, np.int64)
        rest = random.geometric(0.1, size=events)
        found = np.concatenate((most, rest))
    else:
        found = random.geometric(0.1, size=events)
    if shape == "giant":
        found = np.concatenate(([events // 10], found))
    sums = np.cumsum(found)
    cut = int(np.searchsorted(sums, events)) + 1
    found = found[:cut].astype(np.int64)
    found[-1] -= int(sums[cut - 1]) - events
    return found[found > 0]


def made(events: int, shape: str = "even", seed: int = 1) -> Columns:
    """Return a log grouped by customer, in the order of time; half of the events lead onward."""
    random = np.random.default_rng(seed)
    chart = tables()
    size = -np.sort(-lengths(events, shape, random))
    start = np.cumsum(size) - size
    place = np.array([chart.code(EventWord(kind)) for kind in KINDS])
    onward = _onward(chart, place)
    kind = random.integers(0, len(KINDS), events).astype(np.uint8)
    guided = random.random(events) < GUIDED
    there = len(size) - np.cumsum(np.bincount(size))
    here = np.zeros(len(size), np.int64)
    for step in range(min(int(size[0]), 200)):
        width = int(there[step])
        row = start[:width] + step
        kind[row] = np.where(guided[row], onward[here[:width]], kind[row])
        here[:width] = chart.next[here[:width] * chart.width + place[kind[row]]]
    gap = (
        random.exponential(1, events) * np.repeat(np.minimum(7 * DAY, 2190 * DAY // size), size)
    ).astype(np.int64)
    gap[random.random(events) < TIED] = 0
    gap[start] = random.integers(0, 730 * DAY, len(size)) + BEGINNING
    at = np.cumsum(gap)
    at -= np.repeat(at[start] - gap[start], size)
    ids = np.sort(random.permutation(len(size)) * 7919 + 10_000_000)
    whose = np.repeat(random.permutation(len(size)), size)
    order = np.argsort(whose, kind="stable")
    return Columns(ids[whose[order]], at[order], kind[order])


def _onward(chart: Tables, place: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return for each situation which of ``ONWARD`` leads furthest from it."""
    width = chart.width
    phases = np.array([one.phase or 0 for one in chart.situations])
    found = np.zeros(len(chart.situations), np.uint8)
    for number in range(len(chart.situations)):
        after = chart.next[number * width + place[: len(ONWARD)]]
        gain = [(phases[to], to != number, chart.situations[to].loyalty_confirmed) for to in after]
        found[number] = max(range(len(gain)), key=gain.__getitem__)
    return found


def ordered(log: Columns, order: str, seed: int = 2) -> Columns:
    """Return a log ``grouped`` as it is, by ``time``, or ``shuffled``."""
    if order == "grouped":
        return log
    if order == "time":
        place = np.argsort(log.at, kind="stable")
    else:
        place = np.random.default_rng(seed).permutation(len(log.at))
    return Columns(log.customer[place], log.at[place], log.kind[place])
