"""What differs between two rehearsals, in words: figures first, contact by contact when asked."""

from collections.abc import Iterator

from cxjourney.rehearsal import Difference
from cxjourney.rehearsal._difference import (
    Amount,
    ChangedContact,
    ChangeKind,
    ComparedFigure,
)
from cxjourney.show._rehearsals._figure_tables import (
    MOST_COLUMNS,
    idle,
    left,
    told_deed,
    told_moment,
)
from cxjourney.show._table import Page, Table
from cxjourney.vocabulary import Channel, Lang, name
from cxjourney.vocabulary._texts import duty, money, number, word, words

SHOWN = 10
"""How many changes are shown when nobody asks for more."""


def difference_page(found: Difference, lang: Lang, *, full: bool) -> Page:
    """Return what differs between two rehearsals, in which customers go by number.

    Args:
        found: the difference.
        lang: the language.
        full: whether every change is shown.
    """
    first, second, same = words(lang, "first", "second", "same")
    told = found.changes if full else found.changes[:SHOWN]
    counts = [(name(kind, lang), len(found.of_kind(kind))) for kind in ChangeKind]
    tables = (
        Table(
            word("contacts", lang),
            words(lang, "what", "contacts"),
            "<>",
            [(what, number(count, lang)) for what, count in (*counts, (same, found.same))],
        ),
        _figure_table(found, lang),
        Table(
            word("changes", lang),
            words(lang, "who", "play", "what", "first", "second"),
            "><<<<",
            [_changed(change, lang) for change in told],
            notes=left(len(found.changes), len(told), lang),
        ),
    )
    heading = (
        f"{word('comparison', lang)}.",
        f"{first}: {found.one}",
        f"{second}: {found.other}",
    )
    return Page(tables, lang, heading, MOST_COLUMNS)


def _figure_table(found: Difference, lang: Lang) -> Table:
    differ = [one for one in found.figures if one.before != one.after]
    alike = dict.fromkeys(
        name(one.figure, lang) for one in found.figures if one.of is None and one not in differ
    )
    rows = [
        (
            _label(one, lang),
            _amount(one.before, found, lang),
            _amount(one.after, found, lang),
        )
        for one in differ
    ]
    notes = idle(word("same", lang), tuple(alike))
    heads = words(lang, "figure", "first", "second")
    return Table(word("figures", lang), heads, "<>>", rows, notes=notes)


def _label(one: ComparedFigure, lang: Lang) -> str:
    if one.of is None:
        return name(one.figure, lang)
    about = name(one.of, lang) if isinstance(one.of, Channel) else duty(one.of, lang)
    return f"{name(one.figure, lang)}: {about}"


def _amount(amount: Amount, found: Difference, lang: Lang) -> str:
    return number(amount, lang) if isinstance(amount, int) else money(amount, lang, found.currency)


def _changed(change: ChangedContact, lang: Lang) -> Iterator[str]:
    line = change.line
    yield number(line.person, lang)
    yield told_deed(line.play, lang)
    yield name(change.kind, lang)
    for made in (change.before, change.after):
        yield "-" if made is None else f"{told_moment(made.at)} {name(made.channel, lang)}"
