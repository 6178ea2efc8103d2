"""Opening a log: a file or standard input, unpacked, in whatever encoding, as lines of text."""

import codecs
import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from os import fstat
from pathlib import Path, PurePath
from typing import BinaryIO

import attrs

from cxjourney.errors import InvalidError
from cxjourney.vocabulary._csv import A_TEXT, Stream, lines_of
from cxjourney.vocabulary._terminal import Progress

STANDARD_INPUT = "-"
A_LOG = "a log in CSV, JSON, Parquet or XES"
GZIP, GZ = b"\x1f\x8b", ".gz"
HEAD = 1 << 16
SCANNED = 1 << 20
FREELY_UNPACKED = 1 << 26
MOST_UNPACKED = 200
"""A gz may grow as many times; beyond the first 64 MiB one that grows more is no log."""
LARGEST_IN_MEMORY = 1 << 30
"""What cannot be read piece by piece may have so many bytes."""

UTF_8, BALTIC, WESTERN = "utf-8", "cp1257", "cp1252"
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
WRITTEN = frozenset(
    "\u201c\u201d\u201e\u2019\u2018\u2013\u2014\u20ac\u00a7\u00b0\u00a0\u00ab\u00bb\u2026"
)
"""What stands in texts beside letters; a byte that means something else is no text."""
ALIKE = str.maketrans("\u0160\u0161\u017d\u017e", "\u00d0\u00f0\u00de\u00fe")
"""Letters of Estonian whose bytes in cp1257 mean Icelandic letters in cp1252."""
RARE = "\u00ff"
"""The letter of the byte 0xFF, which is hardly ever meant as one."""
NAME_ONE = f"{A_TEXT}, or log.encoding in the mapping, such as 'cp1257' or 'cp1252'"


@attrs.define
class _HeadFirst:
    """What was looked at already, and then the rest."""

    head: bytes
    rest: Stream

    def read(self, size: int) -> bytes:
        if self.head:
            taken, self.head = self.head[:size], self.head[size:]
            return taken
        return self.rest.read(size)


@attrs.define
class _Unpacked:
    """A gz, as what is in it; one that grows beyond measure is refused."""

    where: str
    packed: BinaryIO
    _inside: gzip.GzipFile = attrs.field(init=False)
    _grown: int = attrs.field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        self._inside = gzip.GzipFile(fileobj=self.packed)

    def read(self, size: int) -> bytes:
        try:
            data = self._inside.read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise InvalidError(self.where, "a gz that is cut off or broken", "a whole gz") from None
        self._grown += len(data)
        if self._grown > FREELY_UNPACKED and self._grown > MOST_UNPACKED * self.packed.tell():
            found = f"a gz that grows more than {MOST_UNPACKED} times"
            raise InvalidError(self.where, found, "a gz of a log, or the log itself")
        return data


@attrs.define
class _Told:
    """Tells how much of a file was read, in the bytes of the file."""

    inside: Stream
    file: BinaryIO
    size: int
    progress: Progress | None

    def read(self, size: int) -> bytes:
        data = self.inside.read(size)
        if self.progress is not None and self.size and data:
            self.progress("reading", min(self.file.tell(), self.size), self.size)
        return data


@attrs.define
class _AsUtf8:
    """A text of another encoding, as UTF-8.

    Raises:
        InvalidError: when it is not in that encoding; names the line.
    """

    where: str
    inside: Stream
    encoding: str
    _decoder: codecs.IncrementalDecoder = attrs.field(init=False)
    _lines: int = attrs.field(default=1, init=False)

    def __attrs_post_init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder(self.encoding)()

    def read(self, size: int) -> bytes:
        text = ""
        while not text:
            data = self.inside.read(size)
            try:
                text = self._decoder.decode(data, final=not data)
            except UnicodeError as error:
                taken, end = getattr(error, "object", b""), getattr(error, "start", 0)
                before = codecs.decode(taken[:end], self.encoding, "ignore")
                line = self._lines + before.count("\n")
                found = f"not {self.encoding}"
                raise InvalidError(self.where, found, NAME_ONE, lines=(line,)) from None
            if not data:
                break
        self._lines += text.count("\n")
        return text.encode("utf-8", "surrogatepass")


