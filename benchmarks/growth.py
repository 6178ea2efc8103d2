"""Print what an event costs as a journey grows; ends with 1 where a bar is not met.

In the journal: a customer is visited by turns (`touched`) and asks a question (`asked`), which
calls for an intent; `record` is timed at the question, `run` as it carries the intent out and tells
the journey the answer, `record late` at a visit that is told a minute late, and `record later` at
one that comes later than more than three events. Each length is held against length 10. Beside a
journal with many closed intents of other customers, be they archived or not, the same is timed
against an empty one. Live: 2,000 events in order, reversed and swapped in pairs, and single events
a minute late on a long journey; and events among few and many open questions, live and in the
journals. Times are processor time, but for PostgreSQL, which is another process; SQLite does not
wait for the disk.
"""

import argparse
import gc
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from itertools import chain, cycle, islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory, mkdtemp
from time import perf_counter, process_time

from table import Goal, Row, finish

sys.path.insert(0, str(Path(__file__).parents[1]))  # the company belongs to the tests

from cxjourney import Journey
from cxjourney.channels import HookContext, HookOutcome, HookSet, Sent
from cxjourney.channels.policy import Limits, Policy
from cxjourney.dispatch import Dispatcher
from cxjourney.dispatch.journal import Commit, Journal, MemoryJournal, SqlJournal, State
from cxjourney.playbook import standard_playbook
from cxjourney.testing._journals import a_journey, an_attempt, an_intent
from cxjourney.vocabulary import Channel, Event, EventKind, Purpose, Touchpoint
from tests.dispatch.stores import sqlite
from tests.dispatch.world import MONDAY
from tests.postgres import empty_schemas

K = EventKind
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LATER = 4.5 * HOUR
"""So late that more than three events came after."""
MILLI, MICRO = 1e3, 1e6
FIRST = 10
LENGTHS = (FIRST, 100, 1_000, 5_000)
FAR = 50_000
GROWS = Goal(1.3, f"x at {FIRST}")
REVERSED, SWAPPED = Goal(10, "x in order"), Goal(2, "x in order")
LATE = Goal(1, "ms")
KEPT = (200, 900)
OPEN = (FIRST, 1_000, 50_000)
FEW = Goal(4, f"x {FIRST} open")
CLOSED, EACH = 10_000, 10
NUMBERS = range(1, EACH + 1)
CROWDED = Goal(1.1, "x none")
ENGAGEMENT = "sofa"
Timer = Callable[[], float]


def answer(_: HookContext) -> HookOutcome:
    """Say that the question was answered."""
    return Sent(note="it fits")


class Life:
    """A customer of a company, hour after hour.

    Args:
        journal: keeps the customer.
        timer: tells seconds.
        customer: the customer's id.
    """

    def __init__(self, journal: Journal, timer: Timer, customer: str = "customer-17") -> None:
        self.now, self.events = MONDAY, 0
        self.timer, self.customer = timer, customer
        self.company = Dispatcher(
            journal,
            playbook=standard_playbook(),
            policy=Policy(Limits(service=frozenset({Purpose.ANSWER}))),
            hooks=HookSet().on(Channel.FACE_TO_FACE, answer, idempotent=True),
            clock=lambda: self.now,
        )

    def happens(self, kind: EventKind, after: timedelta = HOUR, **payload: object) -> float:
        """Record an event, which may be before the latest one; return the seconds that it took."""
        at = self.now + after
        self.now = max(self.now, at)
        event = Event(kind, at, f"event {self.events}", payload)
        began = self.timer()
        self.company.record(self.customer, ENGAGEMENT, event)
        taken = self.timer() - began
        self.events += 1
        return taken

    def turn(self) -> tuple[float, float, float, float]:
        """Let the customer come by and ask.

        Returns:
            the seconds of `record`, of `run`, and of visits that are told a minute and hours late.
        """
        self.happens(K.TOUCHED, touchpoint=Touchpoint.WEB_SITE)
        recorded = self.happens(K.ASKED, question="Does it fit through my door?")
        began = self.timer()
        report = self.company.run()
        taken = self.timer() - began
        if report.handled.get(State.SENT) is None:
            raise AssertionError(report)
        self.events += 1  # the answer
        late = self.happens(K.TOUCHED, -MINUTE, touchpoint=Touchpoint.SHOP)
        later = self.happens(K.TOUCHED, -LATER, touchpoint=Touchpoint.SHOP)
        return recorded, taken, late, later

    def live_to(self, length: int) -> "Life":
        """Let as many things happen."""
        while self.events < length:
            self.turn()
        return self


