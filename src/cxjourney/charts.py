"""The charts that this process knows: the standard ones, and those that were derived from them."""

from datetime import timedelta
from functools import cache
from itertools import product

from cxjourney.chart import Chart, ChartRef, Confirmation, Feedback, Options, RepeatPurchase
from cxjourney.duties import STANDARD_OBLIGATIONS
from cxjourney.errors import ChartNotFoundError
from cxjourney.events import EventKind
from cxjourney.phases import Phase
from cxjourney.rows import standard_rows

__all__ = ["ALL_OPTIONS", "find_chart", "remember_chart", "standard_chart"]

KEY, VERSION = "eight_phases", 1
_SILENCE_DAYS = (30, 14, 14, 30, 30, 60, 180, 365)
_ADVOCACY_QUIET = timedelta(days=365)

ALL_OPTIONS = tuple(Options(*each) for each in product(Feedback, RepeatPurchase, Confirmation))
"""Every setting of the three options."""


def standard_chart(
    *,
    feedback: Feedback = Feedback.REQUIRED,
    repeat_purchase: RepeatPurchase = RepeatPurchase.LOYALTY,
    confirmation: Confirmation = Confirmation.REQUIRED,
) -> Chart:
    """Return the chart of SPEC 4.2 under these options; the same one for the same options.

    Args:
        feedback: whether ADOPT needs closed feedback.
        repeat_purchase: what a purchase after a purchase says.
        confirmation: whether ADVOCATE needs the company's confirmation.

    Raises:
        TypeError: when an option is not a member of its enum.
    """
    return chart_with(Options(feedback, repeat_purchase, confirmation))


@cache
def chart_with(options: Options) -> Chart:
    """Return the chart of ``standard_chart`` for options given as one object."""
    kinds = EventKind.builtin()
    return Chart(
        key=KEY + options.suffix,
        version=VERSION,
        options=options,
        kinds=kinds,
        rows=standard_rows(options, kinds),
        silence={
            phase: timedelta(days=days) for phase, days in zip(Phase, _SILENCE_DAYS, strict=True)
        },
        advocacy_quiet=_ADVOCACY_QUIET,
        obligations=STANDARD_OBLIGATIONS,
    )


_DERIVED: dict[ChartRef, Chart] = {}
_STANDARD = {ChartRef(KEY + options.suffix, VERSION): options for options in ALL_OPTIONS}


def remember_chart(chart: Chart) -> None:
    """Let stored journeys find a chart by its key and version, as long as the process lives."""
    _DERIVED[chart.ref] = chart


def find_chart(ref: ChartRef) -> Chart:
    """Return the chart with this key and version.

    Raises:
        ChartNotFoundError: when this process has not defined it.
    """
    if ref in _STANDARD:
        return chart_with(_STANDARD[ref])
    chart = _DERIVED.get(ref)
    if chart is None:
        raise ChartNotFoundError(ref.key, ref.version)
    return chart
