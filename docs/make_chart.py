"""Writes docs/chart.md from the standard chart: ``python docs/make_chart.py``."""
# ruff: noqa: INP001 - a script, not a package

from pathlib import Path

import attrs

from cxjourney.chart import Options
from cxjourney.charts import ALL_OPTIONS, chart_with, standard_chart
from cxjourney.diagram import (
    chart_markdown,
    chart_mermaid,
    differences_markdown,
    guards_markdown,
)

PAGE = Path(__file__).with_name("chart.md")

TEMPLATE = """\
<!-- Written from the chart by `python docs/make_chart.py`; change the chart, not this page. -->

# The standard chart

This is all that moves a journey: `standard_chart()`, version {version}, {count} rows.
For an event, the rows that take it from where the journey stands are tried from the top, and the
first whose guards all pass applies. An event that no row takes is noted, and an order is refused.

## The picture

Rows that do not leave the place, and orders, are left out here;
`chart_mermaid(chart, stays=True, orders=True)` draws them too.
`customer \N{MINUS SIGN} purchased, left` stands for all customer facts but these two.

```mermaid
{picture}```

## The rows

A row that *stays* changes flags and leaves the place as it is.
A fact that is *held* is tried again after every event.

{rows}
## The guards

{guards}
## What the options change

Each option changes these rows and no others; options that are set together change what each of
them changes.

{options}"""

OPTION = """\
### `{name}`

{table}"""


def page() -> str:
    """Return the page as it should be."""
    chart = standard_chart()
    return TEMPLATE.format(
        version=chart.version,
        count=len(chart.rows),
        picture=chart_mermaid(chart),
        rows=chart_markdown(chart),
        guards=guards_markdown(chart),
        options="\n".join(_option(options) for options in ALL_OPTIONS if _changed(options) == 1),
    )


def _changed(options: Options) -> int:
    """Count the options that differ from the default."""
    pairs = zip(attrs.astuple(options), attrs.astuple(Options()), strict=True)
    return sum(one is not default for one, default in pairs)


def _option(options: Options) -> str:
    chart, other = standard_chart(), chart_with(options)
    return OPTION.format(name=options.suffix[1:-1], table=differences_markdown(chart, other))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
