"""Seven weeks of a small bicycle shop in Tallinn: who its customers are, and what happened."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import attrs

from cxjourney import Channel, Event, EventKind, Lang, Purpose
from cxjourney.channels import Profile

__all__ = ["END", "START", "TALLINN", "Happening", "profile", "story"]

TALLINN, HELSINKI = ZoneInfo("Europe/Tallinn"), ZoneInfo("Europe/Helsinki")
START = datetime(2026, 3, 2, 9, tzinfo=TALLINN)
END = datetime(2026, 4, 20, 18, tzinfo=TALLINN)
K, C, P = EventKind, Channel, Purpose
Part = tuple[tuple[str, str, EventKind, Mapping[str, object]], ...]


def _person(name: str, email: str, street: str, lang: Lang = Lang.EN) -> Profile:
    zone = HELSINKI if lang is Lang.FI else TALLINN
    return Profile(zone=zone, lang=lang, values={"name": name, "email": email, "address": street})


CUSTOMERS: Mapping[str, Profile] = {
    "c-1": _person("Liis Tamm", "liis@customer.example", "Kopli 12-4, Tallinn"),
    "c-2": _person("Jaan Kask", "jaan@customer.example", "Vana-Kalamaja 3, Tallinn"),
    "c-3": _person("Peeter Saar", "peeter@customer.example", "Tatari 25, Tallinn"),
    "c-4": _person("Aino Virtanen", "aino@customer.example", "Fleminginkatu 8, Helsinki", Lang.FI),
    "c-5": _person("Martin Lepik", "martin@customer.example", "Riia 100, Tartu"),
    "c-6": _person("Kersti Rand", "kersti@customer.example", "Pikk 7, Haapsalu"),
}
"""The shop's own file of customers."""


def profile(customer: str) -> Profile:
    """Look a customer up."""
    return CUSTOMERS.get(customer, Profile())


@attrs.frozen
class Happening:
    """Something that happened to a customer of the shop.

    Attributes:
        customer: whom it happened to.
        event: what happened.
    """

    customer: str
    event: Event


def _may(channel: Channel, purpose: Purpose) -> Mapping[str, object]:
    return {"channel": channel, "purpose": purpose}


LIIS: Part = (
    ("c-1", "03-02 10:05", K.ASKED, {"question": "Does a child seat fit the Jalgratas 5?"}),
    ("c-1", "03-02 15:30", K.ANSWERED, {"answer": "Yes, up to 22 kg."}),
    ("c-1", "03-03 12:10", K.NEED_ADMITTED, {"need": "to take the child to kindergarten"}),
    ("c-1", "03-03 12:20", K.GOAL_SET, {"goal": "without the car from April on"}),
    ("c-1", "03-04 17:45", K.PURCHASED, {"amount": Decimal("1290.00"), "currency": "EUR"}),
    ("c-1", "03-04 17:50", K.CONSENT_GIVEN, _may(C.EMAIL, P.ASK_FEEDBACK)),
    ("c-1", "03-04 17:51", K.CONSENT_GIVEN, _may(C.TEXT, P.INFORM)),
    ("c-1", "03-04 17:52", K.CONSENT_GIVEN, _may(C.POST, P.LOYALTY)),
    ("c-1", "03-06 11:00", K.DELIVERED, {"what": "the bicycle and the child seat"}),
    ("c-1", "03-09 08:15", K.USED_AGAIN, {}),
    ("c-1", "03-20 18:00", K.RESULT_ACHIEVED, {"result": "two weeks without the car"}),
    ("c-1", "03-21 20:40", K.FEEDBACK_CAPTURED, {"nps": 10, "text": "My daughter sings on it."}),
    ("c-1", "03-25 16:00", K.LOYALTY_SHOWN, {"how": "came back for the spring service"}),
    ("c-1", "04-14 13:30", K.REFERRED, {"whom": "a mother from the kindergarten"}),
)
JAAN: Part = (
    ("c-2", "03-27 13:00", K.CONTACTED, {"source": "a friend"}),
    ("c-2", "03-28 23:40", K.PURCHASED, {"amount": Decimal("640.00"), "currency": "EUR"}),
    ("c-2", "03-31 10:00", K.DELIVERED, {"what": "the bicycle"}),
    ("c-2", "04-03 09:30", K.USED_AGAIN, {}),
)
PEETER: Part = (
    ("c-3", "03-05 14:00", K.PURCHASED, {"amount": Decimal("89.00"), "currency": "EUR"}),
    ("c-3", "03-05 14:05", K.CONSENT_GIVEN, _may(C.EMAIL, P.ASK_FEEDBACK)),
    ("c-3", "03-05 14:10", K.DELIVERED, {"what": "a helmet and lights"}),
    ("c-3", "03-12 17:00", K.RESULT_ACHIEVED, {"result": "sees and is seen"}),
    ("c-3", "03-12 17:30", K.CONSENT_WITHDRAWN, _may(C.EMAIL, P.ASK_FEEDBACK)),
)
AINO: Part = (
    ("c-4", "03-10 12:00", K.PURCHASED, {"amount": Decimal("2150.00"), "currency": "EUR"}),
    ("c-4", "03-10 12:05", K.CONSENT_GIVEN, _may(C.TEXT, P.INFORM)),
    ("c-4", "03-13 15:00", K.DELIVERED, {"what": "the electric bicycle"}),
    ("c-4", "03-16 09:20", K.COMPLAINED, {"about": "the battery dies in the frost"}),
    ("c-4", "03-18 14:00", K.RECOVERED, {"how": "a new battery, brought to the door"}),
    ("c-4", "03-19 10:00", K.USED_AGAIN, {}),
)
MARTIN: Part = (
    ("c-5", "03-03 11:15", K.CONTACTED, {"source": "the web site"}),
    ("c-5", "03-03 11:25", K.ABANDONED, {"step": "delivery", "reason": "costs 25 euros"}),
)
KERSTI: Part = (
    ("c-6", "03-11 16:00", K.PURCHASED, {"amount": Decimal("45.00"), "currency": "EUR"}),
    ("c-6", "03-18 10:30", K.ERASED, {}),
)


def story() -> tuple[Happening, ...]:
    """Return all that happened, in order of time; each event has an id that stays the same."""
    told = []
    for part in (LIIS, JAAN, PEETER, AINO, MARTIN, KERSTI):
        for number, (customer, day, kind, payload) in enumerate(part, 1):
            at = datetime.fromisoformat(f"2026-{day}").replace(tzinfo=TALLINN)
            told.append(Happening(customer, Event(kind, at, f"{customer}-{number}", payload)))
    return tuple(sorted(told, key=lambda one: one.event.at))
