"""A chart of the user's own, named as ``MODULE:CHART`` on the command line."""

import sys
from importlib import import_module

from cxjourney.chart import Chart
from cxjourney.cli._parsing import Parser
from cxjourney.errors import InvalidError

A_CHART = "MODULE:CHART, such as shop.chart:CHART"


def add_charts(parser: Parser) -> None:
    """Add the option that says where the charts are that a mapping names."""
    parser.add_argument(
        "--chart",
        metavar="MODULE:CHART",
        action="append",
        default=[],
        help="where your program has a chart that the mapping names, to import",
    )


def imported(place: str, where: str = "--chart") -> Chart:
    """Import a chart of the user's own.

    Args:
        place: where it is, as the user names it.
        where: what errors call that argument.

    Raises:
        InvalidError: it cannot be imported, or is no chart.
    """
    module, _, name = place.partition(":")
    sys.path.insert(0, "")
    try:
        found = getattr(import_module(module), name, None) if module and name else None
    except Exception as error:
        raise InvalidError(where, f"{type(error).__name__} at the import", A_CHART) from error
    finally:
        sys.path.remove("")
    if not isinstance(found, Chart):
        raise InvalidError(where, "no chart there", A_CHART)
    return found
