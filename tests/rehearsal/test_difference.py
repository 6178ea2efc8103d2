"""The difference between two playbooks: who would get more, less, or otherwise."""

import json
import re
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import attrs
import pytest

from cxjourney.errors import InvalidError
from cxjourney.playbook import Entered, Play, Playbook, standard_playbook
from cxjourney.rehearsal import (
    ChangeKind,
    Cue,
    Difference,
    Prices,
    Rehearsal,
    difference,
    generate_people,
    rehearse,
)
from cxjourney.vocabulary import Channel, EventKind, Lang, Phase, Purpose
from tests.rehearsal.books import BOOK, START, THANKS, person
from tests.rehearsal.test_report import Cells

K = EventKind
PEOPLE = (
    person("anne-1", Cue(1, K.PURCHASED), on=(Channel.EMAIL, Channel.POST)),
    person("bert-2", Cue(2, K.ASKED, {"question": "?"})),
)
WELCOME = Play("welcome", Entered(Phase.ASSESS), Purpose.INFORM, (Channel.EMAIL,), "welcome")


def held(book: Playbook, **changed: Any) -> Rehearsal:
    """Rehearse a playbook with the two people."""
    return rehearse(book, **{"people": PEOPLE, "days": 20, "start": START, **changed})


BEFORE = held(BOOK)
VIDEO = attrs.evolve(THANKS, channels=(Channel.FACE_TO_FACE, Channel.VIDEO, Channel.EMAIL))
LATER = attrs.evolve(THANKS, after=timedelta(days=1))


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("book", "kinds", "balance"),
    [
        (BOOK, [], {}),
        (BOOK.override(WELCOME), [ChangeKind.MORE], {2: 1}),
        (BOOK.without("answer"), [ChangeKind.LESS], {2: -1}),
        (BOOK.override(LATER), [ChangeKind.RETIMED], {}),
        (BOOK.override(VIDEO), [], {}),
        (
            BOOK.without("thanks").override(WELCOME),
            [ChangeKind.LESS, ChangeKind.MORE],
            {1: -1, 2: 1},
        ),
    ],
)
def test_each_change_has_its_kind(
    book: Playbook, kinds: list[ChangeKind], balance: dict[int, int]
) -> None:
    """More, less, at another time: each for the person concerned, and all else is the same."""
    found = difference(BEFORE, held(book))
    assert [change.kind for change in found.changes] == kinds
    assert found.balance == balance
    assert found.same == 2 - sum(kind is not ChangeKind.MORE for kind in kinds)


def test_another_channel_is_told() -> None:
    """A contact through another channel is rerouted, whatever its time."""
    people = [person("anne-1", Cue(1, K.PURCHASED), on=(Channel.EMAIL, Channel.FACE_TO_FACE))]
    found = difference(held(BOOK, people=people), held(BOOK.override(VIDEO), people=people))
    (change,) = found.changes
    assert change.kind is ChangeKind.REROUTED
    assert change.before is not None
    assert change.after is not None
    assert (change.before.channel, change.after.channel) == (Channel.EMAIL, Channel.FACE_TO_FACE)
    assert found.balance == {}


@pytest.mark.no_cover
def test_differences_mirror() -> None:
    """What is more one way is less the other; nothing differs from itself."""
    people = generate_people(3, seed=4, start=START)
    standard = standard_playbook()
    other = standard.without("welcome").override(
        attrs.evolve(WELCOME, id="hello"),
        attrs.evolve(THANKS, id="thank_referral", on=Entered(Phase.ADOPT)),
    )
    one, two = (rehearse(book, people=people, start=START) for book in (standard, other))
    there, back = difference(one, two), difference(two, one)
    mirror = {ChangeKind.MORE: ChangeKind.LESS, ChangeKind.LESS: ChangeKind.MORE}
    assert there.same == back.same
    assert {
        (mirror.get(change.kind, change.kind), change.line.key) for change in there.changes
    } == {(change.kind, change.line.key) for change in back.changes}
    assert {person: -count for person, count in there.balance.items()} == back.balance
    assert len(one.sent) + sum(there.balance.values()) == len(two.sent)
    assert difference(one, one).changes == ()
    assert difference(one, one).same == len(one.sent)


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ({"people": PEOPLE[:1]}, "other people"),
        ({"days": 21}, "other days"),
        ({"start": START + timedelta(days=1)}, "other days"),
    ],
)
def test_only_the_same_people_and_days_are_compared(other: dict[str, Any], found: str) -> None:
    """Rehearsals of other people or days are refused, and it is said why."""
    with pytest.raises(InvalidError, match=found):
        difference(BEFORE, held(BOOK, **other))


@cache
def changed() -> Difference:
    """Return a difference with something of most kinds."""
    book = attrs.evolve(BOOK.without("answer").override(WELCOME, LATER), version=2)
    return difference(BEFORE, held(book))


