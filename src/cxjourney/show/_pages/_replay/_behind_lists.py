"""The journeys behind the figures of a report, as lists that open when they are asked for."""

from collections.abc import Iterable

from cxjourney.replay import Report
from cxjourney.show._pages._html_file import folded
from cxjourney.show._pages._markup import Markup, joined, tag
from cxjourney.show._pages._page_words import PageWords

MOST_LISTED = 500
"""More journeys than this are not listed behind one figure."""


def behind_figures(report: Report, figures: Iterable[tuple[str, str]], told: PageWords) -> Markup:
    """Return the journeys behind figures; nothing where none are listed.

    Args:
        report: the report.
        figures: the key of each figure, and what it is of in words.
        told: the words of the page.
    """
    behind = report.behind
    if behind is None:
        return Markup()
    rows = {row.figure: row for row in behind.figures}
    lists = []
    for key, words in figures:
        row = rows.get(key)
        if row is None:
            continue
        listed = [behind.journeys[place] for place in row.listed[:MOST_LISTED]]
        ids = [
            tag("li", tag("bdi", " / ".join(filter(None, (one.customer, one.engagement)))))
            for one in listed
        ]
        if row.journeys > len(listed):
            ids.append(
                tag("li", told.say("more_rows", count=told.count(row.journeys - len(listed))))
            )
        summary = f"{words}: {told.count(row.journeys)}"
        lists.append(folded(summary, tag("ul", joined(ids), class_="ids")))
    if not lists:
        return Markup()
    note = [tag("p", told.say("hashed"), class_="note")] if behind.hashed else []
    return folded(told.say("who"), *note, *lists, class_="only-here")
