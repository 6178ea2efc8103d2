"""The figures of each segment side by side."""

from cxjourney.replay import Report
from cxjourney.replay._reporting._figure_rows import SegmentRow
from cxjourney.show._pages._drawings import Bar, bars, legend
from cxjourney.show._pages._html_file import Grid, as_table, figure_of, section
from cxjourney.show._pages._markup import Markup, bdi, tag
from cxjourney.show._pages._page_words import PageWords
from cxjourney.vocabulary import Phase, Standing
from cxjourney.vocabulary._texts import words

MOST_SEGMENTS = 30
"""Of more segments than this only the most frequent are shown."""
LONGEST = 24
"""The names of segments are cut to this where they stand in a picture."""


def segments(report: Report, told: PageWords) -> Markup:
    """Return how the customers of each segment stand."""
    rows = report.segments[:MOST_SEGMENTS]
    if not rows[1:]:
        return Markup()
    lang, looks = told.lang, ("solid", "dots", "third")
    names = [told.place(one) for one in (Standing.ACTIVE, Standing.LAPSED, Standing.LOST)]
    drawn = []
    for row in rows:
        every = max(row.journeys, 1)
        shares = [(count / every, look) for count, look in zip(_stand(row), looks, strict=True)]
        drawn.append(Bar(_name(row, told), told.count(row.journeys), shares))
    title = told.say("segments_title", column=report.segment)
    phases = [row.phase for row in report.funnel if row.observable or row.reached]
    grid = Grid(
        title,
        (
            *(told.say("segment"), *words(lang, "journeys", "customers")),
            *(*names, *map(told.place, phases)),
        ),
        "<" + ">" * (5 + len(phases)),
        [
            (
                bdi(row.segment or told.say("nothing_there")),
                *told.counts(row.journeys, row.customers, *_stand(row)),
                *_shares(row, phases, told),
            )
            for row in rows
        ],
    )
    says = "; ".join(f"{bar.label}: {bar.value}" for bar in drawn)
    more = len(report.segments) - len(rows)
    note = [tag("p", told.say("more_rows", count=told.count(more)), class_="note")] if more else []
    return section(
        title,
        legend(zip(looks, names, strict=True)),
        figure_of(bars("segments", title, says, drawn), told.say("segment_note")),
        *note,
        as_table(lang, grid),
    )


def _name(row: SegmentRow, told: PageWords) -> str:
    name = row.segment or told.say("nothing_there")
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 3]}..."


def _stand(row: SegmentRow) -> tuple[int, int, int]:
    return (
        sum(place.active for place in row.places),
        sum(place.lapsed for place in row.places),
        sum(place.lost for place in row.places),
    )


def _shares(row: SegmentRow, phases: list[Phase], told: PageWords) -> list[str]:
    reached = {one.phase: one.reached for one in row.funnel}
    return [told.share(reached[phase] / max(row.journeys, 1)) for phase in phases]
