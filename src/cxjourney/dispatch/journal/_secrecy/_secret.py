"""What hides customers in keys, handles and tombstones: the secret of a deployment (SPEC 7)."""

from collections.abc import Collection, Iterable, Iterator
from hashlib import sha256
from hmac import digest

import attrs

from cxjourney.channels._intent import KEY_DIGITS, intent_key
from cxjourney.dispatch.journal._records import PLAIN
from cxjourney.errors import InvalidError
from cxjourney.vocabulary._checks import describe
from cxjourney.vocabulary._terminal import Showable

SHORTEST = 16
"""How many bytes a secret has at least."""
HANDLE_DIGITS = 16


def hidden(secret: bytes, *parts: str) -> bytes:
    """Return an HMAC over some texts, which nobody can repeat without the secret."""
    named = "".join([f"{len(part)}:{part}" for part in parts])
    return digest(secret, named.encode("utf-8", "surrogatepass"), "sha256")


@attrs.frozen(init=False, repr=False)
class Secret(Showable):
    """The secret of a deployment: whoever has not got it cannot tell whose a key or a handle is.

    Args:
        newest: the secret, of 16 bytes or more, from a source of randomness.
        former: the ones before it, latest first: what they hid is still recognised.
        plain: whether there are keys that were made without a secret.

    Raises:
        InvalidError: when one of them is not of its form.
    """

    newest: bytes
    former: tuple[bytes, ...]
    plain: bool

    def __init__(
        self, newest: bytes, former: Collection[bytes] = (), *, plain: bool = False
    ) -> None:
        for one in (newest, *former):
            _check(one)
        self.__attrs_init__(newest, tuple(former), plain)

    def __repr__(self) -> str:
        return f"<Secret, {len(self.former)} former>"

    def __iter__(self) -> Iterator[bytes]:
        return iter((self.newest, *self.former))

    def handle(self, customer: str) -> str:
        """Return a name for a customer that tells nobody who it is: 16 hexadecimal digits."""
        return _handle(self.newest, customer)

    def whose(self, handle: str, customers: Iterable[str]) -> str | None:
        """Return the first of some customers whom a handle names, or None."""
        found = (one for one in customers if any(_handle(key, one) == handle for key in self))
        return next(found, None)

    def marks(self, customer: str, engagement: str | None = None) -> tuple[str, ...]:
        """Return the names under which an erasure is kept: the one to write under, then former.

        Args:
            customer: the customer's id.
            engagement: the engagement that was erased; None for the whole customer.
        """
        of = ("customer", customer) if engagement is None else ("journey", customer, engagement)
        return tuple(hidden(key, *of).hex() for key in self)

    def seals(self, customer: str) -> tuple[bytes, ...]:
        """Return what the keys of a customer's intents are made with, then former ones."""
        plain = (PLAIN,) if self.plain else ()
        return (*(hidden(key, "seal", customer) for key in self), *plain)


def _check(secret: object) -> None:
    if not isinstance(secret, bytes) or len(secret) < SHORTEST:
        kind = f"{len(secret)} bytes" if isinstance(secret, bytes) else describe(secret)
        raise InvalidError("secret", kind, f"bytes, {SHORTEST} or more of them")


def fingerprint(secret: bytes) -> str:
    """Return what tells two secrets apart, and tells neither."""
    return hidden(secret, "fingerprint").hex()


def sealed_key(
    seal: bytes, customer: str, born: int, engagement: str, play: str, occurrence: str
) -> str:
    """Return the idempotency key of an intent: 32 hexadecimal digits (SPEC 7).

    Args:
        seal: what the customer's keys are made with.
        customer: the customer's id, which keys of tables of version 1 were made of.
        born: the number at which the journey began; see ``JourneyRecord``.
        engagement: the engagement's id, or empty.
        play: the id of the playbook's row.
        occurrence: which time this is.
    """
    if seal == PLAIN:
        return intent_key(customer, engagement, play, occurrence)
    return hidden(seal, str(born), engagement, play, occurrence).hex()[:KEY_DIGITS]


def _handle(secret: bytes, customer: str) -> str:
    return hidden(secret, "handle", customer).hex()[:HANDLE_DIGITS]


UNTOLD = Secret(sha256(b"cxjourney: a journal in memory").digest())
"""What a journal in memory has for a secret where none is given: everybody knows it."""
