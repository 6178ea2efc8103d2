"""The words of a page in its language: counts, shares, names, and what is not known."""

import attrs

from cxjourney.vocabulary import Lang, Phase, Place, Standing, name
from cxjourney.vocabulary._texts import number, page, percent

TO, AT_LEAST = "\N{EN DASH}", "\N{GREATER-THAN OR EQUAL TO}"
"""What stands between two numbers, or for one that is not known; and before a least one."""
PLACES: dict[str, Place] = {one.name: one for one in (*Phase, *Standing)}


@attrs.frozen
class PageWords:
    """Says things in the language of a page."""

    lang: Lang

    def say(self, key: str, **values: object) -> str:
        """Return a sentence of the page."""
        return page(key, self.lang, **values)

    def count(self, value: int) -> str:
        """Return a whole number."""
        return number(value, self.lang)

    def counts(self, *values: int) -> tuple[str, ...]:
        """Return whole numbers."""
        return tuple(map(self.count, values))

    def days(self, value: float | None) -> str:
        """Return a number of days; a dash where it is not known."""
        return TO if value is None else number(value, self.lang, ",.1f")

    def share(self, value: float, form: str = ".0f") -> str:
        """Return a share in percent."""
        return percent(value, self.lang, form)

    def place(self, place: Place | str) -> str:
        """Return the name of a phase or a standing."""
        return name(PLACES[place] if isinstance(place, str) else place, self.lang)