@attrs.frozen(eq=False)
class LogSource:
    """A log that is open for reading.

    Attributes:
        where: its name, as errors tell it.
        suffix: the end of its name in small letters, without that of gz; empty for none.
        head: its first bytes, unpacked.
        stream: its bytes, unpacked.
        encoding: the name of its encoding.
        detected: whether the encoding was neither told nor UTF-8.
    """

    where: str
    suffix: str
    head: bytes
    stream: Stream
    encoding: str
    detected: bool
    file: BinaryIO
    packed: bool
    size: int
    progress: Progress | None

    def lines(self) -> Iterator[str]:
        """Yield its lines with their ends; a byte-order mark is left out.

        Raises:
            InvalidError: when it is empty, or not text in its encoding; names the line.
        """
        plain = self.encoding == UTF_8 and not self.packed
        inside = self.stream if plain else _Told(self.stream, self.file, self.size, self.progress)
        text = inside if self.encoding == UTF_8 else _AsUtf8(self.where, inside, self.encoding)
        size = self.size if plain else 0
        for_lines = self.progress if plain else None
        try:
            yield from lines_of(text, size, self.where, A_LOG, for_lines)
        except InvalidError as error:
            if error.expected != A_TEXT or not error.found.startswith("not UTF-8"):
                raise
            raise attrs.evolve(error, expected=NAME_ONE) from None

    def told(self) -> Stream:
        """Return its bytes, of which the progress is told."""
        return _Told(self.stream, self.file, self.size, self.progress)

    def seekable(self) -> BinaryIO:
        """Return it as a file in which one can go to and fro.

        Raises:
            InvalidError: when it would have to be held in memory, and is too large.
        """
        if self.file.seekable() and not self.packed:
            return self.file
        content = bytearray()
        while data := self.stream.read(SCANNED):
            content += data
            if len(content) > LARGEST_IN_MEMORY:
                found = f"more than {LARGEST_IN_MEMORY:,} bytes that come packed or from a pipe"
                raise InvalidError(self.where, found, "a plain file")
        return BytesIO(bytes(content))


@contextmanager
def opened(path: str, encoding: str | None, progress: Progress | None) -> Iterator[LogSource]:
    """Open a log.

    Args:
        path: the file; ``-`` is standard input.
        encoding: its encoding, as Python names it; None to tell it by its beginning.
        progress: is told how far the reading is, in bytes.

    Raises:
        InvalidError: when it cannot be read.
    """
    if path == STANDARD_INPUT:
        yield _source(path, sys.stdin.buffer, encoding, progress)
        return
    if "\0" in path or Path(path).is_dir():
        raise InvalidError(path, "not a file", A_LOG)
    try:
        with Path(path).open("rb") as file:
            yield _source(path, file, encoding, progress)
    except FileNotFoundError:
        raise InvalidError(path, "no such file", A_LOG) from None
    except OSError as error:
        found = (error.strerror or "unreadable").lower()
        raise InvalidError(path, found, "a file that can be read") from None


def _source(
    path: str, file: BinaryIO, encoding: str | None, progress: Progress | None
) -> LogSource:
    suffix = PurePath(path).suffix.lower()
    if suffix == GZ:
        suffix = PurePath(path[: -len(GZ)]).suffix.lower()
    size = fstat(file.fileno()).st_size if file is not sys.stdin.buffer else 0
    head = file.read(HEAD)
    packed = head.startswith(GZIP)
    seekable = file.seekable() and size > 0
    if seekable:
        file.seek(0)
    stream: Stream = file if seekable else _HeadFirst(head, file)
    if packed:
        whole = file if seekable else BytesIO(head + file.read())
        stream = _Unpacked(path, whole)
        head = stream.read(HEAD)
        stream = _HeadFirst(head, stream)
    found, detected = encoding, False
    if found is None:
        found = _encoding_of(head)
        if found is None:
            found = _first_words(file) if seekable and not packed else _single_byte(head)
        found = found or UTF_8
        detected = found != UTF_8
    return LogSource(path, suffix, head, stream, found, detected, file, packed, size, progress)


def _encoding_of(head: bytes) -> str | None:
    """Tell UTF-8 and UTF-16 by the mark at the beginning, or UTF-16 by its zeros."""
    for mark, name in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return name
    even, odd = head[0:HEAD:2].count(0), head[1:HEAD:2].count(0)
    for zeros, others, name in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if len(head) >= MANY and zeros > len(head) // 4 and zeros > MANY * others:
            return name
    return None


MANY = 8


def _first_words(file: BinaryIO) -> str | None:
    """Read on to the first letter that is not ASCII, and tell the encoding by what is there."""
    found = None
    while data := file.read(SCANNED):
        if not data.isascii():
            # A letter may be cut at the end of a piece.
            found = _single_byte(data + file.read(MANY))
            break
    file.seek(0)
    return found


def _single_byte(sample: bytes) -> str | None:
    """Tell cp1257 and cp1252 where the letters leave no doubt; None where it is UTF-8, or open."""
    try:
        codecs.getincrementaldecoder(UTF_8)().decode(sample)
    except UnicodeDecodeError as error:
        if not sample[: error.start].isascii():
            return None
    else:
        return None
    baltic, western = (_letters(sample, name) for name in (BALTIC, WESTERN))
    if baltic is None:
        return western and WESTERN
    if western is None or baltic.translate(ALIKE) == western:
        return BALTIC
    return None


def _letters(sample: bytes, encoding: str) -> str | None:
    """Return what a sample has beside ASCII; None where that is not what people write."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return None
    beside = "".join(char for char in text if not char.isascii())
    written = all(one in WRITTEN or (one.isalpha() and one != RARE) for one in beside)
    return beside if written else None
