"""Prices: checked where they enter, read from TOML, and never taken for nothing."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

from cxjourney.errors import InvalidError
from cxjourney.rehearsal import Cue, Prices, rehearse
from cxjourney.vocabulary import Channel, EventKind, Lang
from tests.rehearsal.books import BOOK, START, person

FOUND = rehearse(
    BOOK,
    people=[
        person("anne", Cue(1, EventKind.PURCHASED), Cue(2, EventKind.ASKED, {"question": "?"}))
    ],
    days=9,
    start=START,
)


def costs(prices: Prices) -> Any:
    """Return what two contacts by e-mail cost."""
    return attrs.evolve(FOUND, prices=prices).costs


def test_what_has_no_price_is_said_so() -> None:
    """A contact without a price is in no sum, and is counted; a dash stands for its channel."""
    assert FOUND.costs is None
    free = costs(Prices({Channel.EMAIL: Decimal(0)}))
    assert (free.total, free.unpriced, str(free)) == (0, 0, "In all: 0.00")
    none = costs(Prices(currency="EUR"))
    assert (none.total, none.unpriced) == (0, 2)
    assert str(none) == "In all: 0.00 EUR; Contacts without a price, which are in no sum: 2"
    row = next(row for row in none.rows if row.channel is Channel.EMAIL)
    assert (row.contacts, row.unpriced, row.amount) == (2, 2, 0)
    assert str(attrs.evolve(FOUND, prices=Prices())).count("   -\n") == 1


def test_rows_of_the_playbook_may_have_prices_of_their_own() -> None:
    """The price of a row stands before that of its channel."""
    prices = Prices({Channel.EMAIL: Decimal("0.10")}, rows={"thanks": Decimal(3)})
    assert costs(prices).total == Decimal("3.10")
    inner = attrs.evolve(FOUND.sent[0], internal=True)
    assert prices.of(inner) == 3
    assert Prices(inside=Decimal(4)).of(inner) == 4
    chores = attrs.evolve(FOUND, lines=(inner,), prices=prices).costs
    assert chores is not None
    assert [row.amount for row in chores.rows if row.channel is None] == [3]


def test_sums_are_written_as_the_language_writes_them() -> None:
    """A decimal comma in Estonian and Finnish; no more decimals than there are, two at least."""
    many = costs(Prices({Channel.EMAIL: Decimal("1234.5005")}, currency="EUR"))
    assert repr(many) == "<Costs of 2 contacts>"
    assert many.explain(Lang.EN) == "In all: 2,469.001 EUR"
    assert many.explain(Lang.ET) == "Kokku: 2\N{NO-BREAK SPACE}469,001 EUR"
    assert many.explain(Lang.FI) == "Yhteensä: 2\N{NO-BREAK SPACE}469,001 EUR"
    assert "cost: 2,469.001 EUR." in str(
        attrs.evolve(FOUND, prices=Prices({Channel.EMAIL: Decimal("1234.5005")}, currency="EUR"))
    )


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"channels": {"email": Decimal(1)}}, "Prices.channels"),
        ({"channels": {Channel.EMAIL: 0.5}}, "Prices.channels"),
        ({"channels": {Channel.EMAIL: Decimal(-1)}}, "Prices.channels"),
        ({"channels": {Channel.EMAIL: Decimal("NaN")}}, "Prices.channels"),
        ({"channels": 1}, "Prices.channels"),
        ({"rows": {1: Decimal(1)}}, "Prices.rows"),
        ({"inside": 4}, "Prices.inside"),
        ({"currency": "euro"}, "Prices.currency"),
        ({"currency": 1}, "Prices.currency"),
    ],
)
def test_prices_are_checked(given: dict[str, Any], where: str) -> None:
    """A price is a Decimal from 0, of a channel or a row; a currency has three letters."""
    with pytest.raises(InvalidError) as raised:
        Prices(**given)
    assert raised.value.where == where


def test_only_prices_are_prices() -> None:
    """What is no Prices is refused by name before anybody walks."""
    with pytest.raises(InvalidError, match=r"rehearsal\.prices"):
        rehearse(BOOK, people=1, start=START, prices={Channel.EMAIL: Decimal(1)})  # type: ignore[arg-type]


def written(folder: Path, text: str | bytes) -> Path:
    """Write a file of prices."""
    path = folder / "prices.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_prices_are_read_from_toml(tmp_path: Path) -> None:
    """Every field may stand in the file; decimals are kept as they are written."""
    text = """
currency = "EUR"
inside = 4
[channels]
email = 0.002
face_to_face = 12
[rows]
welcome = 1.10
"""
    assert Prices.read(written(tmp_path, text)) == Prices(
        {Channel.EMAIL: Decimal("0.002"), Channel.FACE_TO_FACE: Decimal(12)},
        {"welcome": Decimal("1.10")},
        Decimal(4),
        "EUR",
    )
    assert Prices.read(str(written(tmp_path, ""))) == Prices()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x =", "prices.toml: no TOML at end of document; expected prices in TOML"),
        ("x ?", "prices.toml: no TOML at line 1, column 3; expected prices in TOML"),
        (b"\xff", "prices.toml: not UTF-8; expected prices in TOML"),
        ("mail = 1", "prices.toml: 1 key(s) that mean nothing; expected only currency, inside,"),
        ("channels = 1", "prices.toml, channels: int; expected a table of prices, [channels]"),
        ("[channels]\nmail = 1", "prices.toml, channels: no name of a channel; expected one of"),
        ("[channels]\nemail = 'a'", "prices.toml, Prices.channels: str of 1 characters; expected"),
        ("[rows]\nwelcome = -0.5", "prices.toml, Prices.rows: Decimal('-0.5'); expected a finite"),
        ("inside = true", "prices.toml, Prices.inside: True; expected a finite Decimal from 0"),
    ],
)
def test_faults_of_a_file_are_named(tmp_path: Path, text: str | bytes, message: str) -> None:
    """Each fault is one line that names the file and the place."""
    with pytest.raises(InvalidError) as raised:
        Prices.read(written(tmp_path, text))
    assert str(raised.value).startswith(message)
    with pytest.raises(InvalidError, match=r"none\.toml: no such file or directory"):
        Prices.read(tmp_path / "none.toml")
