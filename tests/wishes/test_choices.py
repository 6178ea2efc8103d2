"""Yes or no, open mentions, and up to k picks: what they say, and what is wrong with them."""

import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cxjourney.errors import InvalidError
from cxjourney.wishes import Item, Mentions, PickK, StatementForm, YesNo, items_by_prefix
from tests.wishes.tables import Asked, asking, left_out, read, texts_of

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("CXJOURNEY_DATA", ROOT.parent / "shared" / "data"))
AIRPORT = DATA / "sfo2017_wishes.csv"


def asked_of(form: StatementForm, *names: str) -> Asked:
    """Return what is asked of a table whose columns are all statements, save for ``y``."""
    return asking("y", items_by_prefix(names, said="", rating=None), form)


def heard(form: StatementForm, **columns: Any) -> Any:
    """Return what columns of statements say; a column ``commented`` is no statement."""
    names = [name for name in columns if name != "commented"]
    rows = len(columns[names[0]])
    asked = asked_of(form, *names)
    return form.measure(read({"y": range(rows), **columns}, asked), asked["items"])


def wrong(form: StatementForm, **columns: Any) -> list[str]:
    """Return what is wrong with columns of statements."""
    names = [name for name in columns if name != "commented"]
    return texts_of({"y": range(len(columns[names[0]])), **columns}, asked_of(form, *names))


@pytest.mark.parametrize("form", [YesNo(), Mentions(), PickK(1)], ids=str)
def test_what_is_neither_yes_nor_no_is_a_fault(form: StatementForm) -> None:
    """Every cell is 0, 1 or blank; what is infinite is told once."""
    assert wrong(form, a=[0, 1, None, 2], b=[0.5, 0, -1, 0], c=[math.inf, None, 0, 0]) == [
        "column 'c', row 0 (counted from 0): inf; expected a finite number",
        "column 'a', row 3 (counted from 0): 2; expected 0, 1 or a blank",
        "column 'b', rows 0, 2 (counted from 0): 0.5; expected 0, 1 or a blank",
    ]


@pytest.mark.parametrize("form", [YesNo(), Mentions(), PickK(1)], ids=str)
def test_a_wish_nobody_was_asked_about_has_no_share(form: StatementForm) -> None:
    """Without a column, or with a blank one, there is no share, and others keep theirs."""
    items = [Item("a", None, "a"), Item("b", "b", None), Item("c", None, "c")]
    asked = asking("y", items, form)
    sheet = read({"y": [1, 2], "a": [1, 1], "b": [1, 1], "c": [None, None]}, asked)
    found = form.measure(sheet, items)
    assert found.n.tolist() == [2, 0, 0]
    assert np.isnan(found.share).tolist() == [False, True, True]


def test_blank_answers_are_left_out_and_counted() -> None:
    """Each wish has a share of its own answers; a row without any is told."""
    found = heard(YesNo(), a=[1, 0, None, None], b=[1, None, 0, None])
    assert found.share.tolist() == [0.5, 0.5]
    assert found.n.tolist() == [2, 2]
    assert found.tau == 0.5
    assert left_out(found) == [("NO_ANSWER", 1)]


def test_mentions_are_of_those_who_commented() -> None:
    """A comment that mentions none of the wishes is a comment."""
    found = heard(Mentions("commented"), a=[1, 0, 0, 0], b=[1, 1, 0, None], commented=[1, 1, 1, 0])
    assert found.share.tolist() == pytest.approx([1 / 3, 2 / 3])
    assert found.n.tolist() == [3, 3]
    assert found.tau == pytest.approx((3 * 0.5 + 0.5) / (3 + 1))
    assert left_out(found) == [("NO_COMMENT", 1)]


def test_without_who_commented_mentions_are_of_those_who_mention_any() -> None:
    """Who mentions no wish is left out, and counted."""
    found = heard(Mentions(), a=[1, 0, 0, None], b=[1, 1, 0, None])
    assert found.share.tolist() == [0.5, 1]
    assert left_out(found) == [("NO_MENTION", 2)]


def test_the_fair_share_nears_the_mean_share() -> None:
    """The half mention beforehand is soon nothing."""
    found = heard(Mentions(), a=[1, 0, 0, 0] * 5_000, b=[0, 1, 1, 1] * 5_000)
    assert found.tau == pytest.approx(found.share.mean(), abs=1e-4)


def test_where_nothing_is_mentioned_the_fair_share_is_above_nothing() -> None:
    """A fair share of 0 would make every wish one that is asked for."""
    found = heard(Mentions("commented"), a=[0] * 9, b=[0] * 9, commented=[1] * 9)
    assert found.share.tolist() == [0, 0]
    assert found.effective.tolist() == [9, 9]
    assert found.tau == pytest.approx(0.5 / 10)


