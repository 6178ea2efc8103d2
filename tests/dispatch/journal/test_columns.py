"""Texts and moments are the same in SQLite and in PostgreSQL as in Python."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from cxjourney.dispatch.journal import Commit, SqlJournal
from cxjourney.testing import times

ODD = st.sampled_from("\x00\x01\x02\ud7fe\ud7ff\ud800\udbff\udc00\udfff\ue000\U0001f600az")
TEXTS = st.text(ODD | st.characters(exclude_categories=()), min_size=1, max_size=6)


@pytest.mark.no_cover
@pytest.mark.parametrize("database", ["in_sqlite", "in_postgres"])
def test_any_text_and_moment_is_kept_and_sorted(
    database: str, request: pytest.FixtureRequest
) -> None:
    """Both databases give back what they got, and sort it as Python does."""
    empty = request.getfixturevalue(database)

    @given(st.dictionaries(TEXTS, times(), min_size=1, max_size=8))
    @example(dict.fromkeys(("\x01", "\x00", "\ud800", "\ud7ff"), datetime(2026, 1, 1, tzinfo=UTC)))
    def check(moments: dict[str, datetime]) -> None:
        journal = empty()
        for customer, at in moments.items():
            journal.commit(Commit(customer, 0, at))
        assert list(journal.customers()) == sorted(moments)
        instants = {customer: at.astimezone(UTC) for customer, at in moments.items()}
        first = min(instants.values())
        assert journal.next_attention() == first
        in_order = sorted(instants, key=lambda one: (instants[one], one))
        claimed = journal.claim(max(instants.values()), first, 99)
        assert [one.customer for one in claimed] == in_order

    check()


def test_usual_texts_stand_as_they_are(engine: Engine) -> None:
    """Whoever looks into a table reads plain ids there."""
    journal = SqlJournal(engine)
    ids = ["Mari Maasikas", "äöü-17", "\U0001f600"]
    for customer in ids:
        journal.commit(Commit(customer, 0))
    with engine.connect() as connection:
        found = connection.execute(text("SELECT customer FROM cx_customer"))
        assert sorted(found.scalars()) == sorted(ids)


def test_what_nobody_wrote_so_is_read_as_it_stands(engine: Engine) -> None:
    """A pair of characters that stands for none stops no reading."""
    journal = SqlJournal(engine)
    journal.commit(Commit("a", 0))
    with engine.begin() as connection:
        wrong = {"wrong": "\ud7ff\U0010ffff"}
        connection.execute(text("UPDATE cx_customer SET customer = :wrong"), wrong)
    assert journal.customers() == ("\ud7ff\U0010ffff",)
