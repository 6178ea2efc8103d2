"""Users of Alembic migrate the journal's tables with their own, and it sees no difference after."""

import io
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect

from cxjourney.dispatch.journal import AsyncSqlJournal, SqlJournal
from cxjourney.errors import JournalError
from tests.dispatch.journal.records import a_journey, write
from tests.dispatch.journal.test_upgrade import DUMP, make_old
from tests.dispatch.stores import sqlite_url

ENV = """
from alembic import context
from sqlalchemy import Column, Integer, MetaData, Table, create_engine
from cxjourney.dispatch.journal import SqlJournal

shop = MetaData()
Table("orders", shop, Column("id", Integer, primary_key=True))
url = context.config.get_main_option("url")
if context.is_offline_mode():
    context.configure(url=url, literal_binds=True)
    context.run_migrations()
else:
    engine = create_engine(url)
    with engine.connect() as connection:
        target = [shop, SqlJournal.metadata]
        options = {"target_metadata": target, "compare_server_default": True}
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()
"""
REVISION = """
from alembic import op
from cxjourney.dispatch.journal import SqlJournal

revision, down_revision = "journal", None

def upgrade():
    SqlJournal.migrate(op.get_bind())
"""
TEMPLATE = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = ${repr(up_revision)}, ${repr(down_revision)}

def upgrade():
    ${upgrades}
"""


def differences(engine: Engine) -> list[Any]:
    """Return what Alembic would change about the tables that are there."""
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, SqlJournal.metadata))


@pytest.mark.no_cover
def test_alembic_sees_no_difference(engine: Engine) -> None:
    """Neither in tables that were just made, nor in those that were upgraded from version 1."""
    SqlJournal(engine).create()
    assert differences(engine) == []
    with engine.begin() as connection:
        make_old(connection)
    assert differences(engine) != []
    with engine.begin() as connection:
        SqlJournal.migrate(connection)
    assert differences(engine) == []
    assert AsyncSqlJournal.metadata is SqlJournal.metadata


def test_a_revision_upgrades_with_the_rest(engine: Engine) -> None:
    """What is undone leaves everything as it was, and what is kept is upgraded too."""
    journal = SqlJournal(engine)
    write(journal, "leo", journeys=(a_journey("leo", "car", 3),))
    with engine.begin() as connection:
        make_old(connection)
    with engine.connect() as connection:
        SqlJournal.migrate(connection)
        connection.rollback()
    assert "cx_duty" not in inspect(engine).get_table_names()
    with engine.begin() as connection:
        SqlJournal.migrate(connection)
    assert SqlJournal(engine).read("leo").journeys[0].data == a_journey("leo", "car", 3).data


@pytest.mark.no_cover
def test_real_revisions_run(tmp_path: Path) -> None:
    """As its users call it: upgraded from version 1, what is generated next has their own alone."""
    with closing(sqlite3.connect(tmp_path / "journal.db")) as connection:
        connection.executescript(DUMP.read_text())
    scripts, told = tmp_path / "scripts", io.StringIO()
    (scripts / "versions").mkdir(parents=True)
    for name, content in (
        ("env.py", ENV),
        ("script.py.mako", TEMPLATE),
        ("versions/journal.py", REVISION),
    ):
        (scripts / name).write_text(content)
    config = Config(stdout=told, output_buffer=told)
    config.set_main_option("script_location", str(scripts))
    config.set_main_option("path_separator", "os")
    config.set_main_option("url", sqlite_url(tmp_path))
    with pytest.raises(JournalError, match="no connection"):
        command.upgrade(config, "head", sql=True)
    command.upgrade(config, "head")
    made = command.revision(config, "orders", autogenerate=True)
    generated = Path(getattr(made, "path", "")).read_text()
    assert "orders" in generated
    assert "cx_" not in generated
    command.upgrade(config, "head")
    command.check(config)
    engine = create_engine(sqlite_url(tmp_path))
    assert len(SqlJournal(engine).customers()) > 0
    engine.dispose()
