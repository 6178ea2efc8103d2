"""Whether all that a journal keeps can be read and agrees with itself, and what it comes to."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs
from sqlalchemy import Connection, Engine, Table, func, select

from cxjourney.chart import Chart, find_chart
from cxjourney.dispatch._opening import chart_of, folded, stands_as_kept
from cxjourney.dispatch._past import read_checkpoint, read_form
from cxjourney.dispatch.journal import CustomerRecord, JourneyRecord, OutboxItem, SqlJournal, State
from cxjourney.dispatch.journal import _schema as schema
from cxjourney.dispatch.journal._cells._column_kinds import bare_moment, is_no_time, read_moment
from cxjourney.dispatch.journal._records_stored import CHECKPOINT, load, load_object
from cxjourney.dispatch.journal._statements import outbox_row
from cxjourney.dispatch.journal._upkeep._damaged import damaged
from cxjourney.errors import ChartNotFoundError, DecodeError
from cxjourney.journey import Journey
from cxjourney.journey._fold import Course
from cxjourney.journey._open import (
    before_moment,
    opened_where_it_stands,
    stands_at,
    steps_of,
)
from cxjourney.journey._owed import in_order
from cxjourney.playbook._planning import stays_of
from cxjourney.vocabulary import Lang, name
from cxjourney.vocabulary._terminal import Progress
from cxjourney.vocabulary._texts import moment, word

SHOWN = 20
"""How many faults a text lists; ``--json`` has all."""
PAGE = 1000
LABELS = {
    "customers": "customers",
    "journeys": "journeys",
    "intents": "intents",
    "attempts": "tried",
    "next_attention": "count_next",
}
"""The word for a figure, where it is not of its own."""
ATTENTION = "cx_customer.attention_at"
MOMENTS = frozenset({"closed_at", "next_at"})
Checkpoints = Mapping[str, Sequence[tuple[datetime, str]]]
"""Where journeys stood at some moments, as it is stored, by engagement."""


@attrs.frozen
class Wrong:
    """Something that is wrong in a journal.

    Attributes:
        what: what it is, as a short name.
        customer: whom it is about; None where it is about nobody.
        place: where in what is kept of the customer, and what is wrong there.
    """

    what: str
    customer: str | None = attrs.field(default=None, repr=False)
    place: str = ""

    def to_dict(self, *, show_values: bool) -> dict[str, str | None]:
        """Return it as plain values."""
        who = self.customer if show_values else None
        return {"what": self.what, "place": self.place, "customer": who}


@attrs.define
class Check:
    """What came of looking at everything.

    Attributes:
        customers: how many customers were looked at.
        journeys: how many journeys.
        intents: how many intents.
        unknown: how many journeys follow a chart that is not defined here, so that their events
            were not folded.
        wrong: what is wrong.
    """

    customers: int = 0
    journeys: int = 0
    intents: int = 0
    unknown: int = 0
    wrong: list[Wrong] = attrs.field(factory=list)

    def to_dict(self, *, show_values: bool) -> dict[str, Any]:
        """Return it as plain values."""
        counts = {
            name: getattr(self, name) for name in ("customers", "journeys", "intents", "unknown")
        }
        return counts | {"wrong": [one.to_dict(show_values=show_values) for one in self.wrong]}

    def explain(self, lang: Lang, *, show_values: bool) -> str:
        """Return it as a text."""
        counts = [
            f"{word('customers', lang)}: {self.customers}",
            f"{word('journeys', lang)}: {self.journeys}",
            f"{word('intents', lang)}: {self.intents}",
        ]
        if self.unknown:
            counts.append(f"{word('charts_unknown', lang)}: {self.unknown}")
        found = [f"{word('wrong', lang)}: {len(self.wrong) or word('nothing', lang)}"]
        for one in self.wrong[:SHOWN]:
            told = word(one.what, lang) + (f": {one.place}" if one.place else "")
            who = f" [{one.customer}]" if show_values and one.customer is not None else ""
            found.append(f"  {told}{who}")
        if len(self.wrong) > SHOWN:
            found.append(f"  ... +{len(self.wrong) - SHOWN}")
        return "\n".join([*counts, *found])


def check(journal: SqlJournal, engine: Engine, progress: Progress | None = None) -> Check:
    """Look at everything that a journal keeps; nothing is written.

    Args:
        journal: the journal.
        engine: its database.
        progress: is told how many customers were looked at.
    """
    done = Check()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        done.wrong += _of_file(connection)
        cells = [*_of_cells(engine)]
        done.wrong += cells
        counted = select(func.count()).select_from(schema.customers)
        total = connection.execute(counted).scalar_one() if progress else 0
        for customer, at in _customers(connection):
            done.customers += 1
            if progress:
                progress("checking", min(done.customers, total), max(total, 1))
            try:
                kept = journal.read(customer)
                journal.dossier(customer)
                stood, attention = _checkpoints(connection, customer), read_moment(at, ATTENTION)
            except DecodeError as error:
                wrong = Wrong("unreadable", customer, str(error))
                done.wrong += [wrong] if wrong not in cells else []
                continue
            _look_at(kept, attention, stood, done)
        done.wrong += _of_columns(connection)
    return done


def _of_file(connection: Connection) -> Iterator[Wrong]:
    if connection.dialect.name == "sqlite":
        if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
            yield Wrong("file_damaged")
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        yield from (Wrong("orphan", place=_belonging(str(row[0]))) for row in orphans)


def _of_cells(engine: Engine) -> Iterator[Wrong]:
    with engine.connect() as connection:  # within a transaction, as rows that come in turn need
        yield from (Wrong("unreadable", who, str(told)) for who, told in damaged(connection))


def _belonging(table: str) -> str:
    """Return the columns by which rows of a table belong to those of another."""
    rules = SqlJournal.metadata.tables[table].foreign_key_constraints
    return ", ".join(str(column) for rule in rules for column in rule.columns)


def _customers(connection: Connection) -> Iterator[tuple[str, object]]:
    table, last = schema.customers, ""
    page = (
        select(table.c.customer, bare_moment(table.c.attention_at).label("attention_at"))
        .order_by(table.c.customer)
        .limit(PAGE)
    )
    while rows := connection.execute(page.where(table.c.customer > last)).all():
        yield from ((row.customer, row.attention_at) for row in rows)
        last = rows[-1].customer


def _checkpoints(connection: Connection, customer: str) -> Checkpoints:
    """Return where a customer's journeys stood now and then, by engagement."""
    table, found = schema.checkpoints, defaultdict[str, list[tuple[datetime, str]]](list)
    asked = select(table.c.engagement, table.c.at, table.c.data).where(table.c.customer == customer)
    for engagement, at, data in connection.execute(asked.order_by(table.c.at)):
        found[engagement].append((at, data))
    return found


