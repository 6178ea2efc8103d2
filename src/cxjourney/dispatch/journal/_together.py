"""What a journal in a database is asked and told of many customers at once."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import attrs
from sqlalchemy import (
    Connection,
    bindparam,
    delete,
    func,
    insert,
    null,
    select,
    text,
    tuple_,
    union_all,
)

from cxjourney.dispatch.journal import _records as records
from cxjourney.dispatch.journal._cells._column_kinds import AnyText, bare_moment
from cxjourney.dispatch.journal._marking._marks import write_marks
from cxjourney.dispatch.journal._moving._in_database import known_as
from cxjourney.dispatch.journal._moving._named import alias_in
from cxjourney.dispatch.journal._owing import SOME
from cxjourney.dispatch.journal._questions import REACHED, dossier, dossier_of
from cxjourney.dispatch.journal._records_stored import check_commit, load
from cxjourney.dispatch.journal._schema import (
    aliases,
    archive,
    attempts,
    customers,
    duties,
    journeys,
    log,
    outbox,
    runs,
)
from cxjourney.dispatch.journal._secrecy._erased import erased_under
from cxjourney.dispatch.journal._secrecy._secret import Secret
from cxjourney.dispatch.journal._standing._beside import Rows, upsert, write, write_beside
from cxjourney.dispatch.journal._standing._revision import ITSELF, LOST_LEASE
from cxjourney.dispatch.journal._standing._waiting import Parts
from cxjourney.dispatch.journal._statements import (
    RAISE,
    SETTLE,
    added,
    attempt_rows,
    duty_rows,
    journey_rows,
    lines_added,
    new_row,
    outbox_rows,
)
from cxjourney.errors import SequenceError

AT_ONCE = 100
"""How many customers one statement names; SQLite of old takes a thousand values."""

_IDS = bindparam("customers", expanding=True, type_=AnyText)
_HEAD = (
    select(
        *(journeys.c.customer, text("'journey'"), journeys.c.engagement, journeys.c.born),
        *(journeys.c.head, bare_moment(journeys.c.wake_at)),
    )
).where(journeys.c.customer.in_(_IDS))
_SNAPSHOT = select(
    *(journeys.c.customer, text("'snapshot'"), journeys.c.engagement, text("0")),
    *(journeys.c.snapshot, null()),
).where(journeys.c.customer.in_(_IDS), journeys.c.snapshot.is_not(None))
_RUNS = select(
    *(runs.c.customer, text("'run'"), runs.c.engagement, runs.c.number, runs.c.data, null())
).where(runs.c.customer.in_(_IDS))
_OPEN = select(
    *(outbox.c.customer, text("'intent'"), text("''"), outbox.c.number, outbox.c.data, null())
).where(outbox.c.customer.in_(_IDS))
_STILL_OPEN = (
    _OPEN.where(outbox.c.open.is_not(False), outbox.c.quiet.is_(None)),
    _OPEN.where(outbox.c.quiet.is_not(None)),
)
_CROWDED = (
    select(outbox.c.customer)
    .where(outbox.c.customer.in_(_IDS), outbox.c.quiet.is_not(None))
    .group_by(outbox.c.customer)
    .having(func.count() > SOME)
)
_STANDS = [
    select(customers.c.customer, text(f"'{part}'"), text("''"), number, lost, null()).where(
        customers.c.customer.in_(_IDS)
    )
    for part, number, lost in (
        ("revision", customers.c.revision, null()),
        ("claim", customers.c.claim, LOST_LEASE),
    )
]
# Asked customer by customer, for grouped it would look at every intent that there ever was.
_PLANNED = [
    select(
        *(customers.c.customer, text("'planned'"), text("''")),
        select(func.max(one.c.number)).where(one.c.customer == customers.c.customer).label("last"),
        *(null(), null()),
    ).where(customers.c.customer.in_(_IDS))
    for one in (outbox, archive)
]
_ALIAS = select(
    *(aliases.c.alias, text("'alias'"), aliases.c.customer, text("0"), aliases.c.data, null())
).where(aliases.c.alias.in_(_IDS))
_DOSSIERS = union_all(_HEAD, _SNAPSHOT, _RUNS, *_STILL_OPEN, *_PLANNED, *_STANDS, _ALIAS)
_KNOWN = select(log.c.customer, log.c.engagement, log.c.event).where(
    tuple_(log.c.customer, log.c.engagement, log.c.event).in_(bindparam("events", expanding=True)),
    log.c.event.is_not(None),
)
_DECIDED = union_all(
    *(
        select(one.c.customer, one.c.key).where(one.c.key.in_(bindparam("keys", expanding=True)))
        for one in (outbox, archive)
    ),
    *(
        select(one.c.customer, one.c.occasion).where(
            one.c.customer.in_(_IDS),
            one.c.occasion.in_(bindparam("occasions", expanding=True)),
        )
        for one in (outbox, archive)
    ),
)
# Locked in one order, so that two who write never wait for each other.
_REVISIONS = (
    select(customers.c.customer, customers.c.revision)
    .where(customers.c.customer.in_(_IDS))
    .order_by(customers.c.customer)
    .with_for_update()
)
_TAKE_BACK = delete(customers).where(customers.c.customer.in_(_IDS))
_THERE = select(
    journeys.c.customer, journeys.c.engagement, journeys.c.events, journeys.c.steps
).where(journeys.c.customer.in_(_IDS))
_ATTEMPTS = insert(attempts)


def answers(
    connection: Connection, secret: Secret, method: str, asked: Sequence[tuple[Any, ...]]
) -> list[object]:
    """Answer calls of a method that only reads, so many in one statement."""
    return [
        answer
        for start in range(0, len(asked), AT_ONCE)
        for answer in ANSWERS[method](connection, secret, asked[start : start + AT_ONCE])
    ]


def _dossiers(
    connection: Connection, secret: Secret, asked: Sequence[tuple[Any, ...]]
) -> list[object]:
    """Return the dossiers of customers, or the error of one that cannot be read."""
    about = [customer for customer, *rest in asked if rest and rest[0]]
    crowded = {*connection.execute(_CROWDED, {"customers": about}).scalars()} if about else set()
    ids = [customer for customer, *_ in asked if customer not in crowded]
    known = _knows(connection, secret, [(one[0], one[1]) for one in asked if one[1:] and one[1]])
    told = iter(known)
    parts: dict[str, Parts] = {customer: defaultdict(list) for customer, *_ in asked}
    _find_erased(connection, secret, asked, parts)
    # All at once: a row that cannot be read would leave the statement open.
    rows = connection.execute(_DOSSIERS, {"customers": ids}).all()
    for customer, part, engagement, number, data, at in rows:
        parts[customer][part, engagement].append((number, data, at))
    found: list[object] = []
    for customer, *rest in asked:
        if customer in crowded or alias_in(parts[customer]) is not None:
            found.append(_alone(connection, secret, customer, rest))
            next(told) if rest and rest[0] else None
            continue
        knows = bool(rest and rest[0] and next(told))
        try:
            found.append(dossier_of(customer, secret, parts[customer], knows=knows))
        except Exception as error:  # noqa: BLE001 - one that cannot be read stops no other
            found.append(error)
    return found


def _alone(connection: Connection, secret: Secret, customer: str, rest: Sequence[Any]) -> object:
    try:
        return dossier(connection, secret, customer, rest[0] if rest else None)
    except Exception as error:  # noqa: BLE001 - one that cannot be read stops no other
        return error


def _find_erased(
    connection: Connection,
    secret: Secret,
    asked: Sequence[tuple[Any, ...]],
    parts: Mapping[str, Parts],
) -> None:
    """Put what was erased of customers, and of the engagements asked about, into the parts."""
    places = {mark: (customer, ITSELF) for customer, *_ in asked for mark in secret.marks(customer)}
    for customer, *rest in asked:
        if rest and rest[0]:
            places |= dict.fromkeys(secret.marks(customer, rest[0][0]), (customer, ""))
    for mark, data in erased_under(connection, places):
        customer, of = places[mark]
        parts[customer]["erased", of].append((0, data, None))


def _knows(
    connection: Connection,
    secret: Secret,  # noqa: ARG001 - as the others
    asked: Sequence[tuple[Any, ...]],
) -> list[object]:
    """Say of events whether they are kept."""
    events = [(customer, *event) for customer, event in asked]
    if not events:
        return []
    kept = {tuple(row) for row in connection.execute(_KNOWN, {"events": events})}
    return [one in kept for one in events]


def _decided(
    connection: Connection,
    secret: Secret,  # noqa: ARG001 - as the others
    asked: Sequence[tuple[Any, ...]],
) -> list[object]:
    """Return which keys and occasions each customer's intents have."""
    wanted = {
        "customers": [customer for customer, _, _ in asked],
        "keys": [key for _, keys, _ in asked for key in keys],
        "occasions": [one for _, _, occasions in asked for one in occasions],
    }
    kept: dict[str, set[str]] = defaultdict(set)
    for customer, name in connection.execute(_DECIDED, wanted):
        kept[customer].add(name)
    return [
        frozenset(kept[customer].intersection([*keys, *occasions]))
        for customer, keys, occasions in asked
    ]


