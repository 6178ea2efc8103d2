"""Reading HTML and SVG back: balanced, well-formed, and with nothing in it that could act."""

import xml.etree.ElementTree as ET
from html.parser import HTMLParser

SVG = "{http://www.w3.org/2000/svg}"
TAGS = {"div", "p", "bdi", "ul", "li", "table", "caption", "thead", "tbody", "tr", "th", "td"}
LOOKS = {"style", "lang", "scope"}


class Balanced(HTMLParser):
    """Reads HTML, and notes what is not closed, and whatever is not a plain table or list."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note a tag, and what is strange in it."""
        names = {name for name, _ in attributes}
        if tag not in TAGS or not names <= LOOKS:
            self.faults.append(f"<{tag} {names}>")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the last tag, which has to be this one."""
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        self.words.append(data)


def check_html(html: str) -> str:
    """Check that HTML is balanced and holds tables and lists alone; return its words."""
    read = Balanced(html)
    assert read.open == []
    assert read.faults == []
    words = "".join(read.words)
    assert all(sign.isprintable() or sign == "\n" for sign in words.replace("\xa0", " "))
    return words


def check_svg(svg: str) -> ET.Element:
    """Check that SVG is XML with a title, a description, no script and no way outside."""
    root = ET.fromstring(svg)  # noqa: S314 - it is our own
    assert root.tag == f"{SVG}svg"
    assert [one.tag for one in root[:2]] == [f"{SVG}title", f"{SVG}desc"]
    assert all(one.text for one in root[:2])
    ids = (root[0].get("id"), root[1].get("id"))
    assert root.get("aria-labelledby") == " ".join(map(str, ids))
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in {
            *("svg", "title", "desc", "style", "rect", "path", "polygon", "text")
        }
        for key, value in element.attrib.items():
            assert not key.startswith("on")
            assert "href" not in key
            assert "url(" not in value
            assert all(sign.isprintable() for sign in value)
    return root


def texts(root: ET.Element) -> list[str]:
    """Return what is written in a drawing."""
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def check_bundle(bundle: dict[str, str]) -> None:
    """Check all that a notebook is given."""
    assert all(bundle.values())
    assert bundle["text/plain"]
    picture, html = bundle.get("image/svg+xml"), bundle.get("text/html")
    assert (picture is None) != (html is None)
    if picture is not None:
        check_svg(picture)
    if html is not None:
        check_html(html)
