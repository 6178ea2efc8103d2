"""The report of a rehearsal: in three languages, safe to show, and as plain rows."""

import json
import re
from datetime import datetime
from decimal import Decimal
from functools import cache
from html.parser import HTMLParser

import attrs
import pytest

from cxjourney.channels import Hook, HookSet, Skipped
from cxjourney.playbook import standard_playbook
from cxjourney.rehearsal import (
    Cue,
    Line,
    LineKind,
    Prices,
    Rehearsal,
    generate_people,
    rehearse,
)
from cxjourney.vocabulary import Channel, EventKind, Lang
from tests.rehearsal.books import BOOK, START, person
from tests.vocabulary.words import catalogue

BOTH = (
    person("anne-1", Cue(1, EventKind.PURCHASED)),
    person("bert-2", Cue(2, EventKind.ASKED, {"question": "?"}), on=(Channel.FACE_TO_FACE,)),
)
PRICES = Prices({Channel.EMAIL: Decimal("0.01")}, inside=Decimal(4), currency="EUR")
SMALL = rehearse(BOOK, people=BOTH, days=10, start=START)
TEXT = """\
Rehearsal of the playbook small 1 from 2026-03-02 to 2026-03-12: nothing is
sent.
In all 2 journeys, 2 contacts with customers and 0 tasks inside the company.
Most in a week: 2 contacts (2026-W10). Most to one customer: 1 contact, at most
1 in seven days.
At the end 2 duties are open, 2 of these overdue.

By channel
channel       sent  journeys without it
face to face     1                    1
e-mail           1                    1
Channels without a contact: post; text message; video; gift

Contacts by phase and channel
phase      face to face  e-mail  post  text message  video  gift
1  Assess         1 (1)       0     0             0      0     0
3  Affirm             0       1     0             0      0     0
(): of these, in place of a channel that was wanted first
Phases in which no channel is used: 2  Admit; 4  Activate; 5  Acclimate; 6
    Accomplish; 7  Adopt; 8  Advocate
Channels without a contact: post; text message; video; gift

Contacts by week (ISO 8601), by the company's clock (UTC)
week      contacts  face to face  e-mail  inside the company
2026-W10         2             1       1                   0
Weeks without a contact: 2026-W11

Who is contacted most
customer      journey no.  contacts  most in seven days
95314fe0a780  1                   1                   1
    e-mail 1
d1de90b3e28f  2                   1                   1
    face to face 1

Rules that denied a contact, put it off, or warned of it
rule  verdict  contacts  what the rule is about
C01   denied          1  consent to the channel and the purpose

Why duties are open at the end
why                                   open  overdue
no row of the playbook answers to it     2        2
    affirm the decision to buy: 1; hand over what was said, so that nothing is
    asked twice: 1
"""
MORE = """
Contacts by hour of the day, by the customer's clock
hour  contacts  face to face  e-mail
09           2             1       1
Hours without a contact: 00 - 08; 10 - 23

What the company owes
what is owed                               on time  late  dropped  open  overdue
answer the question                              1     0        0     0        0
affirm the decision to buy                       0     0        0     1        1
hand over what was said, so that nothing         0     0        0     1        1
is asked twice

By what is done
what is done         sent
thanks                  1
answer the question     1
Never called for: ask how the customer is doing

Who would get what, and when (UTC)
when              who  what is done         channel       what became of it
2026-03-03 09:00    1  thanks               e-mail        sent
2026-03-04 09:00    2  answer the question  face to face  done
    instead of: e-mail (C01: no consent is on record)
"""
HOW = """
How it was rehearsed
At night (21:00 to 08:00 by the customer's clock): nothing
period: 2026-03-02 09:00 - 2026-03-12 09:00 (UTC)
The playbook has no texts here; placeholders, taken as approved, were used.
"""
WHERE = "Hours, all duties, all rows and the log: --full, explain(full=True)\n"


@cache
def found() -> Rehearsal:
    """Return the rehearsal of the standard playbook by people who are made up."""
    return rehearse(standard_playbook(), people=3, seed=2, start=START)


class Cells(HTMLParser):
    """Reads HTML as a browser does: checks that every tag is closed, and gathers the cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.tags: set[str] = set()
        self.cells: list[str] = []
        self.feed(text)
        self.close()
        assert self.opened == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag; only language, scope and side may be given."""
        assert {name for name, _ in attrs} <= {"lang", "scope", "style"}
        self.opened.append(tag)
        self.tags.add(tag)
        if tag in {"td", "th"}:
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        """Every tag that is closed was the last one opened."""
        assert self.opened.pop() == tag

    def handle_data(self, data: str) -> None:
        """Gather the text of cells."""
        if {"td", "th"} & set(self.opened):
            self.cells[-1] += data


def test_the_report_reads_as_it_should() -> None:
    """The whole report of a small rehearsal, word for word, short and full."""
    assert str(SMALL) == TEXT + HOW + WHERE
    assert SMALL.explain(full=True) == TEXT + MORE + HOW


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.no_cover
def test_reports_are_told_in_each_language(lang: Lang) -> None:
    """No line is wider than a pipe shows, and nothing is left untranslated."""
    priced = attrs.evolve(found(), prices=PRICES)
    for text in (priced.explain(lang), priced.explain(lang, full=True)):
        assert max(map(len, text.splitlines())) <= 80
        assert "_repr" not in text
        if lang is not Lang.EN:
            assert not {"sent", "denied", "e-mail", "journeys"} & set(text.split())