def _audience(
    connection: Connection,
    secret: Secret,  # noqa: ARG001 - as the others
    asked: Sequence[tuple[Any, ...]],
) -> list[object]:
    """Return for how many customers but one each digest is, up to a limit."""
    wanted = {"most": max(limit for _, limit, *_ in asked) + 1, "but": ""}
    reached = {
        digest: {*connection.execute(REACHED, wanted | {"digest": digest}).scalars()}
        for digest in {one for digests, *_ in asked for one in digests}
    }
    return [
        {one: min(len(reached[one] - {but}), limit) for one in digests}
        for digests, limit, but in asked
    ]


Answer = Callable[[Connection, Secret, Sequence[tuple[Any, ...]]], list[object]]
ANSWERS: Mapping[str, Answer] = {
    "dossier": _dossiers,
    "knows": _knows,
    "decided": _decided,
    "audience": _audience,
}
"""How calls of a method are answered together."""


@attrs.frozen
class _Rows:
    """A commit, and the rows of all that it may write."""

    commit: records.Commit
    heads: Rows
    lines: Rows
    items: Rows
    attempts: Rows
    settled: Rows
    owed: Rows

    @classmethod
    def of(cls, commit: records.Commit) -> "_Rows":
        """Return the rows of a commit.

        Raises:
            JournalError: when it contradicts itself.
            DecodeError: when a part of it could not be read again.
        """
        check_commit(commit)
        heads, lines = journey_rows(commit, {})
        items, called = outbox_rows(commit), attempt_rows(commit)
        return cls(commit, heads, lines, items, called, *duty_rows(commit))

    def beyond(self, there: Mapping[str, tuple[int, int]]) -> None:
        """Leave out the events and steps that are there, by the numbers of the last ones."""
        for head in self.heads:
            last = there.get(cast("str", head["engagement"]))
            if last is not None:
                head["events"] = max(cast("int", head["events"]), last[0])
                head["steps"] = max(cast("int", head["steps"]), last[1])
        self.lines[:] = [
            one
            for one in self.lines
            if cast("int", one["seq"])
            > there.get(cast("str", one["engagement"]), (0, 0))[one["part"] == "step"]
        ]


