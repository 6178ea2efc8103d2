"""One contender's part of ``peers_dispatch.py``: a fresh process that decides and dispatches once.

It prints two times in seconds, and how many statements and transactions that took.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # the company belongs to the tests

COUNTS = {"statements": 0, "transactions": 0}
Timed = tuple[float, float]


def count(name: str) -> None:
    """Count a statement or a transaction; one statement for many rows counts once."""
    COUNTS[name] += 1


def watch() -> None:
    """Count what every engine of SQLAlchemy in this process does."""
    from sqlalchemy import Engine, event

    event.listen(Engine, "before_cursor_execute", lambda *_: count("statements"))
    event.listen(Engine, "commit", lambda _: count("transactions"))


def check(done: int, wanted: int) -> None:
    """Fail unless all was done."""
    if done != wanted:
        raise RuntimeError(f"{done} of {wanted} were done")


def timed(decide: Callable[[], object], dispatch: Callable[[], object]) -> Timed:
    """Return how long deciding and dispatching take."""
    began = perf_counter()
    decide()
    decided = perf_counter()
    dispatch()
    return decided - began, perf_counter() - decided


def ours(url: str, customers: int, *, many: bool, idempotent: bool) -> Timed:
    """Time cxjourney, with events that come one by one or together."""
    from cxjourney.channels import HookContext, HookOutcome, HookSet, Sent
    from cxjourney.dispatch import Dispatcher
    from cxjourney.dispatch.journal import MemoryJournal, SqlJournal, State
    from cxjourney.vocabulary import Channel, Event, EventKind
    from tests.dispatch.many import PLAYBOOK
    from tests.dispatch.world import MONDAY, POLICY

    done = Sent(note="nothing was unclear")

    def hook(_: HookContext) -> HookOutcome:
        return done

    journal = SqlJournal(url) if url else MemoryJournal()
    company = Dispatcher(
        journal,
        playbook=PLAYBOOK,
        policy=POLICY,
        hooks=HookSet().on(Channel.FACE_TO_FACE, hook, idempotent=idempotent, timeout=None),
        clock=lambda: MONDAY,
    )

    def told(number: int) -> tuple[str, str, Event]:
        question = Event(EventKind.ASKED, MONDAY, f"question {number}", {"question": "?"})
        return f"customer {number}", "", question

    def decide() -> None:
        if many:
            company.record_many(told(number) for number in range(customers))
        else:
            for number in range(customers):
                company.record(*told(number))

    journal.customers()
    COUNTS.update(statements=0, transactions=0)
    found = timed(decide, company.run)
    check(len(journal.outbox([State.SENT], limit=customers + 1)), customers)
    if isinstance(journal, SqlJournal):
        journal.close()
    return found


def plain(url: str, customers: int) -> Timed:
    """Time the plain outbox."""
    import peers_plain
    from sqlalchemy import create_engine

    engine = create_engine(url)
    peers_plain.create(engine)
    called: list[str] = []

    def decide() -> None:
        for number in range(customers):
            peers_plain.ask(engine, f"customer {number}", f"question {number}")

    COUNTS.update(statements=0, transactions=0)
    found = timed(decide, lambda: peers_plain.carry_out(engine, called.append))
    check(len(called), customers)
    engine.dispose()
    return found


def dbos(url: str, customers: int) -> Timed:
    """Time DBOS: each question enqueues a workflow of one step, whose key is the workflow's id."""
    library: Any = import_module("dbos")
    config = {
        "name": "bench",
        "system_database_url": url,
        "log_level": "ERROR",
        "application_version": "1",
        "notification_listener_polling_interval_sec": 0.01,
    }
    library.DBOS(config=config)
    called: list[str] = []

    def note(key: str) -> None:
        called.append(key)

    hook = library.DBOS.step(name="hook")(note)

    def answer(key: str) -> None:
        hook(key)

    library.DBOS.workflow(name="answer")(answer)
    library.DBOS.launch()
    library.DBOS.register_queue("answers", polling_interval_sec=0.01)
    library.DBOS.destroy()
    client = library.DBOSClient(system_database_url=url)

    def decide() -> None:
        for number in range(customers):
            key = f"customer {number}:question {number}"
            options = {"queue_name": "answers", "workflow_name": "answer", "workflow_id": key}
            client.enqueue(options, key)

    def dispatch() -> None:
        library.DBOS.launch()
        while len(called) < customers:
            sleep(0.002)
        while library.DBOS.list_workflows(status=["ENQUEUED", "PENDING"], limit=1):
            sleep(0.002)

    library.DBOS(config=config)
    COUNTS.update(statements=0, transactions=0)
    found = timed(decide, dispatch)
    library.DBOS.destroy()
    return found


def procrastinate(url: str, customers: int) -> Timed:
    """Time Procrastinate: each question defers a job, and a worker does what there is."""
    library: Any = import_module("procrastinate")
    cursor: Any = import_module("psycopg").AsyncCursor
    execute = cursor.execute

    async def counted(self: Any, *args: Any, **named: Any) -> Any:  # noqa: ANN401 - psycopg's
        count("statements")
        return await execute(self, *args, **named)

    cursor.execute = counted
    app = library.App(connector=library.PsycopgConnector(conninfo=url))
    called: list[str] = []

    async def note(key: str) -> None:
        called.append(key)

    answer = app.task(name="answer")(note)

    async def play() -> Timed:
        async with app.open_async():
            await app.schema_manager.apply_schema_async()
            COUNTS.update(statements=0, transactions=0)
            began = perf_counter()
            for number in range(customers):
                await answer.defer_async(key=f"customer {number}:question {number}")
            decided = perf_counter()
            await app.run_worker_async(wait=False, listen_notify=False)
            return decided - began, perf_counter() - decided

    found = asyncio.run(play())
    check(len(called), customers)
    return found


CONTENDERS: dict[str, Callable[[str, int], Timed]] = {
    "cxjourney": lambda url, customers: ours(url, customers, many=True, idempotent=True),
    "cxjourney, marked": lambda url, customers: ours(url, customers, many=True, idempotent=False),
    "cxjourney, one by one": lambda url, customers: ours(
        url, customers, many=False, idempotent=True
    ),
    "DBOS": dbos,
    "Procrastinate": procrastinate,
    "plain outbox": plain,
}


def written() -> int:
    """Return how many bytes this process has written."""
    lines = Path("/proc/self/io").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("wchar"))


def main() -> None:
    """Play one part, and print what it took as JSON."""
    name, url, customers, counting = sys.argv[1:5]
    if counting == "count":
        watch()
    before = written()
    decide, dispatch = CONTENDERS[name](url, int(customers))
    found = {"decide": decide, "dispatch": dispatch, "written": written() - before}
    print(json.dumps(found | (COUNTS if counting == "count" else {})))


if __name__ == "__main__":
    main()
