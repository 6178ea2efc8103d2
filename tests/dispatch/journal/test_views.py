"""What is told of all customers at once is found by index, however much else there is."""

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from cxjourney.dispatch.journal import Commit, Journal, SqlJournal, State
from tests.dispatch.journal.records import a_duty, a_journey, an_intent, at

DEAD = (State.FAILED, State.UNKNOWN)
MANY = 1000
CROWD = (
    "INSERT INTO cx_customer (customer, revision) SELECT 'x' || n, 1",
    "INSERT INTO cx_journey SELECT 'x' || n, '', '', NULL, 1, 1",
    "INSERT INTO cx_duty SELECT 'x' || n, '', '1:affirm:e1', now(), now()",
)
VIEWS: dict[str, tuple[str, Callable[[Journal], object]]] = {
    "overdue": ("cx_duty_due", lambda journal: journal.overdue(at(99), limit=9)),
    "overdue, next page": (
        "cx_duty_due",
        lambda journal: journal.overdue(at(99), after=a_duty("00009"), limit=9),
    ),
    "still owed": ("cx_outbox_unmet", lambda journal: journal.still_owed(limit=9)),
    "still owed, next page": (
        "cx_outbox_unmet",
        lambda journal: journal.still_owed(after=("00009", 1), limit=9),
    ),
    "dead letters": ("cx_outbox_state", lambda journal: journal.outbox(DEAD, limit=9)),
    "dead letters, next page": (
        "cx_outbox_state",
        lambda journal: journal.outbox(DEAD, after=("00009", 1), limit=9),
    ),
    "waiting": ("cx_outbox_state", lambda journal: journal.outbox([State.PLANNED], limit=9)),
}
"""What is asked, and the index that answers."""


def fill(journal: SqlJournal, engine: Engine) -> None:
    """Write many customers, each with a duty and an intent for it, most of them sent."""
    states = [*State, *[State.SENT] * 50]
    commits = []
    for number in range(MANY):
        one = f"{number:05}"
        item = an_intent(one, 1, "", states[number % len(states)])
        made = Commit(one, 0, journeys=(a_journey(one),), outbox=(item,), owed=(a_duty(one),))
        commits.append(("commit", (made,)))
    assert journal.together(commits) == [None] * MANY
    if engine.dialect.name == "postgresql":  # it reads small tables from end to end
        with engine.begin() as connection:
            for statement in CROWD:
                connection.execute(text(f"{statement} FROM generate_series(1, 30000) AS n"))
            connection.execute(text("ANALYZE"))


def plans(engine: Engine, ask: Callable[[], object]) -> Iterable[str]:
    """Ask something, and return how the database finds the answer."""
    asked = []

    def hear(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", hear)
    ask()
    event.remove(engine, "before_cursor_execute", hear)
    how = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    with engine.connect() as connection:
        for statement, parameters in asked:
            if statement.lstrip().startswith("SELECT"):
                rows = connection.exec_driver_sql(f"{how} {statement}", parameters)
                yield "\n".join(str(row[-1]) for row in rows)


@pytest.mark.no_cover
def test_views_are_read_by_index(engine: Engine) -> None:
    """No view reads a table from end to end, on either database."""
    journal = SqlJournal(engine)
    journal.create()
    fill(journal, engine)
    for name, (index, ask) in VIEWS.items():
        assert ask(journal), name
        (plan,) = plans(engine, partial(ask, journal))
        assert index in plan, (name, plan)
        assert not re.search(r"Seq Scan|SCAN cx_\w+$|SCAN cx_\w+\n", plan), (name, plan)
