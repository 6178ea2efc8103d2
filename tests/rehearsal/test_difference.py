"""The difference between two playbooks: who would get more, less, or otherwise."""

import json
from datetime import timedelta
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

Who would get what, and when (UTC)
who  what is done                         what became of it   first                    second
  1  thanks                               at another time     2026-03-03 09:00 e-mail  \
2026-03-04 09:00 e-mail
  2  answer the question                  only in the first   2026-03-04 09:00 e-mail  -
  2  say what to expect, and promise no   only in the second  -                        \
2026-03-04 09:00 e-mail
     more than is delivered
"""
    )
    assert repr(changed()) == "<Difference: 1 less, 1 more, 0 rerouted, 1 retimed, 0 the same>"


@pytest.mark.parametrize("lang", Lang)
def test_differences_are_told_in_each_language(lang: Lang) -> None:
    """In each language as many rows as asked for are shown, and nobody is named."""
    found = changed()
    text = found.explain(lang, most=1)
    assert "anne-1" not in text
    assert text.count("2026-03-0") == 2
    assert found.explain(lang, most=None).count("2026-03-0") == 4
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
