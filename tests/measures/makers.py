"""Small logs for the tests of measures, walked live and turned into columns."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cxjourney.journey import Journey
from cxjourney.measures import Measures
from cxjourney.replay import LogMapping, Walk, make_mapping, walk_journeys
from cxjourney.vocabulary import Event, EventKind

BEGIN = datetime(2024, 3, 1, tzinfo=UTC)
COLUMNS = {"customer": "who", "time": "when", "activity": "what"}
Deed = tuple[str, float, str, Mapping[str, Any]]
"""Who, on which day, what, and with what payload."""


def day(number: float) -> datetime:
    """Return a moment so many days after the beginning."""
    return BEGIN + timedelta(days=number)


def events_of(deeds: Iterable[Deed]) -> dict[tuple[str, str], list[Event]]:
    """Return deeds as the events of each journey."""
    kinds = {kind.name: kind for kind in EventKind.builtin()}
    found: dict[tuple[str, str], list[Event]] = {}
    for number, (who, when, what, payload) in enumerate(deeds):
        event = Event(kinds[what], day(when), f"{number}", payload)
        found.setdefault((who, ""), []).append(event)
    return found


def mapping_of(*kinds: str, **chart: Any) -> LogMapping:
    """Return a mapping that can show these kinds, by name, without any payload."""
    payloads = {"abandoned": {"step": "x", "reason": "y"}}
    events = {
        kind: {"event": kind, "payload": payloads[kind]} if kind in payloads else kind
        for kind in kinds
    }
    return make_mapping({"columns": COLUMNS, "events": events, "chart": chart})


def walks_of(deeds: Iterable[Deed], mapping: LogMapping, end: float) -> list[Walk]:
    """Return the walks of deeds up to a day."""
    return list(walk_journeys(events_of(deeds), mapping.chart, day(end)))


def measures_of(
    deeds: Iterable[Deed], end: float, mapping: LogMapping | None = None, **chart: Any
) -> Measures:
    """Return the measures of deeds up to a day; all can be seen where there is no mapping."""
    using = mapping or mapping_of("purchased", **chart)
    walks = walks_of(deeds, using, end)
    return Measures.of(walks, as_of=day(end), mapping=mapping, chart=using.chart)


def journeys_of(deeds: Iterable[Deed], end: float) -> list[Journey]:
    """Return live journeys with their history, on the standard chart, up to a day."""
    journeys = []
    for (who, thing), events in events_of(deeds).items():
        journey = Journey(who, thing)
        for event in events:
            journey.record(event)
        journey.advance(day(end))
        journeys.append(journey)
    return journeys


def columns_of(walks: Iterable[Walk]) -> dict[str, dict[str, list[Any]]]:
    """Return walks as the tables of columns that ``bulk.replay`` gives."""
    names = {
        "journeys": "customer engagement standing phase high_water implied exit last_event "
        "referrals",
        "moves": "customer engagement at event before after exit",
        "duties": "customer engagement rule due state opened_at",
    }
    tables: dict[str, dict[str, list[Any]]] = {
        table: {name: [] for name in columns.split()} for table, columns in names.items()
    }

    def add(table: str, *cells: Any) -> None:
        for column, cell in zip(tables[table].values(), cells, strict=True):
            column.append(cell)

    for walk in walks:
        journey, last = walk.journey, None
        who = walk.customer, journey.engagement
        for step in walk.steps:
            at = step.event.at
            last = at if step.seq else last
            reason = step.decision.exit and step.decision.exit.value
            places = (step.before.place.name.lower(), step.after.place.name.lower())
            if step.decision.moves:
                add("moves", *who, at, step.event.kind.name, *places, reason)
            for one in step.met:
                state = "late" if one.overdue(at) else "on_time"
                add("duties", *who, one.rule, one.due, state, one.opened_at)
            for one in step.dropped:
                add("duties", *who, one.rule, one.due, "dropped", one.opened_at)
        for one in journey.owed:
            add("duties", *who, one.rule, one.due, "owed", one.opened_at)
        add(
            "journeys",
            *who,
            journey.standing.value,
            journey.phase and journey.phase.name.lower(),
            journey.high_water and journey.high_water.name.lower(),
            ", ".join(phase.name.lower() for phase in journey.implied),
            journey.exit and journey.exit.value,
            last,
            journey.referrals,
        )
    return tables
