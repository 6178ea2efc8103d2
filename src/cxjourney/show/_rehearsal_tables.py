"""The report of a rehearsal in words: what matters first, the log and its like when asked for."""

from collections.abc import Iterator

from cxjourney.errors import shown
from cxjourney.playbook._planning import Moot
from cxjourney.rehearsal import Line, LineKind, Rehearsal
from cxjourney.rehearsal._volumes import RulingRow
from cxjourney.show._rehearsals._coverage_tables import coverage_table
from cxjourney.show._rehearsals._figure_tables import (
    MOST_COLUMNS,
    channel_table,
    counted,
    customer_table,
    duty_table,
    hour_table,
    idle,
    left,
    night_note,
    open_table,
    told_deed,
    told_moment,
    week_table,
)
from cxjourney.show._table import Page, Table
from cxjourney.vocabulary import Channel, Lang, name
from cxjourney.vocabulary._texts import (
    money,
    number,
    policy_reason,
    policy_rule,
    say,
    word,
    words,
)

LONGEST_NAME = 32
LONGEST_REASON = 100
MOOT = frozenset(reason.value for reason in Moot)
MINUTE = 60


def rehearsal_page(found: Rehearsal, lang: Lang, *, full: bool) -> Page:
    """Return the report of a rehearsal, in which customers go by number or by a hash.

    Args:
        found: the rehearsal.
        lang: the language.
        full: whether the log and its like are shown too.
    """
    short = (
        channel_table(found, lang),
        coverage_table(found.coverage, lang),
        week_table(found, lang),
        customer_table(found, lang, full=full),
        _rule_table(found, lang),
        open_table(found, lang),
    )
    long = (
        hour_table(found, lang),
        duty_table(found, lang),
        _play_table(found, lang),
        _log_table(found, lang),
    )
    tables = (*short, *(long if full else ()), _how(found, lang, full=full))
    return Page(tables, lang, tuple(_headlines(found, lang)), MOST_COLUMNS)


def _headlines(found: Rehearsal, lang: Lang) -> Iterator[str]:
    """Yield what matters, in sentences."""
    span = {"start": f"{found.start:%Y-%m-%d}", "end": f"{found.end:%Y-%m-%d}"}
    yield say("rehearsed", lang, playbook=shown(found.playbook), **span)
    made, inner = len(found.contacts), len(found.sent) - len(found.contacts)
    volume = {
        "journeys": _times("journey", len(found.journeys), lang),
        "contacts": _times("contact", made, lang),
        "tasks": _times("task", inner, lang),
    }
    costs = found.costs
    told = "" if costs is None else money(costs.total, lang, costs.currency)
    yield say("rehearsed_volume" if costs is None else "rehearsed_cost", lang, **volume, cost=told)
    if made:
        week = max(found.by_week, key=lambda row: row.contacts)
        most = found.by_customer[0]
        yield say(
            "rehearsed_peak",
            lang,
            week=week.week,
            contacts=_times("contact", week.contacts, lang),
            most=_times("contact", most.contacts, lang),
            in_a_week=number(most.in_a_week, lang),
        )
    owed, late, sent = (
        sum(row.open for row in found.still_open),
        sum(row.overdue for row in found.still_open),
        sum(row.open for row in found.still_open if row.why.sent),
    )
    yield say(
        "rehearsed_sent" if sent else "rehearsed_open",
        lang,
        duties=_times("duty", owed, lang),
        overdue=number(late, lang),
        sent=number(sent, lang),
    )


def _times(what: str, count: int, lang: Lang) -> str:
    """Return a count with its noun, such as 1 contact or 5 contacts."""
    return say(f"{what}_one" if count == 1 else f"{what}_many", lang, count=number(count, lang))


