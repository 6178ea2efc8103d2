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
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import attrs

from cxjourney.errors import InvalidError
from cxjourney.vocabulary._csv import A_TEXT, Stream, lines_of
from cxjourney.vocabulary._terminal import Progress

STANDARD_INPUT = "-"
A_LOG = "a log in CSV, JSON, Parquet or XES"
GZ = ".gz"
GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"
FREELY_UNPACKED = 1 << 26
MOST_UNPACKED = 200
"""It may grow as many times; beyond the first 64 MiB what grows more is no log."""
ENCRYPTED = 1
A_ZIP = "a ZIP with one file, the log, as programs usually pack it and without a password"
BROKEN = EOFError, zlib.error, gzip.BadGzipFile, BadZipFile, ValueError, RuntimeError
HEAD = 1 << 16
SCANNED = 1 << 20
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
    """What is in a packed file.

    Attributes:
        where: its name, as errors tell it.
        what: what it is packed as.
        packed: the file.
        inside: what is in it.
    """

    where: str
    what: str
    packed: BinaryIO
    inside: Stream
    _grown: int = attrs.field(default=0, init=False)

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes; none at the end.

        Raises:
            InvalidError: when it is broken, or grows beyond measure.
        """
        try:
            data = self.inside.read(size)
        except BROKEN:
            found = f"a {self.what} that is cut off or broken"
            raise InvalidError(self.where, found, f"a whole {self.what}") from None
        self._grown += len(data)
        if self._grown > FREELY_UNPACKED and self._grown > MOST_UNPACKED * self.packed.tell():
            found = f"a {self.what} that grows more than {MOST_UNPACKED} times"
            raise InvalidError(self.where, found, f"a {self.what} of a log, or the log itself")
        return data


def _unpacked(where: str, packed: BinaryIO) -> tuple[_Unpacked, str]:
    """Return what is in a packed file, and the end of the name that it has there.

    Nothing else is taken from a name in a ZIP, and nothing is written.

    Raises:
        InvalidError: when a ZIP is broken, or has not just one file that can be read.
    """
    begins = packed.read(len(ZIP))
    packed.seek(0)
    if begins != ZIP:
        return _Unpacked(where, "gz", packed, gzip.GzipFile(fileobj=packed)), ""
    try:
        file = ZipFile(packed)
        members = [one for one in file.infolist() if not one.filename.endswith("/")]
        inside = file.open(members[0]) if len(members) == 1 and _is_usual(members[0]) else None
    except BROKEN:
        raise InvalidError(where, "a ZIP that is cut off or broken", "a whole ZIP") from None
    if len(members) != 1:
        raise InvalidError(where, f"a ZIP with {len(members)} files", A_ZIP)
    if inside is None:
        raise InvalidError(where, "a ZIP with a password, or packed in a rare way", A_ZIP)
    return _Unpacked(where, "ZIP", packed, inside), PurePath(members[0].filename).suffix


def _is_usual(member: ZipInfo) -> bool:
    encrypted = member.flag_bits & ENCRYPTED
    return not encrypted and member.compress_type in {ZIP_STORED, ZIP_DEFLATED}


@attrs.define
class _Told:
    """Tells how much of a file was read, in the bytes of the file."""

    inside: Stream
    file: BinaryIO
    size: int
    progress: Progress | None

    def read(self, size: int) -> bytes:
        data = self.inside.read(size)
        if self.progress is not None and self.size:
            # At the end all is done, also where a ZIP has its list behind the log.
            done = min(self.file.tell(), self.size) if data else self.size
            self.progress("reading", done, self.size)
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
    try:
        if "\0" in path or Path(path).is_dir():
            raise InvalidError(path, "not a file", A_LOG)
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
    packed = head.startswith((GZIP, ZIP))
    seekable = file.seekable() and size > 0
    if seekable:
        file.seek(0)
    stream: Stream = file if seekable else _HeadFirst(head, file)
    if packed:
        whole = file if seekable else BytesIO(head + file.read())
        stream, inside = _unpacked(path, whole)
        suffix = inside.lower() or suffix
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
