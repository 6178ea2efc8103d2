"""The bytes of a text in pieces of whole lines."""

from collections.abc import Iterator

from cxjourney.bulk._reporting._read_log import UnlikeRowsError
from cxjourney.vocabulary._csv import Stream

BLOCK = 1 << 23
LF, CR = ord("\n"), ord("\r")


def blocks_of(stream: Stream) -> Iterator[bytes]:
    """Yield the bytes of a text in pieces of whole lines.

    Raises:
        UnlikeRowsError: when a line is longer than a piece.
    """
    rest = b""
    while True:
        parts, size = [rest], len(rest)
        while size < BLOCK and (data := stream.read(BLOCK)):
            parts.append(data)
            size += len(data)
        block = b"".join(parts)
        cut = block.rfind(b"\n") + 1 if size >= BLOCK else size
        if not cut and size:
            raise UnlikeRowsError
        if not size:
            return
        yield block[:cut]
        rest = block[cut:]


def is_utf8(block: bytes) -> bool:
    """Say whether a piece is text in UTF-8."""
    if block.isascii():
        return True
    try:
        block.decode()
    except UnicodeDecodeError:
        return False
    return True


def ends_as_usual(block: bytes) -> bool:
    """Say whether all its lines end with LF or CR LF."""
    return b"\r" not in block or block.count(b"\r") == block.count(b"\r\n")
