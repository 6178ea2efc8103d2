"""Texts and moments are the same in SQLite and in PostgreSQL as in Python."""

from datetime import UTC, datetime

from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Column, Dialect, Engine, Integer, MetaData, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from cxjourney.dispatch.journal._schema import AnyText
from cxjourney.dispatch.journal._schema import MomentColumn as Moment
from cxjourney.testing import times

ODD = st.sampled_from("\x00\x01\x02\ud7fe\ud7ff\ud800\udbff\udc00\udfff\ue000\U0001f600az")
TEXTS = st.text(ODD | st.characters(exclude_categories=()), max_size=6)
TABLE = Table(
    "any", MetaData(), Column("n", Integer), Column("text", AnyText), Column("at", Moment)
)
DIALECTS: tuple[Dialect, ...] = (sqlite.dialect(), postgresql.dialect())  # type: ignore[no-untyped-call] # SQLAlchemy's own


@given(TEXTS, TEXTS)
@example("\x00", "\x01")
@example("\ud7ff", "\ud800")
def test_the_order_of_texts_stays(one: str, other: str) -> None:
    """As written, texts compare by their bytes as they did by their code points."""
    for dialect in DIALECTS:
        written = [AnyText().process_bind_param(text, dialect) or "" for text in (one, other)]
        octets = [text.encode() for text in written]
        assert (octets[0] < octets[1]) == (one < other)
        read = [AnyText().process_result_value(text, dialect) for text in written]
        assert read == [one, other]


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20))
def test_usual_texts_stand_as_they_are(text: str) -> None:
    """Whoever looks into a table reads plain ids there."""
    if "\ud7ff" not in text:
        assert AnyText().process_bind_param(text, DIALECTS[0]) == text


def test_any_text_and_moment_is_kept_and_sorted(engine: Engine) -> None:
    """Both databases give back what they got, and sort it as Python does."""

    @given(st.lists(st.tuples(TEXTS, times()), min_size=1, max_size=20))
    def check(rows: list[tuple[str, datetime]]) -> None:
        values = [{"n": n, "text": text, "at": at} for n, (text, at) in enumerate(rows)]
        with engine.connect() as connection:
            TABLE.create(connection)
            connection.execute(TABLE.insert(), [*values, {"n": -1, "text": None, "at": None}])
            kept = connection.execute(select(TABLE).where(TABLE.c.n >= 0).order_by(TABLE.c.n)).all()
            texts = connection.execute(select(TABLE.c.text).order_by(TABLE.c.text)).scalars().all()
            moments = connection.execute(select(TABLE.c.at).order_by(TABLE.c.at)).scalars().all()
            TABLE.drop(connection)
            connection.commit()
        assert [tuple(row[1:]) for row in kept] == [(text, at.astimezone(UTC)) for text, at in rows]
        assert [one for one in texts if one is not None] == sorted(text for text, _ in rows)
        read = [one for one in moments if one is not None]
        assert read == sorted(at.astimezone(UTC) for _, at in rows)
        assert all(one.tzinfo is UTC for one in read)

    check()