def test_mentions_that_go_together_make_their_contrast_surer() -> None:
    """What is common to the wishes of a comment tells nothing of one against another."""
    alone = heard(Mentions("commented"), a=[1, 0, 0, 0] * 9, b=[0, 1, 0, 0] * 9, commented=[1] * 36)
    together = heard(
        Mentions("commented"),
        a=[1, 0, 0, 0] * 9,
        b=[1, 0, 0, 0] * 8 + [1, 1, 0, 0],
        commented=[1] * 36,
    )
    assert together.effective[0] > alone.effective[0]


def test_mentions_without_a_comment_are_faults() -> None:
    """Who did not comment cannot have mentioned anything; who commented is 1, 0 or blank."""
    found = wrong(
        Mentions("commented"), a=[1, 1, 1, 0], b=[0, 0, None, 1], commented=[1, 0, None, 2]
    )
    expected = "a mention without a comment; expected no mention, or 1 in column 'commented'"
    assert found == [
        "column 'commented', row 3 (counted from 0): 2; expected 0, 1 or a blank",
        f"column 'a', rows 1, 2 (counted from 0): {expected}",
        f"column 'b', row 3 (counted from 0): {expected}",
    ]


def test_a_missing_column_of_comments_is_one_fault() -> None:
    """What could not be read is not held against what was."""
    (found,) = wrong(Mentions("commented"), a=[1, 0])
    assert found.startswith("column 'commented': no such column, for who commented")


def test_picks_are_of_those_who_were_asked() -> None:
    """A blank beside a pick or a 0 is no pick; a row of blanks was not asked."""
    found = heard(PickK(1), a=[1, None, 0, None], b=[None, 1, 0, None], c=[None, None, 0, None])
    assert found.share.tolist() == pytest.approx([1 / 3, 1 / 3, 0])
    assert found.n.tolist() == [3, 3, 3]
    assert found.tau == pytest.approx(1 / 3)
    assert left_out(found) == [("NO_PICKS", 1)]


def test_only_wishes_on_offer_share_the_picks() -> None:
    """A column that is blank throughout was not on offer, even where fewer than k were."""
    found = heard(PickK(1), a=[1, 0], b=[0, 1], c=[None, None])
    assert found.tau == 0.5
    assert heard(PickK(2), a=[1, 0], b=[None, None], c=[None, None]).tau == 1


def test_more_picks_than_allowed_are_a_fault() -> None:
    """Each row has at most k picks, and k is less than the wishes to pick from."""
    columns = {"a": [1, 1, 1], "b": [1, 1, 0], "c": [1, 0, None]}
    assert wrong(PickK(1), **columns) == [
        "rows 0, 1 (counted from 0): 3 picks; expected at most 1 in a row"
    ]
    assert wrong(PickK(2), **columns) == [
        "row 0 (counted from 0): 3 picks; expected at most 2 in a row"
    ]
    assert wrong(PickK(3), **columns) == [
        "3 picks of 3 wishes; expected fewer picks than wishes to pick from"
    ]


ANY_PICKS: Any = PickK
ANY_MENTIONS: Any = Mentions


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: PickK(0), "PickK.k: 0; expected a whole number from 1"),
        (lambda: ANY_PICKS(1.5), "k: 1.5; expected a whole number"),
        (lambda: ANY_PICKS("3"), "k: str"),
        (lambda: ANY_PICKS(True), "k: True"),
        (lambda: ANY_MENTIONS(5), "commented: int; expected the name of a column"),
        (lambda: Mentions(""), "commented: str of 0 characters"),
    ],
    ids=range(6),
)
def test_a_form_that_is_none_is_refused(make: Callable[[], Any], text: str) -> None:
    """Wrong settings of a form are refused when it is made."""
    with pytest.raises(InvalidError) as caught:
        make()
    assert text in str(caught.value)


def test_mentions_of_the_airport_are_counted_as_pandas_counts_them() -> None:
    """The shares of a real survey's comments are the means over who commented."""
    if not AIRPORT.exists():
        pytest.skip("the airport's survey is not here; CXJOURNEY_DATA names its folder")
    table = pd.read_csv(AIRPORT)
    names = [name.removeprefix("say_") for name in map(str, table) if name.startswith("say_")]
    form = Mentions("commented")
    asked = asking("OVERALL", items_by_prefix(names, said="say_"), form, rating_range=(1, 5))
    found = form.measure(read(table, asked), asked["items"])
    of = table[table["commented"] == 1]
    np.testing.assert_allclose(found.share, of[[f"say_{name}" for name in names]].mean())
    assert set(found.n.tolist()) == {len(of)}
    assert found.tau == pytest.approx(found.share.mean(), abs=1 / len(of))
    assert left_out(found) == [("NO_COMMENT", len(table) - len(of))]
    anybody = form_without(table, names)
    assert anybody.n[0] <= len(of)


def form_without(table: pd.DataFrame, names: list[str]) -> Any:
    """Return the mentions of those who mention anything."""
    asked = asking("OVERALL", items_by_prefix(names, said="say_"), Mentions())
    return asked["statements"].measure(read(table, asked), asked["items"])
