"""Every column of every table holds something wrong once: it is told where, and stops nobody."""

import json
import re
import shutil
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from sqlalchemy import Column, Engine, create_engine, select
from sqlalchemy.exc import IntegrityError

from cxjourney.channels import HookContext, HookOutcome, Sent
from cxjourney.cli._journal._journal_check import check  # as the command has it looked at
from cxjourney.dispatch.journal import SqlJournal, State
from cxjourney.errors import DecodeError, JournalError
from cxjourney.vocabulary import Event, EventKind, Touchpoint
from tests.dispatch.journal.spoilt import (
    CUSTOMERS,
    NOT_CUSTOMERS,
    SPOILT,
    WRONG,
    failures_of,
    kind_of,
    lived,
    spoil,
)
from tests.dispatch.stores import hurried
from tests.dispatch.world import NOTE, Carrier, Clock, World

COLUMNS = [
    column
    for table in SqlJournal.metadata.sorted_tables
    for column in table.c
    if table.name not in NOT_CUSTOMERS
]
OTHERS = [one for one in CUSTOMERS if one != SPOILT]
KEY = SqlJournal.metadata.tables["cx_outbox"].c.key
LINKED = {"cx_journey", "cx_run"}
"""Tables whose rows are missed by others where their keys are spoilt: these are named then."""
POINTING = {"cx_log.engagement", "cx_run.number"}
SOME = {
    *("cx_customer.customer", "cx_customer.revision", "cx_journey.customer", "cx_journey.snapshot"),
    *("cx_run.number", "cx_run.data", "cx_outbox.open", "cx_outbox.state", "cx_outbox.next_at"),
    *("cx_log.part", "cx_duty.key", "cx_checkpoint.data", "cx_alias.data", "cx_attempt.data"),
}
NAMED = re.compile(r"\bcx_[a-z_]+\.[a-z_]+")


@attrs.frozen
class Kept:
    """A journal as a file, and what a run sends each customer."""

    path: Path
    now: datetime
    sent: Counter[str]


def opened(path: Path) -> Engine:
    """Return an engine for a file of SQLite."""
    return hurried(create_engine(f"sqlite:///{path}", hide_parameters=True))


def run(journal: SqlJournal, clock: Clock) -> tuple[Counter[str], list[Exception]]:
    """Return how much a run sent to each customer, and its errors."""
    sent = Counter[str]()

    def says(context: HookContext) -> HookOutcome:
        sent[context.intent.customer] += 1
        return Sent("ok", NOTE)

    world = World(Carrier(says), journal=journal, clock=clock)
    errors = failures_of(world.dispatcher().run)
    return sent, errors


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """Make the journal once, and look at what a run does where nothing is wrong."""
    path = tmp_path_factory.mktemp("kept") / "journal.db"
    clock = lived(f"sqlite:///{path}")
    clock.pass_by(hours=1)
    now = clock()
    engine = opened(Path(shutil.copy(path, path.with_name("other.db"))))
    assert check(SqlJournal(engine), engine).wrong == []
    sent, errors = run(SqlJournal(engine), clock)
    engine.dispose()
    assert errors == []
    assert {*sent} == {*CUSTOMERS}
    return Kept(path, now, sent)


def told_of(engine: Engine) -> set[str]:
    """Return the columns that a check names."""
    wrong = check(SqlJournal(engine), engine).wrong
    assert "Mari" not in str([one.place for one in wrong])
    return {name for one in wrong for name in NAMED.findall(one.place)}


@pytest.mark.parametrize("column", [one for one in COLUMNS if str(one) in SOME], ids=str)
def test_a_wrong_cell_of_each_kind_is_told(
    column: "Column[Any]", kept: Kept, tmp_path: Path
) -> None:
    """As below, for a few columns."""
    test_a_wrong_cell_is_told_and_stops_nobody_else(column, kept, tmp_path)


def test_a_checkpoint_that_cannot_be_read_is_told(kept: Kept, tmp_path: Path) -> None:
    """To whoever tells of something late; nobody goes on from where no journey stood."""
    column = SqlJournal.metadata.tables["cx_checkpoint"].c.data
    engine = opened(Path(shutil.copy(kept.path, tmp_path)))
    with engine.begin() as connection:
        data = connection.execute(select(column).where(column.table.c.customer == SPOILT)).scalar()
        spoil(connection, column, json.dumps(json.loads(data or "") | {"course": []}))
    world = World(journal=SqlJournal(engine), clock=Clock(kept.now))
    at = kept.now - timedelta(hours=1, seconds=30)
    visit = Event(EventKind.TOUCHED, at, "late", {"touchpoint": Touchpoint.SHOP})
    with pytest.raises(DecodeError, match=r"^cx_checkpoint\.data"):
        world.dispatcher().record(SPOILT, "other", visit)
    engine.dispose()


@pytest.mark.no_cover
@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_a_wrong_cell_is_told_and_stops_nobody_else(
    column: "Column[Any]", kept: Kept, tmp_path: Path
) -> None:
    """All is done, or the customer alone is reported with table and column, and a check has it."""
    for number, value in enumerate(WRONG[kind_of(column)]):
        engine = opened(Path(shutil.copy(kept.path, tmp_path / f"{number}.db")))
        try:
            with suppress(IntegrityError), engine.begin() as connection:
                spoil(connection, column, value)
            look_at(engine, column, kept)
        finally:
            engine.dispose()


def look_at(engine: Engine, column: "Column[Any]", kept: Kept) -> None:
    """Let a run and a check look at a journal in which a cell is spoilt."""
    journal = SqlJournal(engine)
    named = told_of(engine)
    sent, errors = run(journal, Clock(kept.now))
    assert {one: sent[one] for one in OTHERS} == {one: kept.sent[one] for one in OTHERS}
    assert len(errors) <= 1
    table = str(column).partition(".")[0]
    for error in errors:
        assert isinstance(error, JournalError if column is KEY else DecodeError)
        assert {one.partition(".")[0] for one in NAMED.findall(str(error))} <= {table, *LINKED}
        assert NAMED.search(str(error))
        assert "Mari" not in str(error)
    unknown = len(journal.outbox([State.UNKNOWN]))
    if errors or sent[SPOILT] + unknown < kept.sent[SPOILT]:
        assert named & ({str(column)} | (POINTING if table in LINKED else set()))
