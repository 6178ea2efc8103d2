"""Print one table: a recorded step of cxjourney against its peers, in time and in bytes.

Everything is measured in one run. The contenders take turns, round after round, so that whatever
else the machine does meets all of them alike; the median of the rounds counts, and a ratio is the
median of the rounds' ratios. Times are processor time of this one thread; the garbage collector
stays on, as it is in a live service.
"""

import argparse
import gc
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from functools import partial
from statistics import median
from time import process_time
from typing import Any

from contender import Contender, One, Peer
from ours import (
    NO_OBLIGATIONS,
    Floor,
    Recorded,
    SameJob,
    Small,
    Typed,
    Unremembered,
    cared_for,
    neglected,
    pickled,
)
from peer_statemachine import PythonStatemachine
from peer_transitions import Stock, StockAddModel
from peer_xstate import Xstate
from table import Goal, Row, finish
from walk import eight_phases

from cxjourney import Journey

MICRO = 1e6
FIRST = 3
NEW, BEGUN, ENDED = "new", f"after {FIRST} events", "walk"
OWING, MET = f"after {FIRST} events, owing 4", "walk, all duties met"
NEGLECTED = "walk, all duties neglected"
WALKED, KEPT = "walk, no record kept", "walk, records kept"
STEP_GOALS = {
    StockAddModel.name: Goal(3, "x ours", at_least=True),
    Stock.name: Goal(3, "x ours", at_least=True),
    PythonStatemachine.name: Goal(20, "x ours", at_least=True),
}
CREATE_GOAL = Goal(5, "x floor")
BYTES_GOAL = Goal(500, "B")
PICKLED_GOAL = Goal(400, "B")
IMPORT_GOAL = Goal(1.5, "x theirs")
OURS, THEIRS = "import cxjourney", "import attrs, transitions"
JOURNEY = "from cxjourney import Journey"
IMPORT = "from time import perf_counter as now; began = now(); {}; print(now() - began)"


def speed(contenders: list[Contender[Any]], journeys: int, rounds: int) -> list[Row]:
    """Time making instances and driving them along the walk; the contenders take turns."""
    walk = eight_phases(0)
    step: dict[str, list[float]] = {one.name: [] for one in contenders}
    create: dict[str, list[float]] = {one.name: [] for one in contenders}
    for _ in range(rounds):
        for contender in contenders:
            customers = [f"customer-{number}" for number in range(journeys)]
            gc.collect()
            contender.make(customers)  # Warms memory up, so that the constructor counts.
            contender.clear()
            gc.collect()
            began = process_time()
            many = contender.make(customers)
            made = process_time()
            gc.collect()
            started = process_time()
            contender.run(many, walk)
            ended = process_time()
            create[contender.name].append((made - began) / journeys * MICRO)
            step[contender.name].append((ended - started) / journeys / len(walk) * MICRO)
            for one in many:
                contender.check(one)
            contender.clear()
            del many
    rows = []
    for name, samples in step.items():
        against = ratio(samples, step[SameJob.name])
        goal = STEP_GOALS.get(name)
        rows.append(Row("step, us", name, samples, against, "ours", goal, rate=True))
    for name, samples in create.items():
        against = ratio(samples, create[Floor.name])
        goal = CREATE_GOAL if name in {SameJob.name, Small.name} else None
        if name not in {Recorded.name, Typed.name, Unremembered.name}:
            rows.append(Row("create, us", name, samples, against, "floor", goal))
    return rows


def ratio(samples: list[float], others: list[float]) -> float:
    """Return the median of the ratios of the rounds."""
    return median(one / other for one, other in zip(samples, others, strict=True))


def bytes_each(make: Callable[[int], object], instances: int) -> float:
    """Return the bytes that an instance takes, with all that it alone holds on to."""
    make(instances)
    kept: list[object] = [None] * instances
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for number in range(instances):
        kept[number] = make(number)
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (after - before) / instances


def journey_at(number: int, stage: str, *, history: bool = False) -> Journey:
    """Return a journey at some stage, driven there by events of its own."""
    chart = NO_OBLIGATIONS if stage in {NEW, BEGUN, ENDED} else None
    journey = Journey(f"customer-{number}", chart=chart, history=history)
    if stage == MET:
        cared_for(journey, eight_phases(number))
    elif stage != NEW:
        neglected(journey, eight_phases(number)[: FIRST if stage in {BEGUN, OWING} else None])
    return journey


def peer_at(peer: Peer[One], number: int, *, walked: bool, kept: bool) -> One:
    """Return an instance of a peer, new or driven along the walk by events of its own."""
    (one,) = peer.make([f"customer-{number}"])
    if walked:
        peer.run([one], eight_phases(number))
    if not kept:
        peer.forget(one)
    return one


