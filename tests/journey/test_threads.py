"""One journey and several threads: what is not recorded is refused, never lost (SPEC 4.1)."""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from cxjourney.errors import BusyError, SequenceError
from cxjourney.journey import Journey, Step
from cxjourney.testing import check_journey
from cxjourney.vocabulary import Event, EventKind, Touchpoint

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
THREADS, EACH = 4, 200
Visit = Callable[[int], Step]


@pytest.fixture
def hasty() -> Iterator[None]:
    """Let threads take turns as often as the interpreter can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def visits(journey: Journey) -> dict[str, Visit]:
    """Return the ways in which a visit is recorded, by name."""

    def visit(number: int) -> Step:
        at = START + number * timedelta(minutes=1)
        payload = {"touchpoint": Touchpoint.SHOP}
        return journey.record(Event(EventKind.TOUCHED, at, f"e{number}", payload))

    def at_once(_: int) -> Step:
        return journey.touched(at=START, touchpoint=Touchpoint.SHOP)

    return {"events of any order": visit, "typed methods at one moment": at_once}


@pytest.mark.no_cover
@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("way", visits(Journey("c")))
def test_what_several_threads_record_is_kept_or_refused(way: str) -> None:
    """What four threads record on one journey is kept, or its caller is told that it is not."""
    journey = Journey("c")
    visit, begin = visits(journey)[way], Barrier(THREADS)

    def work(thread: int) -> list[Step]:
        begin.wait()
        kept = []
        for number in range(EACH):
            while True:
                try:
                    kept.append(visit(thread + THREADS * number))
                except BusyError:
                    continue  # nothing was recorded, so it may be recorded again
                break
        return kept

    with ThreadPoolExecutor(THREADS) as pool:
        kept = [step for steps in pool.map(work, range(THREADS)) for step in steps]
    assert journey.seq == THREADS * EACH
    assert sorted(step.seq for step in kept) == list(range(1, journey.seq + 1))
    check_journey(journey)


def test_a_journey_that_is_recorded_on_is_busy() -> None:
    """While something is being recorded, whatever reads or writes the whole journey is refused."""
    journey = Journey("c")
    with journey._alone():
        for attempt in (
            lambda: journey.contacted(at=START),
            lambda: journey.preview(Event(EventKind.CONTACTED, START, "e")),
            lambda: journey.advance(START),
            journey.to_dict,
            journey.__copy__,
        ):
            with pytest.raises(BusyError, match="not recorded"):
                attempt()
    assert journey.seq == 0
    journey.contacted(at=START)
    assert journey.seq == 1


def test_a_number_that_another_took_is_told() -> None:
    """A typed method that finds its number taken by the same event in between says so."""

    class Overtaken(Journey):
        """A journey on which another thread is always a little faster."""

        __slots__ = ()

        def record(self, event: Event, *, expected: int | None = None) -> Step:
            super().record(Event(event.kind, event.at, event.id, event.payload))
            return super().record(event, expected=expected)

    with pytest.raises(BusyError):
        Overtaken("c").contacted(at=START)


def test_a_refused_order_leaves_the_journey_free() -> None:
    """Whatever a recording raises, the next one finds the journey free."""
    journey = Journey("c")
    with pytest.raises(SequenceError):
        journey.contacted(at=START, expected=3)
    journey.contacted(at=START)
