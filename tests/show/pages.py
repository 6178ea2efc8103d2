"""What the tests of the reports to send share: a reader of HTML that forgives nothing."""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"meta", "br", "hr"}
ELEMENTS_NAMES = (
    "html head meta title style body main header h1 h2 h3 p section figure figcaption svg desc "
    "defs pattern path rect line circle text g use ul ol li strong details summary div table "
    "caption thead tbody tr th td bdi code dl dt dd"
)
ELEMENTS = frozenset(ELEMENTS_NAMES.split())
"""The elements that a report may have; none of them loads or runs anything."""
ATTRIBUTES_NAMES = (
    "charset content http-equiv name lang class id role aria-label aria-labelledby aria-hidden "
    "tabindex scope x y x1 x2 y1 y2 cx cy r d width height fill viewbox preserveaspectratio "
    "patternunits patterntransform xmlns open transform dx dy"
)
ATTRIBUTES = frozenset(ATTRIBUTES_NAMES.split())
"""The attributes that a report may have; none of them names a place elsewhere."""


class Reader(HTMLParser):
    """Reads a report, and refuses what a browser would have to mend."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements = Counter[str]()
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[tuple[str, str]] = []
        self.headings: list[int] = []
        assert text.startswith("<!doctype html>\n<html")
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        assert tag in ELEMENTS, tag
        self.elements[tag] += 1
        for name, value in attrs:
            assert name in ATTRIBUTES, name
            self.attributes.append((tag, name, value or ""))
        if tag[0] == "h" and tag[1:].isdigit():
            self.headings.append(int(tag[1:]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that holds nothing."""
        assert "svg" in self.open
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        """End the element that was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note words, and in which element they stand."""
        if data.strip():
            self.words.append((self.open[-1], data))

    def values(self, name: str) -> Iterator[tuple[str, str]]:
        """Yield the elements that have an attribute, with its value."""
        return ((tag, value) for tag, key, value in self.attributes if key == name)

    @property
    def text(self) -> str:
        """All that is read, but the style."""
        return " ".join(data for tag, data in self.words if tag != "style")


def check_report(text: str) -> Reader:
    """Check that a report is one file, safe, and can be read with eyes or ears; return it read."""
    found = Reader(text)
    (style,) = (data for tag, data in found.words if tag == "style")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    (rule,) = (value for tag, value in found.values("content") if "default-src" in value)
    assert rule.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert "url(" not in style
    assert "@import" not in style
    assert not list(found.values("fill"))
    assert (
        found.elements["h1"] == found.elements["main"] == found.elements["title"] - pictures(found)
    )
    assert found.headings[0] == 1
    assert all(now <= before + 1 for before, now in pairwise(found.headings))
    assert found.elements["table"] == found.elements["caption"]
    assert found.elements["th"] == sum(tag == "th" for tag, _ in found.values("scope"))
    ids = [value for _, value in found.values("id")]
    assert len(ids) == len({*ids})
    labels = [one for _, value in found.values("aria-labelledby") for one in value.split()]
    assert {*labels} <= {*ids}
    assert all(data.strip() for _, data in found.words)
    return found


def pictures(found: Reader) -> int:
    """Return how many pictures a report has that are told to those who do not see them."""
    return sum(value == "img" for tag, value in found.values("role") if tag == "svg")
