"""Each standard chart checked and explored once, for all tests that read what came of it."""

from functools import cache

from cxjourney.chart import Options
from cxjourney.charts import chart_with
from cxjourney.derive import check_chart
from cxjourney.explore import Exploration

STRICT = Options()


@cache
def explored(options: Options = STRICT) -> Exploration:
    """Return the exploration that proved the standard chart under these options."""
    return check_chart(chart_with(options))