def test_the_difference_reads_as_it_should() -> None:
    """The whole text, word for word."""
    assert (
        str(changed())
        == """\
Difference between two rehearsals.
first: small 1
second: small 2

contacts
what became of it        contacts
only in the first               1
only in the second              1
through another channel         0
at another time                 1
alike in both                   0

Figures
figure                               first  second
open duties                              3       4
overdue duties                           2       3
open duties: answer the question         0       1
overdue duties: answer the question      0       1
alike in both: contacts with customers; tasks inside the company; most contacts
    in a week; most contacts to one customer; contacts at night

Contacts that differ (UTC)
who  what is done       what became of it   first              second
  1  thanks             at another time     2026-03-03 09:00   2026-03-04 09:00
                                            e-mail             e-mail
  2  answer the         only in the first   2026-03-04 09:00   -
     question                               e-mail
  2  say what to        only in the second  -                  2026-03-04 09:00
     expect, and                                               e-mail
     promise no more
     than is delivered
"""
    )
    assert repr(changed()) == "<Difference: 1 less, 1 more, 0 rerouted, 1 retimed, 0 the same>"


@pytest.mark.parametrize("lang", Lang)
def test_differences_are_told_in_each_language(lang: Lang) -> None:
    """In each language nobody is named, and no line is wider than a pipe shows."""
    found = changed()
    text = found.explain(lang, full=True)
    assert max(map(len, text.splitlines())) <= 80
    assert "anne-1" not in text
    assert text.count("2026-03-0") == 4
    if lang is not Lang.EN:
        assert "only in" not in text


def test_differences_show_in_notebooks() -> None:
    """The table for notebooks is well formed, and a terminal gets the text."""
    found = changed()
    read = Cells(found.show().html())
    assert "only in the first" in read.cells
    assert not any("anne-1" in cell for cell in read.cells)
    printed: list[str] = []

    class Printer:
        def text(self, text: str, /) -> None:
            """Print a text."""
            printed.append(text)

    found._repr_pretty_(Printer(), None)
    assert printed == [str(found)]
    assert str(difference(BEFORE, BEFORE)).endswith("nothing\n")
    many = attrs.evolve(found, changes=found.changes * 5)
    assert "lines not shown: 5\n" in str(many)
    assert "not shown" not in many.explain(full=True)


def test_what_it_costs_is_compared_in_one_currency() -> None:
    """Costs stand in the difference where both rehearsals have prices in one currency."""
    euros = Prices({Channel.EMAIL: Decimal("0.50")}, currency="EUR")
    two = attrs.evolve(BEFORE, prices=euros), held(BOOK.without("answer"), prices=euros)
    found = difference(*two)
    (cost,) = [one for one in found.figures if one.figure.name == "COST"]
    assert (cost.before, cost.after, found.currency) == (Decimal("1.00"), Decimal("0.50"), "EUR")
    assert "1.00 EUR  0.50 EUR" in str(found)
    assert {"figure": "COST", "of": None, "before": "1.00", "after": "0.50"} in (
        found.to_dict()["figures"]
    )
    other = attrs.evolve(two[1], prices=attrs.evolve(euros, currency=None))
    for second in (BEFORE, other):
        without = difference(two[0], second)
        assert without.currency is None
        assert "COST" not in {one.figure.name for one in without.figures}


def test_figures_are_those_of_each() -> None:
    """Every figure is that of the first rehearsal and that of the second."""
    fewer = held(BOOK.without("answer"))
    figures = difference(BEFORE, fewer).figures
    counts = {(one.figure.name, one.of): (one.before, one.after) for one in figures}
    assert counts["CONTACTS", None] == (len(BEFORE.contacts), len(fewer.contacts)) == (2, 1)
    assert counts["CONTACTS", Channel.EMAIL] == (2, 1)
    assert counts["OPEN", "answer"] == (0, 1)
    assert re.search("contacts with customers: e-mail +2 +1\n", str(difference(BEFORE, fewer)))


def test_rows_of_differences_are_plain() -> None:
    """Each change is a dict with the same keys, with what was before and after."""
    retimed, less, more = changed().to_rows()
    assert set(retimed) == set(less) == set(more)
    assert (less["change"], less["customer"]) == ("LESS", "bert-2")
    assert (less["channel_before"], less["channel_after"]) == ("EMAIL", None)
    assert (more["at_before"], more["at_after"]) == (None, START + timedelta(days=2))
    assert retimed["at_after"] == START + timedelta(days=2)
    assert [change.kind for change in changed().of_kind(ChangeKind.LESS)] == [ChangeKind.LESS]


def test_a_difference_is_data_too() -> None:
    """The document is plain, and the reprs of changes name nobody."""
    found = changed()
    document = json.loads(json.dumps(found.to_dict()))
    assert document["counts"] == {"LESS": 1, "MORE": 1, "REROUTED": 0, "RETIMED": 1}
    assert [change["change"] for change in document["changes"]] == ["RETIMED", "LESS", "MORE"]
    assert document["changes"][2]["at_after"] == "2026-03-04T09:00:00+00:00"
    assert repr(found.changes[1]) == (
        "<ChangedContact LESS: <Line SENT ANSWER EMAIL of journey 2 at 2026-03-04T09:00:00+00:00>>"
    )
