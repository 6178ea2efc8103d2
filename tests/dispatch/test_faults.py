"""Crashes at every point: nothing is lost, nothing is decided twice, and what is unsure is seen.

Points that leave the same behind count as one, see ``Fuse.distinct``. A write of each kind is
made for many intents, so a sample of the points meets each kind several times. ``nox -s faults``
runs ``benchmarks/dispatch_faults.py``, which tries every point and every pair of points on every
journal, PostgreSQL too.
"""

import attrs
import pytest

from cxjourney.dispatch import OnUnknown
from cxjourney.dispatch.journal import State
from cxjourney.vocabulary import Channel
from tests.dispatch.crashing import Fuse
from tests.dispatch.judging import UNHARMED, Ending, damage
from tests.dispatch.scenario import GIFT, HONEST, PERSON, POST, VIDEO, World
from tests.dispatch.stores import Empty, in_memory

GOLDEN = 0.618_034
"""Multiples of it spread evenly between whole numbers."""
EVERY = frozenset(Channel)


def play(
    empty: Empty,
    *at: int,
    on_unknown: OnUnknown = OnUnknown.KEEP,
    honest: frozenset[Channel] = HONEST,
    workers: int = 0,
) -> Ending:
    """Play the scenario with crashes at some points."""
    world = World(empty(), Fuse(frozenset(at)), on_unknown, honest, workers=workers)
    return Ending.of(world.play())


@pytest.fixture(scope="module")
def undisturbed() -> Ending:
    """Play the scenario without a crash."""
    return play(in_memory)


@pytest.fixture(scope="module")
def points(undisturbed: Ending) -> list[int]:
    """Return every point that leaves something else behind."""
    return undisturbed.world.fuse.distinct()


@pytest.mark.no_cover
def test_the_scenario_has_everything(undisturbed: Ending) -> None:
    """There are twenty intents, with every turn that an intent can take, and no harm is done."""
    items = undisturbed.outbox.values()
    by_play = {(one.intent.customer, one.intent.play): one for one in items}
    assert len(items) == 20
    assert {one.state for one in items} == {
        State.SENT,
        State.WAITING,
        State.FAILED,
        State.SKIPPED,
    }
    assert by_play["bert", "welcome"].channel is POST
    assert [by_play[who].attempts for who in (("bert", "answer"), ("anna", "hand_over"))] == [2, 2]
    assert by_play["cleo", "solve"].reason == "not_owed"
    assert by_play["anna", "film"].reason == "no_studio"
    assert by_play["dora", "call"].channel is PERSON
    night = by_play["bert", "affirm"]
    assert night.settled_at is not None
    assert night.settled_at.hour == 8
    assert ("anna", "fan") in by_play, "what a journey is told calls for more"
    (anna,) = (one for one in undisturbed.records if one.customer == "anna")
    told = {event["kind"] for event in anna.journeys[0].data["events"]}
    assert {"feedback_asked", "loyalty_confirmed", "reassured", "fulfilled"} <= told
    assert damage(undisturbed, undisturbed) == UNHARMED
    assert undisturbed.world.crashes == []


@pytest.mark.no_cover
def test_every_journal_plays_alike(empty: Empty, undisturbed: Ending) -> None:
    """Without a crash each journal ends as the one in memory, by way of the same points."""
    calm = play(empty)
    assert damage(calm, undisturbed) == UNHARMED
    assert calm.world.fuse.passed == undisturbed.world.fuse.passed


@pytest.mark.no_cover
@pytest.mark.slow
@pytest.mark.parametrize(("database", "step"), [("memory", 3), ("in_sqlite", 24)])
def test_no_crash_does_any_harm(
    database: str,
    step: int,
    request: pytest.FixtureRequest,
    undisturbed: Ending,
    points: list[int],
) -> None:
    """Wherever it crashes: nothing is lost or doubled, and nothing comes twice.

    Of the hooks that do not honour the key, just those that were cut off are dead letters. Fewer
    points are tried on SQLite, for a play takes four times as long there.
    """
    empty: Empty = request.getfixturevalue(database)
    seen = set()
    for point in points[1::step]:
        ending = play(empty, point)
        world = ending.world
        assert damage(ending, undisturbed) == UNHARMED, (point, world.crashes)
        assert world.seen == world.cut_off, (point, world.crashes)
        assert len(world.crashes) == 1
        seen |= {ending.outbox[key].channel for key in world.seen}
    assert seen <= {POST, PERSON, GIFT, VIDEO}
    assert len(seen) == 4 or step > 3


@pytest.mark.no_cover
@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_no_crash_of_an_asynchronous_dispatcher_does_any_harm(
    workers: int, undisturbed: Ending
) -> None:
    """With two workers two hooks may be cut off by one crash, and no more than these."""
    calm = play(in_memory, workers=workers)
    assert damage(calm, undisturbed) == UNHARMED
    for point in calm.world.fuse.distinct()[workers::18]:
        ending = play(in_memory, point, workers=workers)
        world = ending.world
        assert damage(ending, undisturbed) == UNHARMED, (point, world.crashes)
        assert world.seen == world.cut_off, (point, world.crashes)


@pytest.mark.no_cover
@pytest.mark.slow
def test_two_crashes_do_no_harm_either(undisturbed: Ending, points: list[int]) -> None:
    """Two crashes, the second anywhere after the first: a sample that is spread over all pairs."""
    last, twice = len(undisturbed.world.fuse.passed), 0
    firsts = points[::12]
    for number, first in enumerate(firsts):
        second = first + 1 + int(number * GOLDEN % 1 * (last - first))
        ending = play(in_memory, first, second)
        crashes = ending.world.crashes
        assert damage(ending, undisturbed) == UNHARMED, (first, second, crashes)
        twice += len(crashes) == 2
    assert twice > 0.9 * len(firsts)


@pytest.mark.no_cover
@pytest.mark.slow
def test_whoever_wants_it_tried_again_gets_one_duplicate_a_crash_at_most(
    undisturbed: Ending, points: list[int]
) -> None:
    """With RETRY nothing stays unknown, and a crash repeats one delivery, or none."""
    repeated = 0
    for point in points[::3]:
        ending = play(in_memory, point, on_unknown=OnUnknown.RETRY)
        harm = damage(ending, undisturbed)
        assert attrs.evolve(harm, duplicates=0) == UNHARMED, (point, ending.world.crashes)
        assert harm.duplicates <= 1
        assert not ending.world.seen
        repeated += harm.duplicates
    assert repeated > 2


@pytest.mark.no_cover
@pytest.mark.slow
def test_hooks_that_honour_the_key_reach_everybody_once(
    undisturbed: Ending, points: list[int]
) -> None:
    """Where all hooks are idempotent, nothing is ever unknown, and nothing comes twice."""
    for point in points[1::16]:
        ending = play(in_memory, point, honest=EVERY)
        assert damage(ending, undisturbed) == UNHARMED, (point, ending.world.crashes)
        assert not ending.world.seen


@pytest.mark.no_cover
@pytest.mark.slow
def test_the_judge_sees_duplicates(undisturbed: Ending, points: list[int]) -> None:
    """Hooks that claim to honour the key, and do not, are found out."""
    found = 0
    for point in points[::6]:
        world = World(in_memory(), Fuse(frozenset({point})), honest=EVERY)
        world.carriers.honest = frozenset()
        found += damage(Ending.of(world.play()), undisturbed).duplicates
    assert found > 2