def growth(
    name: str, journal: Journal, lengths: Sequence[int], turns: int, timer: Timer
) -> list[Row]:
    """Time `record` and `run` at each length of a journey."""
    life = Life(journal, timer)
    found: dict[int, list[tuple[float, ...]]] = {}
    for length in lengths:
        if length > FIRST:
            life.live_to(length)
            found[length] = [life.turn() for _ in range(turns)]
    # A short journey grows while it is measured, so each of these is another customer's.
    young = (Life(journal, timer, f"young {number}") for number in range(turns))
    found = {FIRST: [one.live_to(FIRST).turn() for one in young], **found}
    rows = []
    for place, measure in enumerate(("record", "run", "record late", "record later")):
        base = median(one[place] for one in found[FIRST])
        for length, samples in found.items():
            taken = [one[place] * MICRO for one in samples]
            against = median(taken) / MICRO / base
            goal = GROWS if length > FIRST and measure != "record later" else None
            measured = f"{measure}, us, at {length:,}"
            rows.append(Row(measured, name, taken, against, f"at {FIRST}", goal))
    return rows


def crowded(
    name: str, journals: Sequence[Journal], count: int, turns: int, timer: Timer
) -> list[Row]:
    """Time `record` and `run` beside many closed intents, and beside as many in the archive.

    Args:
        name: the kind of the journals.
        journals: three empty ones, the first of which stays so at first.
        count: how many intents were closed.
        turns: how many turns are timed in each, one after the other.
        timer: tells seconds.
    """
    empty, full, archived = journals
    for journal in (full, archived):
        for number in range(0, count, EACH):
            fill(journal, f"closed {number}")
    archived.archive(MONDAY + 9999 * HOUR)
    found: dict[str, list[tuple[float, ...]]] = {"none": [], "closed": [], "archived": []}
    for number in range(turns):
        for journal, samples in zip((empty, full, archived), found.values(), strict=True):
            samples.append(Life(journal, timer, f"young {number}").live_to(FIRST).turn())
    rows = []
    for place, measure in enumerate(("record", "run")):
        base = median(one[place] for one in found["none"])
        for beside, samples in found.items():
            taken = [one[place] * MICRO for one in samples]
            measured = f"{measure}, us, beside {count:,} {beside}"
            if beside == "none":
                rows.append(Row(f"{measure}, us, beside none", name, taken, 1, "none"))
            else:
                against = median(taken) / MICRO / base
                rows.append(Row(measured, name, taken, against, "none", CROWDED))
    return rows


def fill(journal: Journal, customer: str) -> None:
    """Write a customer with closed intents, as they stand after some years."""
    outbox = tuple(an_intent(customer, number, ENGAGEMENT, State.SENT) for number in NUMBERS)
    attempts = tuple(an_attempt(one) for one in outbox)
    journey = a_journey(customer, ENGAGEMENT, EACH)
    journal.commit(Commit(customer, 0, None, (journey,), outbox=outbox, attempts=attempts))


BEGINNING: tuple[tuple[EventKind, dict[str, object]], ...] = (
    (K.CONTACTED, {}),
    (K.NEED_ADMITTED, {}),
    (K.GOAL_SET, {"goal": "sit"}),
    (K.PURCHASED, {}),
    (K.DELIVERED, {}),
    (K.USED_AGAIN, {}),
    (K.RESULT_ACHIEVED, {}),
)
"""How a life begins, an hour after the other."""
Happening = tuple[EventKind, dict[str, object]]
VISIT: Happening = (K.TOUCHED, {"touchpoint": Touchpoint.WEB_SITE})
ASK: Happening = (K.ASKED, {"question": "Does it fit through my door?"})
YEARS: tuple[Happening, ...] = (VISIT, ASK, (K.ANSWERED, {}))
"""What happens after that, again and again, as in the journal."""
TROUBLED: tuple[Happening, ...] = (
    *YEARS,
    (K.USED_AGAIN, {}),
    (K.COMPLAINED, {}),
    (K.RECOVERED, {}),
)
"""The same with events that change what later ones do."""


