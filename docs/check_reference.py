"""Compares a built site with the code: ``python docs/check_reference.py docs/_build``.

Every public name, and every public member of every public class, must be somewhere that a link
can lead to. No signature or list of fields may show the path of an inner module.
"""
# ruff: noqa: INP001 - a script, not a package

import html
import inspect
import re
import sys
import zlib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from make_pages import public_names


def described(site: Path) -> set[str]:
    """Return the Python names that a site's inventory lists."""
    packed = (site / "objects.inv").read_bytes().split(b"\n", 4)[-1]
    lines = zlib.decompress(packed).decode().splitlines()
    return {line.split()[0] for line in lines if line.split()[1].startswith("py:")}


def wanted() -> Iterator[str]:
    """Yield each public name, and each public member that a class of ours gives it."""
    for one in public_names():
        yield f"{one.room}.{one.name}"
        thing = getattr(import_module(one.room), one.name)
        if isinstance(thing, type):
            own = [cls for cls in thing.__mro__ if cls.__module__.startswith("cxjourney.")]
            members = {name for cls in own for name in vars(cls) if not name.startswith("_")}
            for name in sorted(members):
                if inspect.getdoc(getattr(thing, name, None)):
                    yield f"{one.room}.{one.name}.{name}"


TAG = re.compile(r"<[^>]*>")
INNER = re.compile(r".*cxjourney[\w.]*\._\w.*")


def inner_paths(site: Path) -> Iterator[str]:
    """Yield each line of the reference that shows the path of an inner module.

    Raises:
        LookupError: the reference has no page.
    """
    pages = sorted(site.joinpath("reference").glob("*.html"))
    if not pages:
        raise LookupError("the site has no page of reference")
    for page in pages:
        text = html.unescape(TAG.sub("", page.read_text("utf-8")))
        yield from (f"{page.name}: {one.strip()}" for one in INNER.findall(text))


def main(site: Path) -> str | None:
    """Say what the site lacks and what it should not show, or nothing."""
    lacking = sorted(set(wanted()) - described(site))
    inner = list(inner_paths(site))
    told = ["The reference lacks:", *lacking] if lacking else []
    told += ["These lines show inner modules:", *inner] if inner else []
    return "\n".join(told) or None


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
