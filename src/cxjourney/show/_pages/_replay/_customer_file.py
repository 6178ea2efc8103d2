"""A file of customers: where each journey stands, one a line, for a spreadsheet or a mailing."""

import csv
from collections import defaultdict
from io import StringIO

from cxjourney.errors import InvalidError
from cxjourney.replay import Report
from cxjourney.replay._reporting._figure_rows import ListedJourney
from cxjourney.show._pages._markup import printable

COLUMNS = (
    *("customer", "engagement", "segment", "place", "standing"),
    *("since", "cycle", "furthest", "overdue"),
)
FORMULA = (
    *("=", "+", "-", "@", "|", "%"),
    *("\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}"),
    *("\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}"),
)
"""With what a cell begins that some spreadsheet takes for a formula or a command."""


def customers_csv(report: Report) -> str:
    """Return the journeys that a report lists as CSV.

    Raises:
        InvalidError: it lists none.
    """
    behind = report.behind
    if behind is None:
        raise InvalidError("Report.to_csv", "no journeys are listed", "replay_log(..., behind=N)")
    late = defaultdict[int, list[str]](list)
    for row in behind.figures:
        kind, _, rest = row.figure.partition(".")
        rule, _, how = rest.rpartition(".")
        if (kind, how) == ("owed", "overdue"):
            for place in row.listed:
                late[place].append(rule)
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for place, one in enumerate(behind.journeys):
        writer.writerow(map(safe_cell, (*_cells(one), " ".join(late[place]))))
    return stream.getvalue()


def _cells(one: ListedJourney) -> tuple[str, ...]:
    return (
        *(one.customer, one.engagement, one.segment, one.place, one.standing.value),
        "" if one.since is None else one.since.isoformat(),
        str(one.cycle),
        "" if one.furthest is None else one.furthest.name,
    )


def safe_cell(text: str) -> str:
    """Return a text as a cell that no spreadsheet takes for a formula."""
    safe = printable(text)
    return f"'{safe}" if safe.lstrip().startswith(FORMULA) else safe