def _look_at(
    kept: CustomerRecord, attention: datetime | None, checkpoints: Checkpoints, done: Check
) -> None:
    if not kept.journeys:
        done.wrong.append(Wrong("orphan", kept.customer, "cx_customer.customer"))
    done.journeys += len(kept.journeys)
    done.intents += len(kept.outbox)
    for one in kept.journeys:
        try:
            stood = checkpoints.get(one.engagement, ())
            done.wrong += _of_journey(kept.customer, one, stood)
        except ChartNotFoundError:
            done.unknown += 1
        except DecodeError as error:
            done.wrong.append(Wrong("unreadable", kept.customer, str(error)))
    moments = [one.next_at for one in kept.outbox] + [one.wake_at for one in kept.journeys]
    first = min((at for at in moments if at is not None), default=None)
    if first is not None and (attention is None or attention > first):
        done.wrong.append(Wrong("never_looked_at", kept.customer, first.isoformat()))


def _of_journey(
    customer: str, kept: JourneyRecord, stood: Sequence[tuple[datetime, str]]
) -> Iterator[Wrong]:
    """Yield what is wrong with a journey: its events say otherwise than what is kept of them."""
    chart = find_chart(chart_of(kept))
    journey = folded(kept, chart)
    snapshot = read_form(kept.snapshot)
    if snapshot is not None:
        opened = stands_as_kept(kept, snapshot, chart)
        if opened is not None and _stands(opened[0]) != _stands(journey):
            yield Wrong("snapshot_differs", customer)
    for at, data in stood:
        if not _holds(journey, at, data):
            yield Wrong("checkpoint_differs", customer, at.isoformat())