def _how(found: Rehearsal, lang: Lang, *, full: bool) -> Table:
    """Return how it was rehearsed, and where there is more."""
    notes = [
        night_note(found, lang),
        f"{word('period', lang)}: {told_moment(found.start)} - {told_moment(found.end)} (UTC)",
    ]
    if found.seed is not None:
        notes.append(f"{word('seed', lang)}: {found.seed}")
    if found.every is not None:
        minutes = number(found.every.total_seconds() / MINUTE, lang, ",.6g")
        notes.append(say("run_every", lang, minutes=minutes))
    if found.stand_ins:
        notes.append(f"{word('stand_ins', lang)}.")
    if found.refused:
        notes.append(f"{word('refused', lang)}: {number(found.refused, lang)}")
    if not full:
        notes.append(f"{word('more_detail', lang)}: --full, explain(full=True)")
    return Table(word("how_rehearsed", lang), notes=notes)


def _rule_table(found: Rehearsal, lang: Lang) -> Table:
    rows = found.by_rule
    return Table(
        word("by_rule", lang),
        words(lang, "rule", "ruling", "contacts", "about"),
        "<<><",
        [_ruling_row(row, lang) for row in rows],
        notes=left(len(rows), len(rows), lang),
    )


def _play_table(found: Rehearsal, lang: Lang) -> Table:
    kinds = [kind for kind in LineKind if kind in found.counts]
    busy = [row for row in found.by_play if row.counts]
    unused = [told_deed(row.play, lang) for row in found.by_play if not row.counts]
    return Table(
        word("by_play", lang),
        (word("play", lang), *(name(kind, lang) for kind in kinds)),
        "<" + ">" * len(kinds),
        [(told_deed(row.play, lang), *counted(row.counts, kinds, lang)) for row in busy],
        notes=idle(word("idle_plays", lang), unused),
    )


def _log_table(found: Rehearsal, lang: Lang) -> Table:
    lines = found.lines
    return Table(
        word("log", lang),
        words(lang, "when", "who", "play", "channel", "what"),
        "<><<<",
        [_log_row(line, lang) for line in lines],
        [_why(line, lang) for line in lines],
        word("why", lang),
        left(len(lines), len(lines), lang),
    )


def _short(name: str) -> str:
    return shown(name, LONGEST_NAME)


def _log_row(line: Line, lang: Lang) -> tuple[str, ...]:
    return (
        told_moment(line.at),
        number(line.person, lang),
        told_deed(line.play, lang),
        word("internal", lang) if line.internal else name(line.channel, lang),
        _fate(line, lang),
    )


def _fate(line: Line, lang: Lang) -> str:
    """Return what became of a line; a task of a person is done, not sent."""
    task = line.internal or line.channel is Channel.FACE_TO_FACE
    return word("done", lang) if task and line.kind is LineKind.SENT else name(line.kind, lang)


def _why(line: Line, lang: Lang) -> str:
    """Return why a line came out as it did: the rule, the reason, the channel it stands for."""
    parts = [_because(line.rule, _reason(line, lang))]
    if line.rerouted:
        diverted = line.diverted
        why = _because(diverted.rule, policy_reason(diverted.reason, lang)) if diverted else ""
        instead = f"{word('instead_of', lang)}: {name(line.wanted, lang)}"
        parts.append(f"{instead} ({why})" if why else instead)
    if line.until is not None:
        parts.append(f"{word('until', lang)} {told_moment(line.until)}")
    return "; ".join(part for part in parts if part)


def _because(rule: str | None, reason: str) -> str:
    return shown(": ".join(part for part in (rule, reason) if part), LONGEST_REASON)


def _reason(line: Line, lang: Lang) -> str:
    if line.kind is LineKind.SKIPPED and line.reason in MOOT:
        return name(Moot(line.reason), lang)
    return policy_reason(line.reason, lang)


def _ruling_row(row: RulingRow, lang: Lang) -> tuple[str, ...]:
    about = policy_rule(row.rule, lang)
    return _short(row.rule), name(row.ruling, lang), number(row.contacts, lang), about
