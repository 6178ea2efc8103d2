"""The five source articles that rules cite by number, as data."""

import re
from collections.abc import Mapping
from types import MappingProxyType

SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "000": "the eight phases and the six channels",
        "001": "customers' wishes, and the answers that they expect",
        "002": "complaints, recommendations and selling",
        "003": "measures, and handing over what was said",
        "004": "the journey as a long-running system, smileys, abandoned purchases",
    }
)
"""What each source article of this project is about, by the number that rules cite it by."""

NUMBER = re.compile(rf"(?<![\d,.])(?:{'|'.join(SOURCES)})(?!\d)")


def cited(source: str) -> str:
    """Return a rule's source with its articles named: ``source article 002 (...)`` for ``002``.

    Whatever else is cited, such as an author or ``default``, stays as it is.
    """
    return NUMBER.sub(lambda found: f"source article {found[0]} ({SOURCES[found[0]]})", source)
