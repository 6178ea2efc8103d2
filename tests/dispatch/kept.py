"""Journals that can be put back to where they stood, so that plays may branch off."""

import pickle
from copy import copy
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any, Protocol

import attrs
from sqlalchemy import (
    ColumnElement,
    Engine,
    ScalarSelect,
    Table,
    Text,
    cast,
    delete,
    func,
    insert,
    select,
    text,
)

from cxjourney.dispatch.journal import Journal, MemoryJournal, SqlJournal
from tests.dispatch.stores import SECRET

PASSING = frozenset({"revision", "claim", "id"})
"""What counts what happens; nobody who starts anew looks at it."""
FOLLOWS = frozenset({"numbers", "open", "occasions", "ids", "times", "by_time", "checkpoints"})
"""What a journal in memory makes of the rest."""
CONSTANT = frozenset({"_lock", "_made", "_secret"})
TELLING = (
    *("_kept", "_attempts", "_marks", "_archive", "_asked_by"),
    *("_tombstones", "_erasures", "_aliases"),
)
"""What a journal in memory keeps; the rest follows from it."""
KEPT_THROUGHOUT = frozenset({"cx_meta", "cx_secret", "cx_era"})


class Kept(Protocol):
    """A journal that can be put back."""

    @property
    def journal(self) -> Journal:
        """The journal, as it stands."""
        ...

    def digest(self) -> bytes:
        """Return what is the same where whoever starts anew cannot tell it apart."""
        ...

    def saved(self) -> object:
        """Return what puts it back to where it stands."""
        ...

    def put_back(self, saved: object) -> None:
        """Put it back to where it stood; None is empty."""
        ...


def _pickled(content: object) -> bytes:
    """Return a content in bytes, the same whether parts of it are one thing or equal ones."""
    told = BytesIO()
    writer = pickle.Pickler(told, pickle.HIGHEST_PROTOCOL)
    writer.fast = True
    writer.dump(content)
    return told.getvalue()


class InMemory:
    """A journal in memory: its containers are copied, what nothing changes is shared."""

    def __init__(self) -> None:
        self._journal = MemoryJournal()
        self._leaves: dict[int, tuple[object, int]] = {}
        self._numbers: dict[bytes, int] = {}

    @property
    def journal(self) -> Journal:
        """The journal, as it stands."""
        return self._journal

    def digest(self) -> bytes:
        """Return what is the same where whoever starts anew cannot tell it apart."""
        parts = vars(self._journal)
        return sha256(_pickled([self._told(parts[name]) for name in TELLING])).digest()

    def saved(self) -> object:
        """Return what puts it back to where it stands."""
        parts = {name: one for name, one in vars(self._journal).items() if name not in CONSTANT}
        return _copied(parts, {})

    def put_back(self, saved: object) -> None:
        """Put it back to where it stood; None is empty."""
        self._journal = MemoryJournal()
        if saved is not None:
            vars(self._journal).update(_copied(saved, {}))

    def _told(self, value: object) -> object:
        """Return what is the same for all that are alike; each thing in it by a number."""
        if isinstance(value, dict):
            return [(one, self._told(other)) for one, other in value.items()]
        if isinstance(value, list | tuple):
            return [self._told(one) for one in value]
        if isinstance(value, set):
            return sorted(map(str, value))
        if _changes(value):
            parts = _fields(value).items()
            return [self._told(one) for name, one in parts if name not in PASSING | FOLLOWS]
        return value if isinstance(value, str | int | datetime | None) else self._number(value)

    def _number(self, leaf: object) -> int:
        """Return the number of a thing that nothing changes: equal ones have the same."""
        known = self._leaves.get(id(leaf))
        if known is None:
            number = self._numbers.setdefault(_pickled(leaf), len(self._numbers))
            known = self._leaves[id(leaf)] = leaf, number  # kept, so that its id stays its own
        return known[1]


class InDatabase:
    """A journal in a database, whose tables are read and written whole."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._journal = SqlJournal(engine, secret=SECRET)
        self._journal.create()
        found = SqlJournal.metadata.sorted_tables
        self._tables = [one for one in found if one.name not in KEPT_THROUGHOUT]
        self._asking = {one: select(one).order_by(*one.primary_key) for one in self._tables}
        self._telling = select(*(self._told(one) for one in self._tables))

    @property
    def journal(self) -> Journal:
        """The journal, as it stands."""
        return self._journal

    def digest(self) -> bytes:
        """Return what is the same where whoever starts anew cannot tell it apart."""
        with self._engine.connect() as connection:
            told: tuple[str, ...] = tuple(connection.execute(self._telling).one())
            return sha256(repr(told).encode()).digest()  # a row itself leaves out what is long

    def saved(self) -> object:
        """Return what puts it back to where it stands."""
        return self._rows()

    def put_back(self, saved: object) -> None:
        """Put it back to where it stood; None is empty."""
        found = saved if isinstance(saved, dict) else {}
        with self._engine.begin() as connection:
            for table in reversed(self._tables):
                connection.execute(delete(table))
            for table, rows in found.items():
                if rows:
                    connection.execute(insert(table), rows)
                if rows and "id" in table.c and self._engine.dialect.name == "postgresql":
                    beyond = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)")
                    last = max(row["id"] for row in rows)
                    connection.execute(beyond, {"name": table.name, "last": last})

    def _told(self, table: Table) -> ScalarSelect[str]:
        """Return what asks for all that counts of a table, as one text."""
        counts = [one for one in table.c if one.name not in PASSING]
        rows = select(*counts).order_by(*table.primary_key).subquery()
        told: ColumnElement[str]
        if self._engine.dialect.name == "sqlite":
            told = func.json_group_array(func.json_array(*rows.c))
        else:
            told = cast(func.json_agg(func.json_build_array(*rows.c)), Text)
        return select(told).select_from(rows).scalar_subquery()

    def _rows(self) -> dict[Table, list[dict[str, Any]]]:
        with self._engine.connect() as connection:
            return {
                table: [row._asdict() for row in connection.execute(asking)]
                for table, asking in self._asking.items()
            }


def _changes(value: object) -> bool:
    """Say whether something is an object of the journal's own that changes."""
    kind = type(value)
    return kind.__module__.startswith("cxjourney.") and kind.__setattr__ is object.__setattr__


def _fields(value: object) -> dict[str, Any]:
    kind = type(value)
    names = [one.name for one in attrs.fields(kind)] if attrs.has(kind) else [*vars(value)]
    return {name: getattr(value, name) for name in names}


def _copied(value: Any, known: dict[int, Any]) -> Any:
    """Copy what changes and what holds it; ``known`` has what was copied before."""
    if id(value) in known:
        return known[id(value)]
    found: Any = value
    if isinstance(value, dict):
        found = known[id(value)] = copy(value)
        for key, one in value.items():
            found[key] = _copied(one, known)
    elif isinstance(value, list):
        found = known[id(value)] = [_copied(one, known) for one in value]
    elif isinstance(value, set):
        found = known[id(value)] = set(value)
    elif _changes(value):
        found = known[id(value)] = copy(value)
        for name, one in _fields(value).items():
            setattr(found, name, _copied(one, known))
    return found