def walk(length: int, years: Sequence[Happening] = YEARS) -> list[Event]:
    """Return what happens in a life, an hour apart."""
    chosen = islice(chain(BEGINNING, cycle(years)), length)
    return [
        Event(kind, MONDAY + number * HOUR, f"e{number}", payload)
        for number, (kind, payload) in enumerate(chosen)
    ]


def taken(events: Sequence[Event]) -> float:
    """Return the seconds that recording events takes, in the order in which they come."""
    journey = Journey("customer-17")
    gc.collect()
    began = process_time()
    for event in events:
        journey.record(event)
    return process_time() - began


def late(length: int, rounds: int) -> list[Row]:
    """Time events that come late, on journeys without a journal."""
    some = min(2_000, length)
    rows = [*_disordered("", walk(some), rounds)]
    rows += _disordered(", troubled", walk(some, TROUBLED), rounds, judged=False)
    return [*rows, *(_one_late(name, length, made, rounds) for name, made in LATE_ONES)]


def _disordered(kind: str, events: list[Event], rounds: int, *, judged: bool = True) -> list[Row]:
    """Time events in order, reversed, and swapped in pairs."""
    swapped = [event for pair in zip(events[1::2], events[::2], strict=True) for event in pair]
    times = [(taken(events), taken(events[::-1]), taken(swapped)) for _ in range(rounds)]
    in_order = [one[0] for one in times]
    measure = f"{len(events):,} events{kind}, ms"
    rows = [Row(measure, "in order", [one * MILLI for one in in_order])]
    for place, (name, goal) in enumerate((("reversed", REVERSED), ("swapped", SWAPPED)), 1):
        samples = [one[place] for one in times]
        against = median(a / b for a, b in zip(samples, in_order, strict=True))
        shown = [one * MILLI for one in samples]
        rows.append(Row(measure, name, shown, against, "in order", goal if judged else None))
    return rows


def _one_late(name: str, length: int, made: Callable[[datetime], Event], rounds: int) -> Row:
    """Time events that come a minute late on a long journey."""
    journey = Journey("customer-17")
    for event in walk(length):
        journey.record(event)
    samples = []
    for number in range(rounds):
        at = MONDAY + (length + number) * HOUR
        journey.touched(at=at, touchpoint=Touchpoint.SHOP)
        event = made(at - MINUTE)
        began = process_time()
        journey.record(event)
        samples.append((process_time() - began) * MILLI)
    return Row(f"ms, a minute late at {length:,}", name, samples, goal=LATE)


def _late_visit(at: datetime) -> Event:
    return Event(K.TOUCHED, at, f"late {at}", {"touchpoint": Touchpoint.SHOP})


def _late_question(at: datetime) -> Event:
    return Event(K.ASKED, at, f"late {at}", {"question": "?"})


LATE_ONES = (("a visit", _late_visit), ("a question", _late_question))


def among_open(counts: Sequence[int], turns: int) -> list[Row]:
    """Time events on a journey that owes few answers, and many, without a journal."""
    found = {count: _among(count, turns) for count in counts}
    rows = []
    for measure, base in found[counts[0]].items():
        for count, samples in found.items():
            taken = [one * MICRO for one in samples[measure]]
            against, goal = median(samples[measure]) / median(base), None
            if count > counts[0] and measure != "by its key":
                goal = FEW
            told = f"{measure}, us, {count:,} open"
            rows.append(Row(told, "live", taken, against, f"{counts[0]} open", goal))
    return rows


