"""The tables of a rehearsal, in words: the log, and the counts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from cxjourney.playbook.planning import Moot
from cxjourney.rehearsal.lines import DutyRow, Line, LineKind
from cxjourney.rehearsal.rows import ChannelRow, PlayRow, RulingRow
from cxjourney.rehearsal.tables import Table
from cxjourney.rehearsal.words import Word, word
from cxjourney.shown import shown
from cxjourney.texts import Lang, duty, name, policy_reason, policy_rule

__all__ = [
    "LONGEST_NAME",
    "channels_table",
    "duties_table",
    "left_note",
    "log_table",
    "moment",
    "plays_table",
    "rules_table",
]

LONGEST_NAME = 32
LONGEST_REASON = 100
MOOT = frozenset(reason.value for reason in Moot)


def moment(at: datetime) -> str:
    """Return a moment to the minute, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"


def log_table(lines: Sequence[Line], lang: Lang, most: int | None) -> Table:
    """Return the log: who would get what and when, what was put off or denied, and why.

    Args:
        lines: the lines, by time.
        lang: the language.
        most: how many to show; None for all.
    """
    told = lines if most is None else lines[:most]
    heads: tuple[Word, ...] = ("when", "who", "what", "purpose", "channel", "play")
    left = len(lines) - len(told)
    return Table(
        word("log", lang),
        tuple(word(head, lang) for head in heads),
        "<><<<<",
        tuple(_log_row(line, lang) for line in told),
        tuple(_why(line, lang) for line in told),
        word("why", lang),
        left_note(left, lang) if lines else (word("nothing", lang),),
    )


def left_note(left: int, lang: Lang) -> tuple[str, ...]:
    """Return the note that says how many lines are not shown; none where there are none."""
    return (f"{word('more_lines', lang)}: {left:,}",) if left else ()


def _log_row(line: Line, lang: Lang) -> tuple[str, ...]:
    return (
        moment(line.at),
        f"{line.person:,}",
        name(line.kind, lang),
        name(line.purpose, lang),
        word("internal", lang) if line.internal else name(line.channel, lang),
        shown(line.play, LONGEST_NAME),
    )


def _why(line: Line, lang: Lang) -> str:
    """Return why a line came out as it did: the rule, the reason, the channel it stands for."""
    parts = [_because(line.rule, _reason(line, lang))]
    if line.rerouted:
        diverted = line.diverted
        why = _because(diverted.rule, policy_reason(diverted.reason, lang)) if diverted else ""
        instead = f"{word('instead_of', lang)}: {name(line.wanted, lang)}"
        parts.append(f"{instead} ({why})" if why else instead)
    if line.until is not None:
        parts.append(f"{word('until', lang)} {moment(line.until)}")
    return "; ".join(part for part in parts if part)


def _because(rule: str | None, reason: str) -> str:
    return shown(": ".join(part for part in (rule, reason) if part), LONGEST_REASON)


def _reason(line: Line, lang: Lang) -> str:
    if line.kind is LineKind.SKIPPED and line.reason in MOOT:
        return name(Moot(line.reason), lang)
    return policy_reason(line.reason, lang)


def plays_table(rows: Sequence[PlayRow], lang: Lang) -> Table:
    """Return what became of the contacts of each row of the playbook."""
    kinds = _kinds(row.counts for row in rows)
    return Table(
        word("by_play", lang),
        (word("play", lang), *(name(kind, lang) for kind in kinds)),
        "<" + ">" * len(kinds),
        tuple((shown(row.play, LONGEST_NAME), *_counted(row.counts, kinds)) for row in rows),
    )


def channels_table(rows: Sequence[ChannelRow], lang: Lang) -> Table:
    """Return what became of the contacts through each channel (SPEC A01)."""
    kinds = _kinds(row.counts for row in rows)
    return Table(
        word("by_channel", lang),
        (word("channel", lang), *(name(kind, lang) for kind in kinds), word("without", lang)),
        "<" + ">" * (len(kinds) + 1),
        tuple(
            (name(row.channel, lang), *_counted(row.counts, kinds), f"{row.without:,}")
            for row in rows
        ),
    )


def _kinds(counts: Iterable[Mapping[LineKind, int]]) -> tuple[LineKind, ...]:
    there = {kind for of_row in counts for kind in of_row}
    return tuple(kind for kind in LineKind if kind in there)


def _counted(counts: Mapping[LineKind, int], kinds: Collection[LineKind]) -> tuple[str, ...]:
    return tuple(f"{counts.get(kind, 0):,}" for kind in kinds)


def rules_table(rows: Sequence[RulingRow], lang: Lang) -> Table:
    """Return what the policy said, by rule."""
    heads: tuple[Word, ...] = ("rule", "ruling", "contacts", "about")
    return Table(
        word("by_rule", lang),
        tuple(word(head, lang) for head in heads),
        "<<><",
        tuple(_ruling_row(row, lang) for row in rows),
        notes=() if rows else (word("nothing", lang),),
    )


def _ruling_row(row: RulingRow, lang: Lang) -> tuple[str, ...]:
    rule, about = shown(row.rule, LONGEST_NAME), shown(policy_rule(row.rule, lang))
    return rule, name(row.ruling, lang), f"{row.contacts:,}", about


def duties_table(rows: Sequence[DutyRow], lang: Lang) -> Table:
    """Return what would have become of what the company owes, by rule."""
    heads: tuple[Word, ...] = ("duty", "on_time", "late", "dropped", "open", "overdue")
    return Table(
        word("by_duty", lang),
        tuple(word(head, lang) for head in heads),
        "<>>>>>",
        tuple(
            (
                shown(duty(row.rule, lang)),
                *(
                    f"{count:,}"
                    for count in (row.on_time, row.late, row.dropped, row.open, row.overdue)
                ),
            )
            for row in rows
        ),
        notes=() if rows else (word("nothing", lang),),
    )