@pytest.mark.no_cover
def test_the_log_is_shown_when_asked_for() -> None:
    """The short report has no log; the full one has each of its lines, and every customer."""
    short, whole = found().explain(), found().explain(full=True)
    lines = [line for line in whole.splitlines() if re.match(r"2026-\d\d-\d\d \d\d:", line)]
    assert len(lines) == len(found().lines)
    assert "2026-03-0" not in short.partition("How it was")[0].partition("\n\n")[2]
    assert all(row.customer in whole for row in found().by_customer if row.contacts)
    names = tuple((f"person-{number}", "") for number in range(1, 9))
    many = attrs.evolve(found(), journeys=names, lines=crowd(found()))
    assert "lines not shown: 3" in many.explain()


def crowd(of: Rehearsal) -> tuple[Line, ...]:
    """Return the lines of a rehearsal as if eight people had had them in turn."""
    lines = enumerate(of.lines)
    return tuple(attrs.evolve(one, customer=f"person-{n % 8 + 1}") for n, one in lines)


def test_reprs_are_short_and_name_nobody() -> None:
    """The repr counts, and lines hide the customer."""
    assert repr(SMALL) == "<Rehearsal of 2 journeys, 10 days: 2 sent>"
    assert "anne-1" not in repr(SMALL.lines)
    empty = rehearse(BOOK, people=[], start=START)
    assert repr(empty) == "<Rehearsal of 0 journeys, 100 days: nothing>"
    assert str(empty).count("\nnothing\n") == 4
    assert "Most in a week" not in str(empty)
    assert "0 duties are open" in str(empty)


@pytest.mark.no_cover
def test_the_table_for_notebooks_is_well_formed() -> None:
    """A notebook gets closed tags and the cells of the counts, and no customer's id."""
    html = attrs.evolve(found(), seed=None).show().html()
    read = Cells(html)
    assert read.tags == {"div", "p", "table", "caption", "thead", "tbody", "tr", "th", "td", "bdi"}
    assert "person-" not in html
    assert html.startswith('<div lang="en">')
    assert "why" in read.cells
    assert "sent" in read.cells


def test_hostile_reasons_stay_texts() -> None:
    """What a hook gives as its reason is neither markup nor a command to a terminal."""
    hooks = HookSet[Hook]().on(Channel.EMAIL, lambda _: Skipped("<script>\x1b[2J & co"))
    skipped = rehearse(BOOK, hooks, people=BOTH[:1], start=START)
    assert skipped.counts == {LineKind.SKIPPED: 1}
    assert "\x1b" not in skipped.explain(full=True)
    # The page that a notebook gets has no log yet.
    read = Cells(skipped._page(Lang.EN, full=True).html())
    assert "script" not in read.tags
    assert any("<script>\\x1b[2J & co" in cell for cell in read.cells)


def test_seeds_and_refusals_are_told() -> None:
    """The foot names the seed where people were made up, and refused orders where there are any."""
    assert "seed: 2\n" in str(found())
    assert "manual changes of phase that were refused: 3\n" in str(attrs.evolve(SMALL, refused=3))
    own = attrs.evolve(SMALL, stand_ins=False)
    assert "placeholders" not in str(own)


def test_numbers_are_written_as_the_language_writes_them() -> None:
    """A comma in a number would be a decimal one in Estonian and Finnish."""
    many = attrs.evolve(SMALL, refused=1500)
    assert ": 1,500\n" in many.explain(Lang.EN)
    assert ": 1 500\n" in many.explain(Lang.ET)
    assert ": 1 500\n" in many.explain(Lang.FI)


@pytest.mark.no_cover
def test_rows_are_plain() -> None:
    """Each line is a dict of plain values with the same keys; nothing is lost or shortened."""
    rows = found().to_rows()
    assert len(rows) == len(found().lines)
    assert len({tuple(row) for row in rows}) == 1
    people = generate_people(3, seed=2, start=START)
    for row, line in zip(rows, found().lines, strict=True):
        assert all(type(value) in {str, int, bool, datetime, type(None)} for value in row.values())
        assert row["kind"] == line.kind.name
        assert row["channel"] == line.channel.name
        assert row["customer"] == people[line.person - 1].customer
        assert row["place"] == (line.place.name if line.place else None)


def test_channels_that_rest_are_told() -> None:
    """The channels that nobody would be reached through are listed (A01)."""
    assert SMALL.unused == (Channel.POST, Channel.TEXT, Channel.VIDEO, Channel.GIFT)
    by_channel = {row.channel: row for row in SMALL.by_channel}
    assert by_channel[Channel.EMAIL].without == 1
    assert by_channel[Channel.GIFT].without == 2


def test_equal_rehearsals_are_equal() -> None:
    """Two rehearsals of the same are equal, and another one is not."""
    assert rehearse(BOOK, people=BOTH, days=10, start=START) == SMALL
    assert rehearse(BOOK, people=BOTH[:1], days=10, start=START) != SMALL


@pytest.mark.parametrize("lang", Lang)
def test_what_was_left_undone_says_why(lang: Lang) -> None:
    """Why there was no more reason for a contact stands below its line, in words."""
    line = attrs.evolve(SMALL.lines[0], kind=LineKind.SKIPPED, rule=None, reason="not_owed")
    told = attrs.evolve(SMALL, lines=(line,)).explain(lang, full=True)
    assert catalogue(lang)["Moot"]["NOT_OWED"] in told


@pytest.mark.no_cover
def test_a_rehearsal_is_data_too() -> None:
    """The document is plain, and holds every line and every count."""
    document = json.loads(json.dumps(found().to_dict()))
    assert document["counts"] == {kind.name: count for kind, count in found().counts.items()}
    assert len(document["lines"]) == len(found().lines)
    assert document["lines"][0]["at"] == found().lines[0].at.isoformat()
    assert document["seed"] == 2
    assert repr(SMALL.lines[0]) == (
        "<Line SENT THANK EMAIL of journey 1 at 2026-03-03T09:00:00+00:00>"
    )