class Writing:
    """Commits that are written together: each whole or not at all.

    Args:
        asked: the commits, each of another customer.
    """

    def __init__(self, asked: Sequence[records.Commit]) -> None:
        self._asked = asked
        self.answers: list[object] = [None] * len(asked)
        self._fit: dict[str, _Rows] = {}
        self.alone: list[int] = []
        """The places of those that are to be written alone, for what they do is rare."""
        for place, commit in enumerate(asked):
            rare = commit.erased or commit.rewritten or commit.reopened
            if rare or commit.customer in self._fit:
                self.alone.append(place)
            else:
                self._take(place, commit)

    def _take(self, place: int, commit: records.Commit) -> None:
        try:
            rows = _Rows.of(commit)
        except Exception as error:  # noqa: BLE001 - it is the answer to whoever asked
            self.answers[place] = error
        else:
            self._fit[commit.customer] = rows

    def write(self, connection: Connection, secret: Secret) -> list[object]:
        """Write those that are on the expected revision; return what to answer.

        Raises:
            IntegrityError: when one of them is at odds with what is kept; nothing is written.
        """
        found = list(self.answers)
        places = {one.customer: place for place, one in enumerate(self._asked)}
        fit = [self._fit[customer] for customer in sorted(self._fit)]
        written: list[_Rows] = []
        for start in range(0, len(fit), AT_ONCE):
            some = fit[start : start + AT_ONCE]
            told = _raise_revisions(connection, secret, [one.commit for one in some])
            for one in some:
                expected, actual = one.commit.expected, told.get(one.commit.customer)
                if actual == expected:
                    written.append(one)
                else:
                    found[places[one.commit.customer]] = SequenceError(
                        expected, max(actual or 0, 0)
                    )
        _write_all(connection, written)
        return found