def _among(count: int, turns: int) -> dict[str, list[float]]:
    """Time questions, answers to the newest by its key, to the oldest, and visits, by turns."""
    journey = Journey("customer-17")
    at = MONDAY
    for number in range(count):
        at += MINUTE
        journey.record(Event(K.ASKED, at, f"q{number}", {"question": "?"}))
    found: dict[str, list[float]] = {"asked": [], "by its key": [], "answered": [], "visited": []}
    for turn in range(turns):
        newest = f"1:answer:{turn}:1"
        payloads: tuple[tuple[EventKind, dict[str, object]], ...] = (
            ASK,
            (K.FULFILLED, {"obligation": newest}),
            (K.ANSWERED, {}),
            VISIT,
            ASK,
        )
        events = [
            Event(kind, at + number * MINUTE, f"{turn}:{number}", payload)
            for number, (kind, payload) in enumerate(payloads, start=1)
        ]
        at = events[-1].at
        for measure, event in zip((*found, None), events, strict=True):
            began = process_time()
            journey.record(event)
            if measure is not None:
                found[measure].append(process_time() - began)
    return found


def among_open_kept(
    name: str, journal: Journal, counts: Sequence[int], turns: int, timer: Timer
) -> list[Row]:
    """Time questions that nobody answers, in a journal, where few are open and where many."""
    rows, base = [], 0.0
    for most in (FIRST, *counts):
        life = Life(journal, timer, f"guest {most}")
        for _ in range(most):
            life.happens(K.ASKED, question="?")
        samples = [life.happens(K.ASKED, question="?") for _ in range(turns)]
        base = base or median(samples)
        taken, against = [one * MICRO for one in samples], median(samples) / base
        rows.append(Row(f"record, us, {most:,} open", name, taken, against, f"{FIRST} open"))
    return rows


Made = tuple[str, Callable[[], Journal], Timer]


@contextmanager
def journals(folder: Path, *, postgres: bool) -> Iterator[list[Made]]:
    """Give what makes empty journals of each kind, and how its time is told."""
    made: list[Made] = [("memory", MemoryJournal, process_time)]
    with ExitStack() as stack:

        def in_sqlite() -> Journal:
            engine = sqlite(Path(mkdtemp(dir=folder)))
            stack.callback(engine.dispose)
            return SqlJournal(engine)

        made.append(("SQLite", in_sqlite, process_time))
        if postgres:
            schema = stack.enter_context(empty_schemas())
            made.append(("PostgreSQL", lambda: SqlJournal(schema()), perf_counter))
        yield made


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--turns", type=int, default=40, help="timed at each length")
    parser.add_argument("--rounds", type=int, default=5, help="of late events")
    parser.add_argument("--late-at", type=int, default=100_000, help="events before the late one")
    parser.add_argument("--lengths", type=int, nargs="*", default=LENGTHS)
    parser.add_argument("--far", action="store_true", help=f"measure at {FAR:,} events too")
    parser.add_argument(
        "--journal", nargs="*", help="memory, SQLite, PostgreSQL; all when left out"
    )
    parser.add_argument("--open", type=int, nargs="*", default=OPEN, help="open questions, live")
    parser.add_argument(
        "--open-kept", type=int, nargs="*", default=KEPT, help="the same in journals"
    )
    parser.add_argument("--short", action="store_true", help="judge no times")
    parser.add_argument("--closed", type=int, default=CLOSED, help="closed intents; 0 for none")
    parser.add_argument("--postgres", action="store_true", help="measure PostgreSQL too")
    asked = parser.parse_args()
    logging.getLogger("cxjourney").setLevel(logging.ERROR)  # one channel is all it needs
    lengths = (*asked.lengths, FAR) if asked.far else asked.lengths
    rows: list[Row] = []
    with TemporaryDirectory() as name, journals(Path(name), postgres=asked.postgres) as made:
        for kind, make, timer in made:
            if asked.journal is None or kind in asked.journal:
                rows += growth(kind, make(), lengths, asked.turns, timer)
                if asked.closed:
                    three = [make() for _ in range(3)]
                    rows += crowded(kind, three, asked.closed, asked.turns, timer)
                if asked.open_kept:
                    rows += among_open_kept(kind, make(), asked.open_kept, asked.turns, timer)
    if asked.late_at:
        rows += late(asked.late_at, asked.rounds)
    if asked.open:
        rows += among_open(asked.open, asked.turns)
    finish(rows, short=asked.short)


if __name__ == "__main__":
    main()
