"""Contents: who approved the text as it stands, and the shelves of the library."""

from itertools import product

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.channels import Approval, Content, Library, digest_of
from cxjourney.errors import InvalidError
from cxjourney.testing import contents
from cxjourney.vocabulary import Channel, Lang

LANGS: tuple[Lang | None, ...] = (None, *Lang)
SHELVES = list(product(["a", "b"], [Channel.EMAIL, Channel.TEXT], LANGS))


def content(id: str, channel: Channel, lang: Lang | None) -> Content:
    """Return a content for a shelf."""
    return Content(id, channel, "anne", digest_of(""), lang=lang)


def test_a_digest_is_of_one_text() -> None:
    """Texts that differ in one character, in a space, or in how a letter is made, differ."""
    tilde = ("\N{LATIN SMALL LETTER O WITH TILDE}", "o\N{COMBINING TILDE}")
    texts = ("", " ", "a", "A", "a ", "a\n", "a\r\n", "\ud800", "\udfff", "?", *tilde)
    assert len({digest_of(text) for text in texts}) == len(texts)


def test_a_digest_is_sha256() -> None:
    """The digest is what other tools give for the same text in UTF-8."""
    assert digest_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert digest_of("\ud800") != digest_of("?")


@pytest.mark.no_cover
@given(contents())
def test_approved_by_others_as_it_stands(one: Content) -> None:
    """Who approved is who read this very text and did not write it; a changed one begins anew."""
    changed = attrs.evolve(one, digest=digest_of("changed by someone"))
    assert changed.approved_by == frozenset()
    for person in ("anne", "bert", "cleo"):
        read = Approval(person, one.digest) in one.approvals
        assert (person in one.approved_by) is (read and person != one.author)


@given(st.lists(st.sampled_from(SHELVES), unique=True))
def test_the_library_finds_what_suits(shelves: list[tuple[str, Channel, Lang | None]]) -> None:
    """The customer's language comes first, then the content of no language; nothing else."""
    library = Library(content(*shelf) for shelf in shelves)
    for id, channel, lang in product(["a", "b", "c"], Channel, Lang):
        found = library.find(id, channel, lang)
        wanted = [lang_ for lang_ in (lang, None) if (id, channel, lang_) in shelves]
        assert found == (content(id, channel, wanted[0]) if wanted else None)


def test_a_library_has_one_content_a_shelf() -> None:
    """Two contents of the same id, channel and language are refused, by name."""
    shelf = content("welcome", Channel.EMAIL, Lang.ET)
    other = attrs.evolve(shelf, author="bert")
    with pytest.raises(InvalidError, match="a second 'welcome' for EMAIL; expected one for an id"):
        Library([shelf, other])
    assert len(Library([shelf, attrs.evolve(shelf, lang=Lang.FI)]).contents) == 2


def test_a_library_holds_contents_only() -> None:
    """Anything else is refused, and what it is is said by type."""
    with pytest.raises(InvalidError, match="contents: str of 7 characters; expected only Content"):
        Library(["welcome"])  # type: ignore[list-item]


def test_libraries_compare_by_what_they_hold() -> None:
    """Equal contents make equal libraries; the repr tells how many there are."""
    shelf = content("welcome", Channel.EMAIL, None)
    assert Library([shelf]) == Library((shelf,))
    assert hash(Library([shelf])) == hash(Library((shelf,)))
    assert Library([shelf]) != Library()
    assert repr(Library([shelf])) == "<Library of 1>"
