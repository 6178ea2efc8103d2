"""A playbook is overridden row by row and by segment, and answers to decided wishes."""

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney.errors import FaultsError
from cxjourney.playbook import Entered, Play, Playbook, PlayFaultKind
from cxjourney.testing import wishes
from cxjourney.vocabulary import Phase
from cxjourney.wishes import Answer, Classification, Criteria, Finding, Wish, WishKind, WishMap
from tests.playbook.books import BUSY, DAY, STANDARD, WISHES, book, play

IDS, SEGMENTS = st.sampled_from(["a", "b", "c"]), st.sampled_from([None, "key", "mid"])
ROWS = st.builds(
    lambda id, segment, phase: play(id, Entered(phase), segment=segment),
    IDS,
    SEGMENTS,
    st.sampled_from(Phase),
)


@pytest.mark.no_cover
@given(st.lists(ROWS, max_size=12))
def test_overriding_replaces_or_adds(rows: list[Play]) -> None:
    """However rows are put in, the last of each id and segment holds, and the first's order."""
    mine = book()
    for row in rows:
        mine = mine.override(row)
    last = {(row.id, row.segment): row for row in rows}
    assert mine.plays == tuple(last.values())
    assert book().override(*last.values()) == mine


@pytest.mark.no_cover
@given(st.lists(ROWS, max_size=12, unique_by=lambda row: (row.id, row.segment)), SEGMENTS, IDS)
def test_a_segments_row_replaces_the_general_one(
    rows: list[Play], segment: str | None, id: str
) -> None:
    """For a segment its own row of an id holds, else the general one; nobody else's ever."""
    mine = book(*rows)
    own = [row for row in rows if (row.id, row.segment) == (id, segment)]
    general = [row for row in rows if (row.id, row.segment) == (id, None)]
    expected = next(iter(own or general), None)
    assert mine.find(id, segment) == expected
    held = mine.rows_for(segment)
    assert [row for row in held if row.id == id] == ([] if expected is None else [expected])
    assert mine.rows_for(segment) is held, "it is worked out once"


@settings(max_examples=15)
@given(st.lists(ROWS, min_size=1, max_size=9, unique_by=lambda row: (row.id, row.segment)))
def test_leaving_out_takes_just_one_row(rows: list[Play]) -> None:
    """To leave a row out leaves all others, and to leave it out again is refused by its name."""
    gone, *rest = rows
    mine = book(*rows).without(gone.id, gone.segment)
    assert mine == book(*rest)
    with pytest.raises(FaultsError) as caught:
        mine.without(gone.id, gone.segment)
    assert [one.kind for one in caught.value.faults] == [PlayFaultKind.UNKNOWN_ROW]
    assert caught.value.faults[0].where.startswith(gone.id)


def test_a_bad_row_is_refused_when_it_is_put_in() -> None:
    """Overriding checks the whole anew."""
    with pytest.raises(FaultsError) as caught:
        STANDARD.override(play("welcome", Entered(Phase.ASSESS), after=-DAY))
    assert "welcome: bad time: after is" in str(caught.value)


def test_a_row_is_found_by_its_former_id() -> None:
    """Under the id that it had before, a row is found as well."""
    row = play("new", Entered(Phase.ASSESS), was=("old", "older"))
    mine = book(row)
    assert mine.find("older") == mine.find("old") == mine.find("new") == row
    assert mine.find("oldest") is None
    assert mine.formerly("new") == ("old", "older")
    assert mine.formerly("old") == ()


@settings(max_examples=15)
@given(st.dictionaries(wishes(), st.sampled_from(WishKind), max_size=6))
def test_wishes_with_a_phase_are_taken(found: dict[Wish, WishKind]) -> None:
    """Wishes of a phase are taken with their kinds; of those about the same the last one holds."""
    expected = {
        (wish.about, wish.phase): (wish, kind)
        for wish, kind in found.items()
        if wish.phase is not None
    }
    mine = book().with_wishes(found)
    assert mine.wishes == tuple(expected.values())
    assert mine.with_wishes(found) == mine
    assert book().with_wishes({}).wishes == ()


def _answer(probability: float) -> Answer:
    return Answer(probability, 0.5, 0.8)


def _classified(about: str, phase: Phase | None, stated: float) -> Classification:
    return Classification(Wish(about, phase), "satisfaction", _answer(stated), _answer(0.99))


def test_decided_classifications_are_taken() -> None:
    """Of a survey's map, or of single classifications, the decided ones of a phase are taken."""
    found = [
        _classified("seats", Phase.ACTIVATE, 0.99),
        _classified("tea", Phase.ADOPT, 0.01),
        _classified("unclear", Phase.ADOPT, 0.5),
        _classified("homeless", None, 0.99),
    ]
    expected = (
        (Wish("seats", Phase.ACTIVATE), WishKind.CONSCIOUS),
        (Wish("tea", Phase.ADOPT), WishKind.SUBCONSCIOUS),
    )
    assert book().with_wishes(found).wishes == expected
    assert book().with_wishes(iter(found)).wishes == expected
    findings = tuple(Finding(one, 100) for one in found)
    survey = WishMap("satisfaction", findings, Criteria(delta=0.1), 0.5, 100)
    assert book().with_wishes(survey).wishes == expected


def test_equal_playbooks_are_equal() -> None:
    """Two playbooks written alike are equal, and survive a pickle, whatever was asked of one."""
    again = attrs.evolve(BUSY)
    BUSY.rows_for("key_account")
    assert again == BUSY
    assert hash(again) == hash(BUSY)
    assert again.override(play("x", Entered(Phase.ADOPT))) != BUSY
    assert attrs.evolve(BUSY, version=2) != BUSY


def test_the_repr_says_what_it_is() -> None:
    """The repr has the version, and counts rows and wishes."""
    mine = Playbook("mine", 3, (play("x", Entered(Phase.ADOPT)),), WISHES)
    assert repr(mine) == "<Playbook version 3: 1 rows, 5 wishes>"
