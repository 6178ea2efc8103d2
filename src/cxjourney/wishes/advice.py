"""What to do about a wish of each kind: the usual advice (SPEC 8), or the user's own."""

from collections.abc import Mapping

from cxjourney.texts import Lang, usual_advice
from cxjourney.wishes.kinds import WishKind

__all__ = ["advise"]


def advise(
    kind: WishKind, lang: Lang = Lang.EN, *, own: Mapping[WishKind, str] | None = None
) -> str:
    """Return what to do about a wish of a kind, as an imperative clause (SPEC 8).

    Args:
        kind: the kind of the wish.
        lang: the language of the usual advice.
        own: advice of your own for some kinds or all; it is returned as it stands.

    >>> advise(WishKind.CONSCIOUS)
    'fulfil it, and say so'
    >>> advise(WishKind.INVISIBLE, own={WishKind.INVISIBLE: "ask Mari first"})
    'ask Mari first'
    """
    if own is not None and kind in own:
        return own[kind]
    return usual_advice(kind.name, lang)
