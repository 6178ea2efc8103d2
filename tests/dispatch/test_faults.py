"""Crashes at every point: nothing is lost, nothing is decided twice, and what is unsure is seen.

Points that leave the same behind count as one. On SQLite, with two crashes and with asynchronous
dispatchers the first crash comes at a sample of the points, which meets each kind of write several
times. ``nox -s faults`` runs ``benchmarks/dispatch_faults.py``, which tries every point and every
pair of points on every journal, PostgreSQL too.
"""

from pathlib import Path

import attrs
import pytest

from cxjourney.dispatch import OnUnknown
from cxjourney.dispatch.journal import State
from cxjourney.vocabulary import Channel
from tests.dispatch.judging import UNHARMED, Ending, damage
from tests.dispatch.kept import InDatabase, InMemory
from tests.dispatch.plays import Plays
from tests.dispatch.scenario import GIFT, PERSON, POST, VIDEO, World
from tests.dispatch.stores import Empty, in_memory, sqlite

EVERY = frozenset(Channel)
POINTS = 225
"""How many points there are in memory; a change to dispatch may change it."""


@pytest.fixture(scope="module")
def undisturbed() -> Ending:
    """Play the scenario without a crash."""
    return Ending.of(World(in_memory()).play())


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
    calm = Ending.of(World(empty()).play())
    assert damage(calm, undisturbed) == UNHARMED
    assert calm.world.fuse.passed == undisturbed.world.fuse.passed


@pytest.mark.no_cover
@pytest.mark.slow
def test_no_crash_does_any_harm(undisturbed: Ending) -> None:
    """Wherever it crashes: nothing is lost or doubled, and nothing comes twice.

    Of the hooks that do not honour the key, just those that were cut off are dead letters.
    """
    points, tally = Plays(kept=InMemory(), undisturbed=undisturbed, most=1).all()
    assert tally.plays == points + 1 == POINTS + 1
    assert tally.crashes == POINTS
    assert not tally.is_bad, tally
    assert tally.harm.duplicates == 0
    assert tally.unsure == {POST, PERSON, GIFT, VIDEO}


@pytest.mark.no_cover
@pytest.mark.slow
def test_no_crash_on_sqlite_does_any_harm(undisturbed: Ending, tmp_path: Path) -> None:
    """What is written to a database is worth as much as what is kept in memory."""
    kept = InDatabase(sqlite(tmp_path))
    points, tally = Plays(kept=kept, undisturbed=undisturbed, most=1, step=12).all()
    assert points == tally.crashes > POINTS // 12
    assert not tally.is_bad, tally
    assert tally.harm.duplicates == 0
    assert tally.unsure <= {POST, PERSON, GIFT, VIDEO}


@pytest.mark.no_cover
@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_no_crash_of_an_asynchronous_dispatcher_does_any_harm(
    workers: int, undisturbed: Ending
) -> None:
    """With two workers two hooks may be cut off by one crash, and no more than these.

    Without a crash it ends as a synchronous one does.
    """
    plays = Plays(kept=InMemory(), undisturbed=undisturbed, workers=workers, most=1, step=8)
    points, tally = plays.all()
    assert points == tally.crashes > POINTS // 8
    assert not tally.is_bad, tally
    assert tally.harm.duplicates == 0


@pytest.mark.no_cover
@pytest.mark.slow
def test_two_crashes_do_no_harm_either(undisturbed: Ending) -> None:
    """Two crashes, the second anywhere after the first: a sample that is spread over all pairs."""
    firsts, tally = Plays(kept=InMemory(), undisturbed=undisturbed, step=12, later=5).all()
    assert firsts > POINTS // 12
    assert tally.crashes - firsts > POINTS  # of those that crashed twice
    assert not tally.is_bad, tally
    assert tally.harm.duplicates == 0


@pytest.mark.no_cover
@pytest.mark.slow
def test_whoever_wants_it_tried_again_gets_one_duplicate_a_crash_at_most(
    undisturbed: Ending,
) -> None:
    """With RETRY nothing stays unknown, and a crash repeats one delivery, or none."""
    plays = Plays(kept=InMemory(), undisturbed=undisturbed, on_unknown=OnUnknown.RETRY, most=1)
    _, tally = plays.all()
    assert not tally.is_bad, tally
    assert tally.unsure == frozenset()
    assert tally.harm.duplicates > 2


@pytest.mark.no_cover
@pytest.mark.slow
def test_hooks_that_honour_the_key_reach_everybody_once(undisturbed: Ending) -> None:
    """Where all hooks are idempotent, nothing is ever unknown, and nothing comes twice."""
    _, tally = Plays(kept=InMemory(), undisturbed=undisturbed, most=1, honest=EVERY, step=4).all()
    assert tally.harm == UNHARMED
    assert tally.unsure == frozenset()


@pytest.mark.no_cover
@pytest.mark.slow
def test_the_judge_sees_duplicates(undisturbed: Ending) -> None:
    """Hooks that claim to honour the key, and do not, are found out."""
    _, tally = Plays(
        kept=InMemory(), undisturbed=undisturbed, most=1, honest=EVERY, liars=True, step=4
    ).all()
    assert tally.harm.duplicates > 2
    assert tally.is_bad
    assert attrs.evolve(tally.harm, duplicates=0) == UNHARMED


@pytest.mark.no_cover
@pytest.mark.slow
def test_the_judge_sees_what_ends_otherwise(undisturbed: Ending) -> None:
    """A play without a crash that ends otherwise than the one it is judged by is harm."""
    one, *others = undisturbed.records
    wanted = Ending(undisturbed.world, (attrs.evolve(one, outbox=one.outbox[:-1]), *others))
    _, tally = Plays(kept=InMemory(), undisturbed=wanted, most=0).all()
    assert (tally.plays, tally.crashes) == (1, 0)
    assert tally.is_bad
