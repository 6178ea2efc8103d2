"""Each standard chart checked and explored once, for all tests that read what came of it."""

from functools import cache

from cxjourney.chart import Exploration, Options, check_chart
from cxjourney.chart._standard_chart import chart_with

STRICT = Options()


@cache
def explored(options: Options = STRICT) -> Exploration:
    """Return the exploration that proved the standard chart under these options."""
    return check_chart(chart_with(options))
