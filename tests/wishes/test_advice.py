"""What to do about a wish of each kind."""

import pytest

from cxjourney.vocabulary import Lang
from cxjourney.wishes import WishKind, advise


def test_the_advice_is_that_of_the_specification() -> None:
    """In English the four kinds get the advice of SPEC 8."""
    assert {kind.name: advise(kind) for kind in WishKind} == {
        "CONSCIOUS": "fulfil it, and say so",
        "SUBCONSCIOUS": "fulfil it unasked",
        "DECEPTION": "acknowledge it, do not invest in it, and find the wish behind it",
        "INVISIBLE": "stop paying for it",
    }


@pytest.mark.parametrize("lang", Lang)
def test_every_language_tells_kinds_apart(lang: Lang) -> None:
    """No two kinds get the same advice, in whatever language."""
    assert len({advise(kind, lang) for kind in WishKind}) == len(WishKind)


@pytest.mark.parametrize("lang", Lang)
def test_own_advice_comes_before_the_usual(lang: Lang) -> None:
    """Advice can be edited kind by kind; the others keep theirs."""
    own = {WishKind.DECEPTION: "ask {Mari}"}
    assert advise(WishKind.DECEPTION, lang, own=own) == "ask {Mari}"
    for kind in set(WishKind) - set(own):
        assert advise(kind, lang, own=own) == advise(kind, lang)