def _holds(journey: Journey, at: datetime, data: str) -> bool:
    """Say whether a checkpoint says what the events up to its moment do, folded anew."""
    kept = read_checkpoint(load_object(data, CHECKPOINT))
    if kept is None:
        return True  # of another version: nobody reads it
    whose = [journey.customer, journey.engagement, journey.seq, None, kept.course]
    opened = opened_where_it_stands(whose, (), journey.chart, dict(kept.runs))
    place, course = before_moment(journey, at + datetime.resolution)
    stays = stays_of(steps_of(journey)[:place])
    told = _told(course, journey.chart)
    return opened is None or (_told(opened[1], journey.chart), kept.stays) == (told, stays)


def _stands(journey: Journey) -> tuple[object, ...]:
    return journey.seq, _told(stands_at(journey)[0], journey.chart)


def _told(course: Course, chart: Chart) -> tuple[object, ...]:
    """Return where a journey stands; nobody knows here by which clock something is due."""
    owed = in_order(course.owed)
    keys = [one.key for one in owed]
    return (course.situation, keys) if chart.by_calendar else course._replace(owed=owed)


def _of_columns(connection: Connection) -> Iterator[Wrong]:
    """Look for rows of the outbox and the archive whose columns say otherwise than their data."""
    for table in (schema.outbox, schema.archive):
        yield from _differing(connection, table)


def _differing(connection: Connection, table: Table) -> Iterator[Wrong]:
    last, columns = "", [one for one in table.c if one.name != "data"]
    asked = [bare_moment(one) if one.name in MOMENTS else one for one in columns]
    page = select(table.c.key.label("place"), table.c.data, *asked).order_by(table.c.key)
    while rows := connection.execute(page.where(table.c.key > last).limit(PAGE)).all():
        for _, data, *cells in rows:
            try:
                item = load(OutboxItem, data)
                row = [
                    read_moment(value, str(one)) if one.name in MOMENTS else value
                    for one, value in zip(columns, cells, strict=True)
                ]
            except DecodeError:
                continue  # told as a cell
            its = outbox_row(item)
            differing = [
                str(one) for one, value in zip(columns, row, strict=True) if value != its[one.name]
            ]
            if differing:
                place = f"{', '.join(differing)}: {item.key}"
                yield Wrong("columns_differ", item.intent.customer, place)
        last = rows[-1].place


def figures(engine: Engine, now: datetime) -> dict[str, Any]:
    """Return what a journal comes to, in counts and moments."""
    tables = {
        "customers": schema.customers,
        "journeys": schema.journeys,
        "attempts": schema.attempts,
        "archived": schema.archive,
        "erased": schema.tombstones,
    }
    states, due, log = schema.outbox.c.state, schema.duties.c.due, schema.log
    held = schema.customers.c.lease > now
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:

        def count(table: Any, *where: Any) -> int:  # noqa: ANN401 - of SQLAlchemy
            asked = select(func.count()).select_from(table).where(*where)
            return connection.execute(asked).scalar_one()

        found: dict[str, Any] = {"version": schema.VERSION}
        found |= {name: count(table) for name, table in tables.items()}
        found["events"] = count(log, log.c.event.is_not(None))
        by_state = connection.execute(select(states, func.count()).group_by(states)).all()
        counted = {row[0]: row[1] for row in by_state}
        found["intents"] = {one.name: counted[one.name] for one in State if one.name in counted}
        found["duties"] = count(schema.duties)
        found["overdue"] = count(schema.duties, due < now)
        found["claimed"] = count(schema.customers, held)
        waiting = schema.customers.c.attention_at
        found["late"] = count(schema.customers, waiting < now)
        first = connection.execute(select(func.min(waiting)).where(~is_no_time(waiting))).scalar()
        found["next_attention"] = None if first is None else first.isoformat()
    return found


def figures_text(found: dict[str, Any], lang: Lang) -> str:
    """Return the figures as a text."""
    lines = []
    for key, value in found.items():
        told = value
        if key == "intents":
            states = (f"{name(State[one], lang)} {count}" for one, count in value.items())
            told = ", ".join(states) or 0
        if key == "next_attention":
            told = word("never_due", lang) if value is None else _when(value, lang)
        label = LABELS.get(key) or f"count_{key}"
        lines.append(f"{word(label, lang)}: {told}")
    return "\n".join(lines)


def _when(at: str, lang: Lang) -> str:
    return moment(datetime.fromisoformat(at), lang)
