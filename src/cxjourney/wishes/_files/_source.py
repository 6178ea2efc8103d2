"""The bytes of a survey's file: what they are, and the text in them."""

import codecs
import zipfile
from collections.abc import Iterator
from enum import Enum, unique
from io import BytesIO
from os import PathLike, fspath
from pathlib import Path
from typing import IO, Any

import attrs

from cxjourney.errors import InvalidError, quoted
from cxjourney.vocabulary._csv import A_TEXT, lines_of
from cxjourney.vocabulary._terminal import Progress

MOST_BYTES = 1 << 30
"""How many bytes a file, or what is packed in it, may have."""

A_SURVEY = "a survey in CSV, Excel (.xlsx) or SPSS (.sav)"
THE_FILE = "the file"
UTF_8, UTF_16 = "UTF-8", "UTF-16"
HEAD = 200
MOSTLY, FEWEST = 0.8, 4

ZIP = b"PK\x03\x04"
WORKBOOK = "xl/workbook.xml"
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SPSS = (b"$FL2", b"$FL3")
"""How files begin: any ZIP, Excel before 2007, SPSS plain and compressed as ZSAV."""


@unique
class FileFormat(Enum):
    """How a survey is stored."""

    CSV = "CSV"
    EXCEL = "Excel"
    SPSS = "SPSS"


@attrs.frozen(eq=False)
class Source:
    """The bytes of a survey's file.

    Attributes:
        where: the file, as errors name it.
        content: its bytes; of a ZIP with one file in it, those of that file.
        form: how the survey is stored.
    """

    where: str
    content: bytes = attrs.field(repr=False)
    form: FileFormat


def open_source(source: str | PathLike[str] | IO[bytes] | IO[str]) -> Source:
    """Return the bytes of a survey's file.

    Args:
        source: its path, or a file that is open.

    Raises:
        InvalidError: it cannot be read, is too large, or is nothing that holds a survey.
    """
    if isinstance(source, str | PathLike):
        where = fspath(source)
        content = _content(where)
    else:
        where, taken = THE_FILE, source.read(MOST_BYTES + 1)
        content = taken.encode() if isinstance(taken, str) else taken
    if len(content) > MOST_BYTES:
        raise InvalidError(where, f"more than {MOST_BYTES:,} bytes", "a smaller file")
    if content.startswith(ZIP):
        return _unpacked(where, content)
    return Source(where, content, _form(where, content))


def _form(where: str, content: bytes) -> FileFormat:
    if content.startswith(SPSS):
        return FileFormat.SPSS
    if content.startswith(OLD_EXCEL):
        raise InvalidError(where, "Excel before 2007 (.xls)", "saved as .xlsx")
    if (
        content[:HEAD]
        .lstrip(codecs.BOM_UTF8 + b" \r\n\t")
        .lower()
        .startswith((b"<?xml", b"<!doc", b"<html"))
    ):
        raise InvalidError(where, "a page or document in XML or HTML", A_SURVEY)
    return FileFormat.CSV


def _content(where: str) -> bytes:
    try:
        if "\0" in where or Path(where).is_dir():
            raise InvalidError(where, "not a file", A_SURVEY)
        with Path(where).open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise InvalidError(where, "no such file", A_SURVEY) from None
    except OSError as error:
        found = (error.strerror or "unreadable").lower()
        raise InvalidError(where, found, "a file that can be read") from None


def _unpacked(where: str, content: bytes) -> Source:
    """Return a workbook as it is, or the one file of another ZIP, as Qualtrics and Google send it.

    The sizes that a ZIP names are a limit that its reader keeps, so they are looked at first.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            inside = [one for one in packed.infolist() if not one.is_dir()]
            size = sum(one.file_size for one in inside)
            if size > MOST_BYTES:
                found = f"a ZIP of {len(content):,} bytes that unpacks to {size:,}"
                raise InvalidError(where, found, f"at most {MOST_BYTES:,}")
            if any(one.filename == WORKBOOK for one in inside):
                return Source(where, content, FileFormat.EXCEL)
            if len(inside) != 1:
                found = f"a ZIP with {len(inside)} files"
                raise InvalidError(where, found, "a ZIP with one, or that file itself")
            taken = packed.read(inside[0])
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        found = f"a ZIP that cannot be unpacked ({type(error).__name__})"
        raise InvalidError(where, found, A_SURVEY) from None
    return Source(where, taken, _form(where, taken))


def read_text(
    source: Source, encoding: str | None, progress: Progress | None
) -> tuple[str, Iterator[str]]:
    """Return the name of a text's encoding, and its lines.

    UTF-8 and UTF-16 can be told; what is neither has to be named.

    Args:
        source: the file.
        encoding: its encoding as Python names it; None to tell it.
        progress: is told how far the reading is.

    Raises:
        InvalidError: there is no such encoding, or the text is not in it; names the line.
    """
    content = source.content
    found = _utf_16(content) if encoding is None else _known(encoding)
    if found is not None:
        try:
            content = codecs.decode(content, found).encode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            before = codecs.decode(content[: error.start], found, "ignore")
            line = before.count("\n") + 1
            at = f"not {found} at byte {error.start + 1} of the file"
            expected = "its encoding, such as cp1257, as the option encoding"
            raise InvalidError(source.where, at, expected, lines=(line,)) from None
    stream = BytesIO(content)
    lines = lines_of(stream, len(content), source.where, A_SURVEY, progress)
    return found or UTF_8, _with_remedy(lines)


def _with_remedy(lines: Iterator[str]) -> Iterator[str]:
    """Yield lines; where one is not in UTF-8 say what to give."""
    try:
        yield from lines
    except InvalidError as error:
        if error.expected != A_TEXT:
            raise
        expected = "a text in UTF-8, or its encoding, such as cp1257, as the option encoding"
        raise attrs.evolve(error, expected=expected) from None


def _known(encoding: Any) -> str | None:  # noqa: ANN401 - whatever a caller gives
    """Return the name of an encoding; None for UTF-8, which needs nothing.

    Raises:
        InvalidError: Python knows none of that name, or it is none of texts.
    """
    try:
        name = codecs.lookup(encoding).name
        "".encode(name)
    except (LookupError, TypeError, ValueError):
        found = quoted(encoding) if isinstance(encoding, str) else f"a {type(encoding).__name__}"
        expected = "the name of an encoding, such as 'cp1257' or 'utf-16'"
        raise InvalidError("encoding", found, expected) from None
    return None if name in {"utf-8", "utf-8-sig"} else name


def _utf_16(content: bytes) -> str | None:
    """Tell UTF-16 by its byte-order mark, or by every other byte of its beginning being 0."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = content[:HEAD]
    for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        half = head[first::2]
        if len(half) >= FEWEST and half.count(0) >= MOSTLY * len(half):
            return name
    return None
