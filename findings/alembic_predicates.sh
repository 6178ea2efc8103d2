#!/usr/bin/env bash
# Alembic 1.20.1 with SQLAlchemy 2.1.9, alembic.autogenerate
#
# Guess: a revision that autogenerate writes for a partial index gives each database a predicate of
# its own, for the index names it per database, as postgresql_where and sqlite_where.
# Seen: both are written as texts of the database that was connected when the revision was made. From
# SQLite, `table.c.open.is_(True)` becomes postgresql_where=sa.text('open IS 1'), and upgrading
# PostgreSQL with that revision asks for an index WHERE open IS 1, which is no SQL there.
# Why it matters: a revision that was made and tried on SQLite fails in production. Make revisions
# against the database that they are for, or write predicates that are the same on both.
set -euo pipefail

here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check alembic==1.20.1 sqlalchemy==2.1.9

cat >"$here/seen.py" <<'PYTHON'
import io

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations import Operations

metadata = sa.MetaData()
tasks = sa.Table("tasks", metadata, sa.Column("id", sa.Integer), sa.Column("open", sa.Boolean))
is_open = tasks.c.open.is_(True)
sa.Index("open_tasks", tasks.c.id, postgresql_where=is_open, sqlite_where=is_open)

with sa.create_engine("sqlite://").connect() as connection:
    context = MigrationContext.configure(connection)
    written = render_python_code(produce_migrations(context, metadata).upgrade_ops)
line = next(one for one in written.splitlines() if "create_index" in one)
print("written on SQLite:", line.strip())

asked = io.StringIO()
offline = MigrationContext.configure(
    dialect_name="postgresql", opts={"as_sql": True, "output_buffer": asked}
)
exec(written.replace("\n    ", "\n"), {"op": Operations(offline), "sa": sa})
index = next(one for one in asked.getvalue().splitlines() if "CREATE INDEX" in one)
print("asked of PostgreSQL:", index)

meant = str(sa.schema.CreateIndex(next(iter(tasks.indexes))).compile(dialect=postgresql.dialect()))
print("meant for PostgreSQL:", meant)

assert "postgresql_where=sa.text('open IS 1')" in line, line
assert index.rstrip(";").endswith("WHERE open IS 1"), index
assert meant.endswith("WHERE open IS true"), meant
PYTHON
"$here/venv/bin/python" "$here/seen.py"
