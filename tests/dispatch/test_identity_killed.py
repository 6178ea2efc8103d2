"""A process is killed while ids change: what is kept is as before, or as after."""

from pathlib import Path
from shutil import copytree, rmtree

import pytest
from sqlalchemy import Engine, event

from cxjourney.dispatch.journal import SqlJournal
from cxjourney.vocabulary import Event, EventKind
from tests.dispatch.crashing import Crash
from tests.dispatch.stores import SECRET, sqlite
from tests.dispatch.world import MONDAY, World

K = EventKind
WRONG = {"event": "order a", "actor": "ann", "reason": "wrong customer"}
DEEDS = ("merge", "rename", "retract", "erase")
TRACED = "retract"
"""What no other test sees whole."""


def prepare(engine: Engine) -> None:
    """Keep a customer under two ids there, both of them welcomed."""
    journal = SqlJournal(engine, secret=SECRET)
    world = World(journal=journal)
    for one in "ab":
        world.dispatcher().record(one, "", Event(K.PURCHASED, MONDAY, f"order {one}"))
    world.dispatcher().run()


def do(journal: SqlJournal, deed: str) -> None:
    """Put something right."""
    world = World(journal=journal)
    world.clock.pass_by(days=1)
    dispatcher = world.dispatcher()
    if deed == "merge":
        dispatcher.merge("a", "b")
    elif deed == "rename":
        dispatcher.rename("a", "c")
    elif deed == "erase":
        dispatcher.erase("a", at=world.clock())
    else:
        dispatcher.record("a", "", Event(K.RETRACTED, world.clock(), "back", WRONG))


def state(journal: SqlJournal) -> object:
    """Return all that is kept."""
    everybody = journal.customers()
    return (
        [journal.read(one) for one in everybody],
        [journal.dossier(one, ("", f"order {one}")) for one in "abc"],
        journal.archived(),
        journal.tombstones(),
    )


@pytest.mark.parametrize(
    "deed",
    [TRACED, *(pytest.param(one, marks=pytest.mark.no_cover) for one in DEEDS if one != TRACED)],
)
def test_whichever_statement_is_the_last_it_is_old_or_new(tmp_path: Path, deed: str) -> None:
    """At each statement in turn; done again it comes to what it comes to undisturbed."""
    kept, prepared = tmp_path / "journal", tmp_path / "prepared"
    kept.mkdir()
    engine = sqlite(kept)  # one for all plays, for each engine compiles every statement anew
    prepare(engine)
    engine.dispose()
    copytree(kept, prepared)
    whole = SqlJournal(engine, secret=SECRET)
    old = state(whole)
    do(whole, deed)
    new, number, done = state(whole), 0, False
    while not done:
        number += 1
        engine.dispose()
        rmtree(kept)
        copytree(prepared, kept)
        journal = SqlJournal(engine, secret=SECRET)
        left = [number]

        def die(*_: object, left: list[int] = left) -> None:
            left[0] -= 1
            if not left[0]:
                raise Crash

        event.listen(engine, "before_cursor_execute", die)
        try:
            do(journal, deed)
            done = True
        except Crash:
            pass
        event.remove(engine, "before_cursor_execute", die)
        assert state(journal) in ([new] if done else [old, new]), number
        do(journal, deed)
        if deed != "erase":
            assert state(journal) == new
    engine.dispose()
    assert number > 5