def _raise_revisions(
    connection: Connection, secret: Secret, commits: Sequence[records.Commit]
) -> dict[str, int]:
    """Raise the revisions that are the expected ones; return what they were.

    Of one whom somebody added and erased meanwhile nothing is returned.
    """
    old = [one.customer for one in commits if one.expected]
    there = _revisions(connection, old)
    new = {one.customer: one for one in commits if one.customer not in there}
    if new:
        there |= _add(connection, secret, new)
    raised: Rows = [
        {
            "of_customer": one.customer,
            "at": one.attention_at,
            "its_rank": one.rank,
            "until": one.lease,
        }
        for one in commits
        if one.customer not in new and there[one.customer] == one.expected
    ]
    write(connection, RAISE, raised)
    return there


def _revisions(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    """Return the revisions of those customers that there are, and lock them."""
    if not ids:
        return {}
    found = connection.execute(_REVISIONS, {"customers": ids})
    return {row.customer: row.revision for row in found}


def _add(
    connection: Connection, secret: Secret, new: Mapping[str, records.Commit]
) -> dict[str, int]:
    """Add customers of whom nothing is kept; return where each of them began, or is by now.

    Whoever was erased begins at its number; one who was read before that is not added.
    """
    statement = added(connection.dialect.name)
    fresh = {*connection.execute(statement, [new_row(one) for one in new.values()]).scalars()}
    # Asked only now that nobody else can add them.
    begins = dict.fromkeys(fresh, 0)
    marks = {mark: one for one in fresh for mark in secret.marks(one)}
    for mark, data in erased_under(connection, marks):
        customer = marks[mark]
        begins[customer] = max(begins[customer], load(records.Erasure, data).number)
    before = known_as(connection, fresh)
    wrong = [one for one in fresh if one in before or begins[one] != new[one].expected]
    if wrong:
        connection.execute(_TAKE_BACK, {"customers": wrong})
    begins |= dict.fromkeys(before, -1)  # they are somebody else's
    return begins | _revisions(connection, [one for one in new if one not in fresh])


def _write_all(connection: Connection, all_rows: Sequence[_Rows]) -> None:
    dialect, there = connection.dialect.name, dict[str, dict[str, tuple[int, int]]]()
    commits = [one.commit for one in all_rows]
    known = [one.customer for one in commits if one.expected and one.journeys]
    for start in range(0, len(known), AT_ONCE):
        ids = known[start : start + AT_ONCE]
        for row in connection.execute(_THERE, {"customers": ids}):
            there.setdefault(row.customer, {})[row.engagement] = (row.events, row.steps)
    for one in all_rows:
        one.beyond(there.get(one.commit.customer, {}))
    for statement, rows in (
        (upsert(dialect, journeys), [row for one in all_rows for row in one.heads]),
        (lines_added(dialect), [row for one in all_rows for row in one.lines]),
        (SETTLE, [row for one in all_rows for row in one.settled]),
        (upsert(dialect, duties), [row for one in all_rows for row in one.owed]),
        (upsert(dialect, outbox), [row for one in all_rows for row in one.items]),
        (_ATTEMPTS, [row for one in all_rows for row in one.attempts]),
    ):
        write(connection, statement, rows)
    write_beside(connection, commits)
    write_marks(connection, commits)
