"""The tables of a rehearsal, and of the difference between two, in words."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from operator import attrgetter

import attrs

from cxjourney.errors import shown
from cxjourney.playbook._planning import Moot
from cxjourney.rehearsal import Difference, Line, Rehearsal
from cxjourney.rehearsal._difference import ChangedContact, ChangeKind
from cxjourney.rehearsal._outcome import LineKind, RulingRow
from cxjourney.show._layout._headlines import rehearsal_headlines
from cxjourney.show._table import Page, Table
from cxjourney.vocabulary import Channel, Lang, name
from cxjourney.vocabulary._texts import deed, duty, number, policy_reason, policy_rule, word, words

LONGEST_NAME = 32
LONGEST_DEED = 80
LONGEST_REASON = 100
OWED = ("on_time", "late", "dropped", "open", "overdue")
"""What is told of a duty: the word for it, and the attribute."""
MOOT = frozenset(reason.value for reason in Moot)


def rehearsal_page(found: Rehearsal, lang: Lang, most: int | None) -> Page:
    """Return the report of a rehearsal, in which customers go by number.

    Args:
        found: the rehearsal.
        lang: the language.
        most: how many lines of the log to show; None for all.
    """
    log, play, channel, rule = words(lang, "log", "by_play", "by_channel", "by_rule")
    lines = found.lines[:most]
    kinds = [kind for kind in LineKind if kind in found.counts]
    tables = (
        Table(
            log,
            words(lang, "when", "who", "play", "channel", "what"),
            "<><<<",
            [_log_row(line, lang) for line in lines],
            [_why(line, lang) for line in lines],
            word("why", lang),
            _left(len(found.lines), len(lines), lang),
        ),
        Table(
            play,
            (word("play", lang), *(name(kind, lang) for kind in kinds)),
            "<" + ">" * len(kinds),
            [(_deed(row.play, lang), *_counted(row.counts, kinds, lang)) for row in found.by_play],
        ),
        _channels(found, channel, lang),
        Table(
            rule,
            words(lang, "rule", "ruling", "contacts", "about"),
            "<<><",
            [_ruling_row(row, lang) for row in found.by_rule],
            notes=_left(len(found.by_rule), len(found.by_rule), lang),
        ),
        Table(
            word("by_duty", lang),
            words(lang, "duty", *OWED),
            "<>>>>>",
            [
                (duty(row.rule, lang), *(number(count, lang) for count in attrgetter(*OWED)(row)))
                for row in found.duties
            ],
            notes=_left(len(found.duties), len(found.duties), lang),
        ),
    )
    told = (attrs.evolve(one, detail=one is not tables[0], lang=lang) for one in tables)
    headlines = tuple(rehearsal_headlines(found, lang))
    return Page(tuple(told), lang, tuple(_headlines(found, lang)), headlines=headlines)


def _headlines(found: Rehearsal, lang: Lang) -> Iterator[str]:
    yield f"{word('rehearsal', lang)}. {word('nothing_sent', lang)}."
    yield f"{word('playbook', lang)}: {found.playbook}"
    yield f"{word('period', lang)}: {_moment(found.start)} - {_moment(found.end)} (UTC)"
    seed = "" if found.seed is None else f"; {word('seed', lang)}: {found.seed}"
    yield f"{word('journeys', lang)}: {number(len(found.journeys), lang)}{seed}"
    if found.stand_ins:
        yield f"{word('stand_ins', lang)}."
    if found.refused:
        yield f"{word('refused', lang)}: {number(found.refused, lang)}"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"


def _short(name: str) -> str:
    return shown(name, LONGEST_NAME)


def _left(there: int, told: int, lang: Lang) -> tuple[str, ...]:
    """Say how many lines are not shown, or that there are none."""
    if there > told:
        return (f"{word('more_lines', lang)}: {number(there - told, lang)}",)
    return () if there else (word("nothing", lang),)


def _log_row(line: Line, lang: Lang) -> tuple[str, ...]:
    return (
        _moment(line.at),
        number(line.person, lang),
        _deed(line.play, lang),
        word("internal", lang) if line.internal else name(line.channel, lang),
        _fate(line, lang),
    )


def _deed(play: str, lang: Lang) -> str:
    """Return what a row of the playbook does; one of the user's own goes by its id."""
    return shown(deed(play, lang), LONGEST_DEED)


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
        parts.append(f"{word('until', lang)} {_moment(line.until)}")
    return "; ".join(part for part in parts if part)


def _because(rule: str | None, reason: str) -> str:
    return shown(": ".join(part for part in (rule, reason) if part), LONGEST_REASON)


def _reason(line: Line, lang: Lang) -> str:
    if line.kind is LineKind.SKIPPED and line.reason in MOOT:
        return name(Moot(line.reason), lang)
    return policy_reason(line.reason, lang)


def _channels(found: Rehearsal, title: str, lang: Lang) -> Table:
    """Return what became of the contacts through each channel (SPEC A01)."""
    rows = found.by_channel
    kinds = [kind for kind in LineKind if any(kind in row.counts for row in rows)]
    return Table(
        title,
        (word("channel", lang), *(name(kind, lang) for kind in kinds), word("without", lang)),
        "<" + ">" * (len(kinds) + 1),
        [
            (name(row.channel, lang), *_counted(row.counts, kinds, lang), number(row.without, lang))
            for row in rows
        ],
    )


def _counted(
    counts: Mapping[LineKind, int], kinds: Iterable[LineKind], lang: Lang
) -> tuple[str, ...]:
    return tuple(number(counts.get(kind, 0), lang) for kind in kinds)


def _ruling_row(row: RulingRow, lang: Lang) -> tuple[str, ...]:
    about = policy_rule(row.rule, lang)
    return _short(row.rule), name(row.ruling, lang), number(row.contacts, lang), about


def difference_page(found: Difference, lang: Lang, most: int | None) -> Page:
    """Return what differs between two rehearsals, in which customers go by number.

    Args:
        found: the difference.
        lang: the language.
        most: how many changes to show; None for all.
    """
    first, second, same = words(lang, "first", "second", "same")
    told = found.changes[:most]
    counts = [(name(kind, lang), len(found.of_kind(kind))) for kind in ChangeKind]
    tables = (
        Table(
            word("contacts", lang),
            words(lang, "what", "contacts"),
            "<>",
            [(what, number(count, lang)) for what, count in (*counts, (same, found.same))],
        ),
        Table(
            word("log", lang),
            words(lang, "who", "play", "what", "first", "second"),
            "><<<<",
            [_changed(change, lang) for change in told],
            notes=_left(len(found.changes), len(told), lang),
        ),
    )
    heading = (
        f"{word('comparison', lang)}.",
        f"{first}: {found.one}",
        f"{second}: {found.other}",
    )
    return Page(tables, lang, heading)


def _changed(change: ChangedContact, lang: Lang) -> Iterator[str]:
    line = change.line
    yield number(line.person, lang)
    yield _deed(line.play, lang)
    yield name(change.kind, lang)
    for made in (change.before, change.after):
        yield "-" if made is None else f"{_moment(made.at)} {name(made.channel, lang)}"
