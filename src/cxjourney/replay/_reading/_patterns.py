"""Times in a way of one's own, such as ``%d.%m.%Y %H:%M``: months in English, in any locale."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

import attrs

from cxjourney.errors import LONGEST_NAME, InvalidError, quoted
from cxjourney.vocabulary._checks import describe

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
DIRECTIVES: Mapping[str, str] = {
    "Y": r"(?P<Y>\d{4})",
    "y": r"(?P<y>\d{2})",
    "m": r"(?P<m>\d{1,2})",
    "d": r"(?P<d>\d{1,2})",
    "H": r"(?P<H>\d{1,2})",
    "I": r"(?P<I>\d{1,2})",
    "M": r"(?P<M>\d{2})",
    "S": r"(?P<S>\d{2})",
    "f": r"(?P<f>\d{1,9})",
    "p": r"(?P<p>[AaPp]\.?[Mm]\.?)",
    "b": rf"(?P<b>{'|'.join(name[:3] for name in MONTHS)})",
    "B": rf"(?P<B>{'|'.join(MONTHS)})",
    "z": r"(?P<z>[Zz]|UTC|GMT|[+-]\d\d:?\d\d)",
    "%": "%",
}
NAMED = re.compile(rf"[\w %.,:/-]{{0,{LONGEST_NAME}}}")
"""What a person would write as a pattern of times."""
A_PATTERN = "a pattern such as '%d.%m.%Y %H:%M', 'iso', or an epoch such as 'epoch_ms'"
PIVOT = 69
"""Two digits of a year from here on are of the 1900s, as POSIX has it."""
NOON = 12


@attrs.frozen
class Pattern:
    """A way to write times.

    Attributes:
        form: the pattern, with the directives of ``strptime`` that depend on no locale.
    """

    form: str
    _shape: re.Pattern[str]

    @classmethod
    def of(cls, form: str) -> "Pattern":
        """Return a pattern.

        Raises:
            InvalidError: when it names no day, or has a directive that is not known.
        """
        parts = re.split("%(.?)", form)
        made = [re.escape(parts[0]).replace(r"\ ", r"\s+")]
        for directive, text in zip(parts[1::2], parts[2::2], strict=True):
            if directive not in DIRECTIVES or parts[1::2].count(directive) > 1:
                found = f"{quoted('%' + directive)} in a pattern of times, unknown or twice"
                raise InvalidError(
                    "", found, f"one each of {', '.join('%' + d for d in DIRECTIVES)}"
                )
            made += [DIRECTIVES[directive], re.escape(text).replace(r"\ ", r"\s+")]
        named = set(parts[1::2])
        day = "d" in named and named & {"m", "b", "B"} and named & {"Y", "y"}
        if not day or ("I" in named) is not ("p" in named):
            found = quoted(form) if NAMED.fullmatch(form) else describe(form)
            raise InvalidError("", found, A_PATTERN)
        return cls(form, re.compile("".join(made), re.IGNORECASE | re.ASCII))

    def read(self, text: str) -> datetime | None:
        """Return a text as a time, aware or not; None where it is not written so."""
        found = self._shape.fullmatch(text)
        if found is None:
            return None
        part = found.groupdict()
        try:
            return datetime(
                _year(part),
                _month(part),
                int(part["d"]),
                _hour(part),
                int(part.get("M") or 0),
                int(part.get("S") or 0),
                int((part.get("f") or "0").ljust(6, "0")[:6]),
                _offset(part.get("z")),
            )
        except ValueError:
            return None


def _year(part: Mapping[str, str]) -> int:
    if "Y" in part:
        return int(part["Y"])
    short = int(part["y"])
    return short + (1900 if short >= PIVOT else 2000)


def _month(part: Mapping[str, str]) -> int:
    if "m" in part:
        return int(part["m"])
    begins = (part.get("b") or part["B"])[:3].lower()
    return next(n for n, name in enumerate(MONTHS, 1) if name.startswith(begins))


def _hour(part: Mapping[str, str]) -> int:
    if "I" not in part:
        return int(part.get("H") or 0)
    hour = int(part["I"])
    if not 1 <= hour <= NOON:
        raise ValueError
    return hour % NOON + (NOON if part["p"][0] in "Pp" else 0)


def _offset(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text[0] not in "+-":
        return UTC
    size = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-size if text[0] == "-" else size)
