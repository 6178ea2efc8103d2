"""Four dispatchers over one journal: each intent is acted on once, by one of them.

``nox -s faults`` lets eight processes compete.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest

from cxjourney.dispatch.journal import SqlJournal, State
from tests.dispatch.many import act, acted_on, ask

DISPATCHERS = 4
CUSTOMERS, EACH = 40, 2
A_FEW = 2


@pytest.mark.no_cover
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_four_dispatchers_act_on_each_intent_once(
    database: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Four threads, each with a journal of its own on the same database, begin at once."""
    url = f"sqlite:///{tmp_path / 'journal.db'}"
    if database == "postgres":
        url = str(request.getfixturevalue("postgres")())
    with closing(SqlJournal(url)) as journal:
        ask(journal, range(CUSTOMERS), EACH)
        keys = {one.key for one in journal.outbox(frozenset({State.PLANNED}))}
        assert len(keys) == CUSTOMERS * EACH
        books, barrier = [tmp_path / f"{n}.txt" for n in range(DISPATCHERS)], Barrier(DISPATCHERS)

        def work(book: Path) -> int:
            with closing(SqlJournal(url)) as own:
                return act(own, book, barrier.wait, A_FEW)

        with ThreadPoolExecutor(DISPATCHERS) as pool:
            sent = list(pool.map(work, books))
        assert sum(sent) == len(keys)
        assert max(sent) < len(keys), "nobody did it alone"
        assert acted_on(books) == dict.fromkeys(keys, 1)
        left = {one.key for one in journal.outbox(frozenset({State.SENT}))}
        assert left == keys
        assert all(journal.read(one).claim is None for one in journal.customers())
