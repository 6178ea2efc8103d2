"""The eight standard charts, each checked and explored once for all tests, and their parts."""

from functools import cache
from itertools import product, starmap
from types import SimpleNamespace

from cxjourney.chart import (
    Chart,
    Confirmation,
    Exploration,
    Feedback,
    Options,
    RepeatPurchase,
    check_chart,
    standard_chart,
)
from cxjourney.vocabulary import Phase, Place, Standing

PLACES: tuple[Place, ...] = (Standing.NEW, *Phase, Standing.LAPSED, Standing.LOST, Standing.ERASED)
"""Every place a journey can be in, in reading order."""
STRICT = Options()
ALL_OPTIONS = tuple(starmap(Options, product(Feedback, RepeatPurchase, Confirmation)))
"""Every setting of the three options."""


def chart_with(options: Options) -> Chart:
    """Return the standard chart under these options."""
    return standard_chart(
        feedback=options.feedback,
        repeat_purchase=options.repeat_purchase,
        confirmation=options.confirmation,
    )


GUARDS = SimpleNamespace(
    **{
        guard.__name__: guard
        for options in ALL_OPTIONS
        for row in chart_with(options).rows
        for guard in row.guards
    }
)
"""The guards of the standard charts by name, such as ``GUARDS.purchased``."""


@cache
def explored(options: Options = STRICT) -> Exploration:
    """Return the exploration that proved the standard chart under these options."""
    return check_chart(chart_with(options))
