"""What a page of the theme lacks for whoever reads it by ear or by keyboard.

Checked by axe-core in ``nox -s browser``; seen in furo 2025.12 and Sphinx 9.
"""
# ruff: noqa: INP001 - a script's helper, not a package

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

LACKING = {
    '<p class="caption" role="heading">': '<p class="caption" role="heading" aria-level="2">',
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="All pages">',
    '<aside class="toc-drawer': '<aside aria-label="On this page" class="toc-drawer',
    '<div class="content-icon-container">': (
        '<div class="content-icon-container" role="region" aria-label="This page">'
    ),
    '<div class="table-wrapper': '<div tabindex="0" class="table-wrapper',
    "<pre>": '<pre tabindex="0">',
    '<th class="head"><p></p></th>': "<td></td>",
}
"""What is written, and what is written instead: levels, names of landmarks, places for a focus."""


def make_reachable(app: "Sphinx", failed: Exception | None) -> None:
    """Give the pages of a built site what they lack."""
    if failed is None and app.builder.format == "html":
        for page in Path(app.outdir).rglob("*.html"):
            text = page.read_text(encoding="utf-8")
            for lacking, instead in LACKING.items():
                text = text.replace(lacking, instead)
            page.write_text(text, encoding="utf-8")
