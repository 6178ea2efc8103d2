"""The secret that a database was written with: made, or compared with the one that is given."""

import secrets as randomness

from sqlalchemy import Connection, insert, select

from cxjourney.dispatch.journal._schema import secrets
from cxjourney.dispatch.journal._secrecy._secret import SHORTEST, Secret, fingerprint
from cxjourney.errors import DecodeError, JournalError
from cxjourney.vocabulary._forms import found_in

OLD_KEYS = "none"
"""Stands in the place of a fingerprint where keys of version 1 are kept, made without a secret."""
_KEPT = select(secrets.c.fingerprint, secrets.c.secret)


def agreed(connection: Connection, given: Secret | None, *, new: bool = True) -> Secret:
    """Return the secret by which everybody goes who uses the database.

    One that was given is not kept, only what tells it from others.

    Args:
        connection: a connection, within a transaction.
        given: the secret that was given, or None.
        new: whether it may be one that the database does not know yet.

    Raises:
        DecodeError: when one that is kept cannot be read.
        JournalError: when it is not the one that the database was written with.
    """
    kept = {row.fingerprint: row.secret for row in connection.execute(_KEPT)}
    plain = kept.pop(OLD_KEYS, None) is not None
    made = [_read(*one) for one in kept.items() if one[1] is not None]
    if given is None:
        if None in kept.values():
            raise _other("none, though one was given before")
        if not made and not new:
            raise _other("none, and none is kept")
        if not made:
            made = [randomness.token_bytes(2 * SHORTEST)]
            _keep(connection, fingerprint(made[0]), made[0].hex())
        return Secret(made[0], plain=plain)
    known = {fingerprint(one) for one in (*given, *made)}
    if not known.issuperset(kept) or not (new or fingerprint(given.newest) in kept):
        raise _other("another one")
    if fingerprint(given.newest) not in kept:
        _keep(connection, fingerprint(given.newest), None)
    return Secret(given.newest, [*given.former, *made], plain=plain)


def _read(name: str, kept: str) -> bytes:
    try:
        secret = bytes.fromhex(kept)
    except (TypeError, ValueError):
        raise DecodeError("cx_secret.secret", found_in(kept), "hexadecimal digits") from None
    if fingerprint(secret) != name:
        raise DecodeError("cx_secret.secret", found_in(kept), "the one of cx_secret.fingerprint")
    return secret


def note_old_keys(connection: Connection) -> None:
    """Take note that there are keys that were made without a secret."""
    _keep(connection, OLD_KEYS, "")


def _keep(connection: Connection, name: str, secret: str | None) -> None:
    connection.execute(insert(secrets), {"fingerprint": name, "secret": secret})


def _other(found: str) -> JournalError:
    expected = "the one that the database was written with, as the secret or among the former"
    return JournalError("secret", found, expected)
