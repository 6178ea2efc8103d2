"""Which event an activity may mean, by the words of its name: English, Estonian, Finnish."""

import re
from collections.abc import Iterator

WORDS: dict[str, str] = {
    "feedback_asked": "survey_sent feedback_request feedback_asked review_request küsitlus kysely",
    "feedback_captured": "feedback review rating survey nps score tagasiside hinnang palaute arvio",
    "recovered": "resolve repair refund replace compensat solve lahenda paranda ratkais korja",
    "complained": "complain complaint claim issue ticket kaebus pretensioon valitus reklamaatio",
    "loyalty_confirmed": "thank reward gift kingi kingitus lahja",
    "loyalty_shown": "loyalty renew subscrib lojaal püsiklien uusi uskolli",
    "referred": "refer recommend invite advocat soovita suositel suosittel",
    "consent_withdrawn": "unsubscribe optout opt_out",
    "consent_given": "consent optin opt_in nõusolek suostumus",
    "abandoned": "abandon hylät hylkä",
    "withdrew": "cancel withdraw revoke return_item tühista tagasta taganes peru palaut",
    "left": "churn terminat close_account deactivat lahku lõpeta lopetta irtisano",
    "declined": "decline reject lost no_thanks keeldu loobu kieltäyty",
    "delivered": "deliver ship handover hand_over installed tarne tarni üleand üle_ant "
    "fulfill toimit",
    "purchased": "purchase order buy bought basket checkout paid payment pay sale sold invoice "
    "ost ostu tellimus telli makse osto osti tilaus tilasi maksu",
    "recommendation": "campaign newsletter mailing offer promotion pakkumi kampaania tarjous",
    "asked": "question ask enquiry inquiry küsi kysy",
    "answered": "answer reply respon vasta vastau",
    "need_admitted": "need cart wishlist quote vajadus ostukorv tarve ostoskori",
    "used_again": "use used login redeem activat assembl usage kasuta käyt kirjautu",
    "result_achieved": "success achieved happy satisf goal_reached saavuta onnistu",
    "result_poor": "failure unhappy dissatisf",
    "contacted": "visit contact signup sign_up register registrat lead session call page view meet "
    "külasta pöördu päring käynti yhtey rekister",
}
"""The beginnings of words that tell of an event, by the event; those with _ come first."""
NEEDS: dict[str, dict[str, str]] = {
    "asked": {"question": ""},
    "recommendation": {"what": ""},
    "abandoned": {"step": "", "reason": "not known"},
}
"""The fields that an event cannot do without; an empty one is filled with the activity."""
PART = re.compile(r"[A-ZÕÄÖÜŠŽ]?[a-zõäöüšž]+|[A-ZÕÄÖÜŠŽ]+(?![a-zõäöüšž])|\d+")


def parts_of(name: str) -> list[str]:
    """Return the words of a name, such as those of ``OrderPlaced`` or ``order_placed``."""
    return [part.casefold() for part in PART.findall(name)]


def guesses(activity: str) -> Iterator[tuple[str, str]]:
    """Yield the events that an activity may mean, each with the word that tells of it."""
    parts = parts_of(activity)
    whole = "_".join(parts)
    found = dict[str, str]()
    for event, stems in WORDS.items():
        for stem in stems.split():
            if "_" in stem and stem in whole:
                found.setdefault(event, stem)
    for event, stems in WORDS.items():
        told = (part for stem in stems.split() for part in parts if part.startswith(stem))
        for part in told:
            found.setdefault(event, part)
    yield from found.items()
