"""Which channels a playbook or a rehearsal uses in which phase."""

import xml.etree.ElementTree as ET
from datetime import timedelta
from functools import cache

import attrs
import pytest

from cxjourney.chart import Exploration, explore, standard_chart
from cxjourney.errors import InvalidError
from cxjourney.playbook import (
    Coverage,
    Entered,
    NearlyDue,
    Opened,
    Play,
    Playbook,
    RowSent,
    Wished,
    standard_playbook,
)
from cxjourney.rehearsal import rehearse
from cxjourney.vocabulary import Channel, Lang, Phase, Purpose, Standing, name
from cxjourney.wishes import Wish, WishKind
from tests.rehearsal.books import BOOK, START, person

DAY = timedelta(days=1)


@cache
def explored() -> Exploration:
    """Return the standard chart, explored."""
    return explore(standard_chart())


def places(*plays: Play, wishes: tuple[tuple[Wish, WishKind], ...] = ()) -> dict[str, list[str]]:
    """Return the places of each channel, of a playbook with some rows."""
    found: dict[str, list[str]] = {}
    for row in Playbook("own", 1, plays, wishes).coverage(explored()).to_rows():
        if row["count"]:
            found.setdefault(str(row["channel"]), []).append(str(row["place"]))
    return found


def test_a_row_counts_where_what_it_answers_to_begins() -> None:
    """A place entered, a duty of a place, a duty of any place, and what follows another row."""
    welcome = Play("hi", Entered(Phase.ASSESS), Purpose.INFORM, (Channel.EMAIL,), "hi")
    joy = Play("joy", Opened("share_joy"), Purpose.CONGRATULATE, (Channel.POST,), "joy")
    again = Play("again", RowSent("joy"), Purpose.CONGRATULATE, (Channel.VIDEO,), "again")
    ask = Play("ask", RowSent("hi", "ask_feedback"), Purpose.INFORM, (Channel.TEXT,), "ask")
    call = Play("call", NearlyDue("answer", DAY), Purpose.ANSWER, (Channel.FACE_TO_FACE,))
    everywhere = [one.name for one in Phase] + ["LAPSED", "LOST"]
    found = places(welcome, joy, again, ask, call)
    assert set(found.pop("FACE_TO_FACE")) >= set(everywhere) - {"LAPSED"}
    assert found == {
        "EMAIL": ["ASSESS"],
        "POST": ["ADMIT"],
        "VIDEO": ["ADMIT"],
        "TEXT": ["ACCOMPLISH"],
    }


def test_wishes_count_in_their_phase_and_tasks_nowhere() -> None:
    """A row of wishes is called for in the phases of the wishes of its kind; a task by nobody."""
    wish = Wish("toys", phase=Phase.ADOPT)
    row = Play("wish", Wished(WishKind.CONSCIOUS), Purpose.INFORM, (Channel.EMAIL,), "wish")
    task = Play(
        "task", Entered(Phase.ADOPT), Purpose.INFORM, (Channel.FACE_TO_FACE,), internal=True
    )
    assert places(row, task) == {}
    assert places(row, task, wishes=((wish, WishKind.INVISIBLE),)) == {}
    assert places(row, task, wishes=((wish, WishKind.CONSCIOUS),)) == {"EMAIL": ["ADOPT"]}


def test_fallbacks_are_told_apart_and_gaps_are_named() -> None:
    """A channel after the first one is a fallback; phases and channels without any are named."""
    row = Play("hi", Entered(Phase.ASSESS), Purpose.INFORM, (Channel.EMAIL, Channel.POST), "hi")
    found = Playbook("own", 1, (row,)).coverage(explored())
    assert found.fallbacks == {(Phase.ASSESS, Channel.POST): 1}
    assert found.bare == tuple(Phase)[1:]
    assert Channel.GIFT in found.unused
    assert Channel.POST not in found.unused
    told = found.explain()
    assert "1 (1)" in told
    assert "Phases in which no channel is used: 2  Admit" in told
    assert repr(found) == "<Coverage: 2 plays in 2 cells>"


def test_the_chart_explored_is_that_of_the_playbook() -> None:
    """An exploration of another chart says nothing of this playbook."""
    chart = standard_chart()
    other = explore(attrs.evolve(chart, key="small", rows=chart.rows[:4]))
    with pytest.raises(InvalidError, match="of another chart"):
        standard_playbook().coverage(other)
    with pytest.raises(InvalidError, match="explored"):
        standard_playbook().coverage(chart)  # type: ignore[arg-type]


@pytest.mark.no_cover
def test_contacts_count_where_the_customer_stood() -> None:
    """A contact belongs to the phase before what it brought about; before any there is none."""
    found = rehearse(standard_playbook(), people=12, days=60, seed=3, start=START)
    assert sum(found.coverage.cells.values()) == len(found.contacts)
    assert found.to_dict()["coverage"] == found.coverage.to_rows()
    welcomes = {line.stands for line in found.contacts if line.play == "welcome"}
    assert Phase.ASSESS in welcomes
    for line in found.contacts:
        if line.play == "share_joy":
            assert line.stands is not Phase.ASSESS
    empty = rehearse(BOOK, people=[person("c1")], days=5, start=START)
    assert {line.stands for line in empty.lines} <= {Standing.NEW}
    assert empty.coverage.bare == tuple(Phase)


@pytest.mark.parametrize("lang", Lang)
def test_a_picture_tells_what_the_table_tells(lang: Lang) -> None:
    """Every phase, channel and number of the table stands in the picture, and in its words."""
    found = rehearse(standard_playbook(), people=4, days=60, seed=4, start=START).coverage
    shown = found.show(lang)
    tree = ET.fromstring(shown.svg())  # noqa: S314 - it is of our own making
    texts = ["".join(one.itertext()) for one in tree.iter("{http://www.w3.org/2000/svg}text")]
    told = "".join(tree.itertext())
    for place in found.places:
        assert any(name(place, lang) in text for text in texts)
    for (_, channel), count in found.cells.items():
        assert name(channel, lang) in texts
        assert any(text.split(" ")[0] == str(count) for text in texts)
        assert f"{name(channel, lang)} {count}" in told
    assert "text/html" not in shown._repr_mimebundle_()
    nothing = Coverage(made=True, cells={}, fallbacks={})
    assert ET.fromstring(nothing.show(lang).svg()).tag.endswith("svg")  # noqa: S314 - as above
