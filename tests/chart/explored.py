"""The eight standard charts, each checked and explored once for all tests."""

from functools import cache
from itertools import product, starmap

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


@cache
def explored(options: Options = STRICT) -> Exploration:
    """Return the exploration that proved the standard chart under these options."""
    return check_chart(chart_with(options))
