"""Whether what a dispatcher is given can be called as it will be, and gives what it must."""

from functools import wraps
from inspect import iscoroutine, signature

from cxjourney.channels import Profile, Profiles
from cxjourney.errors import InvalidError
from cxjourney.vocabulary._checks import describe


def check_takes(where: str, given: object, count: int, expected: str) -> None:
    """Refuse a class, and what cannot be called with so many arguments.

    Raises:
        InvalidError: when it is one of these.
    """
    if isinstance(given, type):
        raise InvalidError(where, "a class", f"{expected}, such as an instance of it")
    try:
        asked = signature(given)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return  # written in another language, which does not say
    try:
        asked.bind(*[None] * count)
    except TypeError:
        found = "a callable that takes something else"
        raise InvalidError(where, found, expected) from None


def giving_profiles(profiles: Profiles) -> Profiles:
    """Return a look-up that refuses what is no profile, so that nobody works with it.

    Raises:
        InvalidError: when it was not given a profile.
    """

    @wraps(profiles)
    def look_up(customer: str) -> Profile:
        found: object = profiles(customer)
        if isinstance(found, Profile):
            return found
        raise InvalidError("profiles", _described(found), "a Profile for every customer")

    return look_up


def _described(found: object) -> str:
    if iscoroutine(found):
        found.close()  # else Python warns that nobody awaited it
        return "something to be awaited"
    return describe(found)


def is_awaitable(said: object) -> bool:
    """Say whether a plain hook returned what was to be awaited; then nothing of it was done."""
    if not iscoroutine(said):
        return False
    said.close()
    return True