def judged(stage: str, goal: Goal) -> tuple[str, Goal | None]:
    """Return whose figure a stage gives; the goal is for the job that the peers do too."""
    if stage in {NEW, BEGUN, ENDED}:
        return Small.name, goal
    return Recorded.name + ", no history", None


def pickled_at(stage: str, *, history: bool = False) -> int:
    """Return the pickled size of a journey at some stage."""
    return pickled(journey_at(1, stage, history=history))


def sizes(peers: list[Peer[Any]], instances: int) -> list[Row]:
    """Measure what an instance takes in memory."""
    rows, ours = [], {}
    for stage in (NEW, BEGUN, ENDED, OWING, MET, NEGLECTED):
        ours[stage] = bytes_each(partial(journey_at, stage=stage), instances)
        name, goal = judged(stage, BYTES_GOAL)
        rows.append(Row(f"bytes, {stage}", name, [ours[stage]], goal=goal))
    for peer in peers:
        for stage in (NEW, WALKED):
            peer.clear()
            make = partial(peer_at, peer, walked=stage == WALKED, kept=False)
            size = bytes_each(make, instances)
            against = size / ours[NEW if stage == NEW else ENDED]
            rows.append(Row(f"bytes, {stage}", peer.name, [size], against, "ours"))
    full = bytes_each(partial(journey_at, stage=NEGLECTED, history=True), instances)
    rows.append(Row(f"bytes, {KEPT}", Recorded.name, [full]))
    own = bytes_each(partial(journey_at, stage=ENDED, history=True), instances)
    rows.append(Row(f"bytes, {KEPT}", SameJob.name, [own]))
    for peer in peers:
        peer.clear()
        size = bytes_each(partial(peer_at, peer, walked=True, kept=True), instances)
        rows.append(Row(f"bytes, {KEPT}", peer.name, [size], size / own, "ours"))
    return rows


def stored(peers: list[Peer[Any]]) -> list[Row]:
    """Measure what one instance takes in its stored form."""
    rows, ours = [], 0
    for stage in (OWING, MET, NEGLECTED, NEW, BEGUN, ENDED):
        ours = pickled_at(stage)
        name, goal = judged(stage, PICKLED_GOAL)
        rows.append(Row(f"pickled B, {stage}", name, [ours], goal=goal))
    for peer in peers:
        peer.clear()
        size = len(peer.store(peer_at(peer, 1, walked=True, kept=False)))
        rows.append(Row(f"pickled B, {WALKED}", peer.name, [size], size / ours, "ours"))
    rows.append(Row(f"pickled B, {KEPT}", SameJob.name, [pickled_at(ENDED, history=True)]))
    return rows


def imports(runs: int, *, warm: bool) -> list[Row]:
    """Time importing in fresh interpreters that take turns.

    Unless the disk counts as ``warm``, a first turn that is not kept warms it.
    """
    samples: dict[str, list[float]] = {OURS: [], JOURNEY: [], THEIRS: []}
    for turn in range(1 if warm else 0, runs + 1):
        for statement, taken in samples.items():
            command = [sys.executable, "-I", "-c", IMPORT.format(statement)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own command
            if turn:
                taken.append(float(done.stdout) * 1e3)
    against = {of: ratio(taken, samples[THEIRS]) for of, taken in samples.items()}
    return [
        Row("import, ms", OURS, samples[OURS], against[OURS], "theirs", IMPORT_GOAL),
        Row("import, ms", JOURNEY, samples[JOURNEY], against[JOURNEY], "theirs"),
        Row("import, ms", THEIRS, samples[THEIRS]),
    ]


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--journeys", type=int, default=150, help="instances timed a round")
    parser.add_argument("--rounds", type=int, default=25, help="rounds of timing")
    parser.add_argument("--instances", type=int, default=300, help="instances weighed")
    parser.add_argument(
        "--imports", type=int, default=21, help="fresh interpreters for each import"
    )
    parser.add_argument("--short", action="store_true", help="a short run: no time is judged")
    return parser.parse_args()


def main() -> None:
    """Measure everything and print the table."""
    asked = arguments()
    peers: list[Peer[Any]] = [Stock(), StockAddModel(), Xstate(), PythonStatemachine()]
    ours = [SameJob(), Recorded(), Typed(), Unremembered(), Small()]
    contenders: list[Contender[Any]] = [*ours, *peers, Floor()]
    speed(contenders, journeys=1, rounds=1)
    rows = [
        *speed(contenders, asked.journeys, asked.rounds),
        *sizes(peers, asked.instances),
        *stored(peers),
        *imports(asked.imports, warm=asked.short),
    ]
    finish(rows, short=asked.short)


if __name__ == "__main__":
    main()
