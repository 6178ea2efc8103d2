"""Explanations in words: steps, late events, journeys, and why an event would not move one."""

from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from itertools import cycle
from operator import attrgetter

import attrs
import pytest

from cxjourney.chart import (
    Chart,
    Confirmation,
    Decision,
    Effect,
    Feedback,
    JourneyMachine,
    Options,
    RepeatPurchase,
    standard_chart,
)
from cxjourney.journey import Journey, Step, WhyNot
from cxjourney.vocabulary import (
    Channel,
    Event,
    EventKind,
    Lang,
    Nature,
    Phase,
    Purpose,
    Situation,
    Standing,
    Touchpoint,
    name,
)
from tests.chart.explored import explored
from tests.vocabulary.words import catalogue, happening, need, to_come

AT = datetime(2026, 3, 1, 10, tzinfo=timezone(timedelta(hours=2)))
DAY = timedelta(days=1)
HOSTILE = "KALA{phase}{0}%s$x<script>\n"
CLOCK = {EventKind.LAPSED.name, EventKind.ADVOCACY_QUIET.name}
STRICT = standard_chart()
LOOSE = standard_chart(
    feedback=Feedback.OPTIONAL,
    repeat_purchase=RepeatPurchase.EXPERIENCE,
    confirmation=Confirmation.OPTIONAL,
)


def bought_after_delivery() -> Step:
    """Buy what was delivered before, and give the step of the purchase."""
    journey = Journey("c1")
    journey.contacted(at=AT)
    journey.delivered(at=AT + DAY)
    return journey.purchased(at=AT + 2 * DAY)


def disappointed() -> Journey:
    """Give a journey whose customer got a poor result."""
    journey = Journey("c1")
    journey.contacted(at=AT)
    journey.purchased(at=AT + DAY)
    journey.referred(at=AT + 2 * DAY)
    journey.result_poor(at=AT + 5 * DAY)
    return journey


STEP_TOLD = {
    Lang.EN: """\
2026-03-03 10:00 UTC+02:00: the customer bought.
Effect: moved.
  T03: Assess -> Affirm
  T07: Affirm -> Activate (on hold until now: delivery)
Phases taken to have been passed: Admit.
This is the customer's day 1.
Obligations opened:
  affirm the decision to buy, due 2026-03-05 10:00 UTC+02:00
  hand over what was said, so that nothing is asked twice, due 2026-03-05 10:00 UTC+02:00
  be there at the first use, due 2026-03-04 00:00 UTC+02:00
  compare what was delivered with what was promised, due 2026-03-04 00:00 UTC+02:00""",
    Lang.ET: """\
3.03.2026 kell 10.00 UTC+02:00: klient ostis.
Mõju: teekonna seis muutus.
  T03: kaalumine -> kinnitus
  T07: kinnitus -> tarbimise algus (seni ootel: tarne)
Läbituks loetud faasid: tunnistamine.
See on kliendi 1. päev.
Tekkinud kohustused:
  ostuotsuse kinnitamine, tähtaeg 5.03.2026 kell 10.00 UTC+02:00
  räägitu edasiandmine, et midagi ei küsitaks topelt, tähtaeg 5.03.2026 kell 10.00 UTC+02:00
  toeks olemine esimesel kasutuskorral, tähtaeg 4.03.2026 kell 0.00 UTC+02:00
  tarnitu võrdlemine antud lubadustega, tähtaeg 4.03.2026 kell 0.00 UTC+02:00""",
    Lang.FI: """\
3.3.2026 klo 10.00 UTC+02:00: asiakas osti.
Vaikutus: polun tilanne muuttui.
  T03: harkinta -> vahvistus
  T07: vahvistus -> käyttöönotto (tähän asti odottamassa: toimitus)
Läpikäydyiksi katsotut vaiheet: myöntäminen.
Tämä on asiakkaan 1. päivä.
Syntyneet velvoitteet:
  ostopäätöksen vahvistaminen, määräaika 5.3.2026 klo 10.00 UTC+02:00
  tiedon välittäminen, jottei mitään kysytä kahdesti, määräaika 5.3.2026 klo 10.00 UTC+02:00
  läsnäolo ensimmäisellä käyttökerralla, määräaika 4.3.2026 klo 0.00 UTC+02:00
  toimitetun vertaaminen luvattuun, määräaika 4.3.2026 klo 0.00 UTC+02:00""",
}
JOURNEY_TOLD = {
    Lang.EN: """\
Phase: Accomplish, since 2026-03-06 10:00 UTC+02:00.
Highest phase so far: Accomplish.
Phases taken to have been passed: Admit, Activate, Acclimate.
What is known:
  the customer has bought
  a problem waits for its solution
Result: poor.
On hold: recommendation.
The company owes:
  affirm the decision to buy, late (due 2026-03-04 10:00 UTC+02:00)
  hand over what was said, so that nothing is asked twice, late (due 2026-03-04 10:00 UTC+02:00)
  thank the customer for the recommendation, due 2026-03-10 10:00 UTC+02:00
  tell the customer that the problem has been heard, due 2026-03-07 10:00 UTC+02:00
  solve the problem, due 2026-03-13 10:00 UTC+02:00
  ask for feedback, due 2026-03-06 11:00 UTC+02:00
  record the feedback, due 2026-03-13 10:00 UTC+02:00
  celebrate a good result, or make up for a poor one, due 2026-03-13 10:00 UTC+02:00
No single event would move it on now.
Conditions not met:
  T14: the customer has the expected result
  T14: no problem waits for its solution
  T14: feedback is closed: given or declined""",
    Lang.ET: """\
Faas: tulemus, alates 6.03.2026 kell 10.00 UTC+02:00.
Kõrgeim saavutatud faas: tulemus.
Läbituks loetud faasid: tunnistamine, tarbimise algus, kohanemine.
Mis on teada:
  klient on ostnud
  probleem ootab lahendust
Kliendi tulemus: kehv.
Ootel: soovitus.
Ettevõtte kohustused:
  ostuotsuse kinnitamine, hilinenud (tähtaeg 4.03.2026 kell 10.00 UTC+02:00)
  räägitu edasiandmine, et midagi ei küsitaks topelt, \
hilinenud (tähtaeg 4.03.2026 kell 10.00 UTC+02:00)
  kliendi tänamine soovituse eest, tähtaeg 10.03.2026 kell 10.00 UTC+02:00
  kliendile teatamine, et tema mure on ära kuulatud, tähtaeg 7.03.2026 kell 10.00 UTC+02:00
  probleemi lahendamine, tähtaeg 13.03.2026 kell 10.00 UTC+02:00
  tagasiside küsimine, tähtaeg 6.03.2026 kell 11.00 UTC+02:00
  tagasiside kirjapanek, tähtaeg 13.03.2026 kell 10.00 UTC+02:00
  hea tulemuse tähistamine või kehva heastamine, tähtaeg 13.03.2026 kell 10.00 UTC+02:00
Ükski sündmus üksi ei viiks praegu edasi.
Täitmata tingimused:
  T14: kliendil on oodatud tulemus
  T14: ükski probleem ei oota lahendust
  T14: tagasiside on antud või sellest on loobutud""",
    Lang.FI: """\
Vaihe: tulos, 6.3.2026 klo 10.00 UTC+02:00 alkaen.
Korkein saavutettu vaihe: tulos.
Läpikäydyiksi katsotut vaiheet: myöntäminen, käyttöönotto, sopeutuminen.
Mitä tiedetään:
  asiakas on ostanut
  ongelma odottaa ratkaisua
Asiakkaan tulos: huono.
Odottamassa: suositus.
Yrityksen velvoitteet:
  ostopäätöksen vahvistaminen, myöhässä (määräaika 4.3.2026 klo 10.00 UTC+02:00)
  tiedon välittäminen, jottei mitään kysytä kahdesti, \
myöhässä (määräaika 4.3.2026 klo 10.00 UTC+02:00)
  asiakkaan kiittäminen suosituksesta, määräaika 10.3.2026 klo 10.00 UTC+02:00
  asiakkaalle ilmoittaminen, että hänen huolensa on kuultu, määräaika 7.3.2026 klo 10.00 UTC+02:00
  ongelman ratkaiseminen, määräaika 13.3.2026 klo 10.00 UTC+02:00
  palautteen pyytäminen, määräaika 6.3.2026 klo 11.00 UTC+02:00
  palautteen kirjaaminen, määräaika 13.3.2026 klo 10.00 UTC+02:00
  hyvän tuloksen juhlistaminen tai huonon hyvittäminen, määräaika 13.3.2026 klo 10.00 UTC+02:00
Mikään yksittäinen tapahtuma ei veisi nyt eteenpäin.
Täyttymättömät ehdot:
  T14: asiakkaalla on odotettu tulos
  T14: mikään ongelma ei odota ratkaisua
  T14: palaute on annettu tai siitä on kieltäydytty""",
}
WHY_NOT_TOLD = {
    Lang.EN: """\
Where the journey stands: Accomplish.
The event asked about: the customer shows loyalty.
It would be put on hold and tried again after every event.
Conditions not met:
  T14: the customer has the expected result
  T14: no problem waits for its solution
  T14: feedback is closed: given or declined
What would have to happen first, in this order:
  1. the company solves the problem
  2. the customer gives feedback
What would have an effect on the journey now:
  the customer has doubts -> Accomplish
  the customer buys again -> Accomplish""",
    Lang.ET: """\
Teekonna seis: tulemus.
Sündmus, mille kohta küsiti: klient näitab üles lojaalsust.
See jääks ootele ja vaadataks üle pärast iga sündmust.
Täitmata tingimused:
  T14: kliendil on oodatud tulemus
  T14: ükski probleem ei oota lahendust
  T14: tagasiside on antud või sellest on loobutud
Mis peaks enne juhtuma, selles järjekorras:
  1. ettevõte lahendab probleemi
  2. klient annab tagasisidet
Mis mõjutaks praegu teekonda:
  klient kahtleb -> tulemus
  klient ostab uuesti -> tulemus""",
    Lang.FI: """\
Polun tilanne: tulos.
Tapahtuma, jota kysyttiin: asiakas osoittaa uskollisuutta.
Se jäisi odottamaan, ja sitä kokeiltaisiin uudelleen jokaisen tapahtuman jälkeen.
Täyttymättömät ehdot:
  T14: asiakkaalla on odotettu tulos
  T14: mikään ongelma ei odota ratkaisua
  T14: palaute on annettu tai siitä on kieltäydytty
Mitä pitäisi ensin tapahtua, tässä järjestyksessä:
  1. yritys ratkaisee ongelman
  2. asiakas antaa palautetta
Mikä vaikuttaisi nyt polkuun:
  asiakkaalle tulee epäilyksiä -> tulos
  asiakas ostaa uudelleen -> tulos""",
}
REFOLD_TOLD = {
    Lang.EN: """\
It arrived late and was put in its own place in time.
Where the journey stands: Assess.
Other events whose effect changed:
  2026-03-31 10:00 UTC+02:00: the customer fell silent.
    before: moved; T22; Assess -> lost
    now: did not happen
  2026-04-05 10:00 UTC+02:00: the customer got in touch.
    before: moved; T25; lost -> Assess
    now: noted""",
    Lang.ET: """\
See saabus hilinenult ja paigutati õigele ajahetkele.
Teekonna seis: kaalumine.
Muud sündmused, mille mõju muutus:
  31.03.2026 kell 10.00 UTC+02:00: klient jäi vaikseks.
    enne: teekonna seis muutus; T22; kaalumine -> kaotatud
    nüüd: ei toimunud
  5.04.2026 kell 10.00 UTC+02:00: klient võttis ühendust.
    enne: teekonna seis muutus; T25; kaotatud -> kaalumine
    nüüd: sündmus märgiti üles""",
    Lang.FI: """\
Se saapui myöhässä ja sijoitettiin oikeaan ajankohtaansa.
Polun tilanne: harkinta.
Muut tapahtumat, joiden vaikutus muuttui:
  31.3.2026 klo 10.00 UTC+02:00: asiakas hiljeni.
    ennen: polun tilanne muuttui; T22; harkinta -> menetetty
    nyt: ei tapahtunut
  5.4.2026 klo 10.00 UTC+02:00: asiakas otti yhteyttä.
    ennen: polun tilanne muuttui; T25; menetetty -> harkinta
    nyt: tapahtuma kirjattiin""",
}


def late_contact() -> tuple[Journey, Step]:
    """Record a contact that, told in time, would have kept the customer from being lost."""
    journey = Journey("c1")
    journey.contacted(at=AT)
    journey.contacted(at=AT + 35 * DAY)
    return journey, journey.contacted(at=AT + 20 * DAY)


@pytest.mark.parametrize("lang", Lang)
def test_step_tells_what_happened(lang: Lang) -> None:
    """A step tells the event, its micro-steps, what is implied, and what is owed."""
    assert bought_after_delivery().explain(lang) == STEP_TOLD[lang]


@pytest.mark.parametrize("lang", Lang)
def test_journey_tells_where_it_stands(lang: Lang) -> None:
    """A journey tells its phase, what is known and owed, and what is wanting."""
    assert disappointed().explain(lang) == JOURNEY_TOLD[lang]


@pytest.mark.parametrize("lang", Lang)
def test_why_not_tells_what_stands_in_the_way(lang: Lang) -> None:
    """Why-not tells the failed guards, the way there, and what is possible instead."""
    told = disappointed().why_not(EventKind.LOYALTY_SHOWN).explain(lang)
    assert told.startswith(WHY_NOT_TOLD[lang] + "\n")
    assert len(told.splitlines()) == 11 + len(disappointed().allowed())


@pytest.mark.parametrize("lang", Lang)
def test_late_event_tells_what_it_changed(lang: Lang) -> None:
    """A late event's step tells what turned out otherwise in what followed."""
    _, step = late_contact()
    assert step.explain(lang).endswith("\n" + REFOLD_TOLD[lang])
    assert step.refold is not None
    assert step.refold.explain(lang) == REFOLD_TOLD[lang]


def test_english_is_the_default() -> None:
    """Without a language every explanation is English."""
    journey, step = late_contact()
    answer = journey.why_not(EventKind.LEFT)
    assert step.explain() == step.explain(Lang.EN)
    assert journey.explain() == journey.explain(Lang.EN)
    assert answer.explain() == str(answer) == answer.explain(Lang.EN)
    assert step.refold is not None
    assert step.refold.explain() == step.refold.explain(Lang.EN)
    assert all(change.explain() == change.explain(Lang.EN) for change in step.refold.changes)


def test_late_event_that_changes_nothing_says_so() -> None:
    """A late event without consequences says that the others stand."""
    journey, _ = late_contact()
    told = journey.contacted(at=AT + 19 * DAY).explain()
    assert told.endswith(
        "Where the journey stands: Assess.\nThe effect of the other events did not change."
    )


def test_late_event_tells_where_the_journey_went() -> None:
    """Where a late event moved the journey as a whole, both places are told."""
    journey = Journey("c1")
    journey.need_admitted(at=AT + DAY)
    told = journey.purchased(at=AT).explain()
    assert "Where the journey stands: Admit -> Affirm." in told


def test_timers_are_told_before_the_event() -> None:
    """What the clock did before an event is told first, with the company's own silence."""
    journey = Journey("c1")
    journey.purchased(at=AT)
    told = journey.returned(at=AT + 40 * DAY).explain()
    assert told.startswith(
        "Before it, as time passed:\n"
        "  2026-03-15 10:00 UTC+02:00: the customer fell silent.\n"
        "  Effect: moved.\n"
        "    T19: Affirm -> gone silent\n"
        "  Why it stopped: the customer fell silent.\n"
        "  At that time the company itself was late with something it owed.\n"
        "  Obligations opened:\n"
        "    get in touch in person, without selling, due 2026-03-22 10:00 UTC+02:00\n"
        "2026-04-10 10:00 UTC+02:00: the customer came back.\n"
        "Effect: moved.\n"
        "  T20.affirm: gone silent -> Affirm\n"
    )
    assert "Obligations that ended unmet:\n  get in touch in person, without selling, due" in told


def test_guards_that_failed_are_told() -> None:
    """A step tells each guard that kept a row from applying."""
    journey = Journey("c1")
    journey.doubted(at=AT)
    told = journey.delivered(at=AT + DAY).explain()
    assert "On hold: delivery." in told
    assert "Conditions not met:\n  T07: the customer has bought" in told
    assert "T07.held: stays in place (Affirm)" in told


def test_met_obligations_are_told_on_time_or_late() -> None:
    """An obligation that was met is told with its due time, and whether that was kept."""
    journey = Journey("c1")
    journey.asked("How?", at=AT)
    journey.asked("Why?", at=AT)
    in_time = journey.answered(at=AT + DAY).explain()
    late = journey.answered(at=AT + 8 * DAY).explain()
    assert in_time.endswith(
        "Obligations met:\n  answer the question, on time (due 2026-03-08 10:00 UTC+02:00)"
    )
    assert late.endswith(
        "Obligations met:\n  answer the question, late (due 2026-03-08 10:00 UTC+02:00)"
    )


def test_forced_order_is_told_and_stays_told() -> None:
    """An order that passed over the guards is told by its step and by the journey ever after."""
    journey = disappointed()
    step = journey.moved(Phase.ADVOCATE, at=AT + 6 * DAY, actor="a", reason="b", force=True)
    assert "the company set the phase, whatever the conditions: Advocate." in step.explain()
    assert "Conditions were set aside by hand." in step.explain()
    assert "Conditions were set aside by hand." in journey.explain()


def test_refused_order_is_told_when_previewed() -> None:
    """The preview of an order that would be refused tells the guards that refuse it."""
    order = {"to": Phase.ACTIVATE, "actor": "a", "reason": "b"}
    told = Journey("c1").preview(Event(EventKind.MOVED, AT, "m", order)).explain()
    assert told.endswith(
        "Effect: refused.\nConditions not met:\n  T29.activate: the customer has bought"
    )


def test_new_journey_tells_what_would_begin_it() -> None:
    """A journey without events tells that it is new, and what would move it."""
    told = Journey("c1").explain()
    assert told.startswith(
        "Standing: new.\nThe company owes nothing now.\nWhat would move it on:\n"
        "  the customer comes back -> Assess\n"
    )
    assert "  the customer buys -> Affirm" in told


def test_won_back_journey_tells_its_cycle() -> None:
    """A lost journey tells why it stopped; won back, it tells which cycle it is in."""
    journey = Journey("c1")
    journey.purchased(at=AT)
    journey.withdrew(at=AT + DAY)
    lost = journey.explain()
    assert lost.startswith(
        "Standing: lost, since 2026-03-02 10:00 UTC+02:00.\n"
        "Last phase: Affirm.\n"
        "Highest phase so far: Affirm.\n"
        "Phases taken to have been passed: Assess, Admit.\n"
        "Why it stopped: the customer regretted the purchase.\n"
    )
    assert "What would move it on:\n  the customer gets in touch -> Assess\n" in lost
    step = journey.purchased(at=AT + 2 * DAY)
    assert "Attempt 2 with this customer." in step.explain()
    assert "Attempt 2 with this customer." in journey.explain()


def test_silence_of_the_company_is_told_by_the_journey() -> None:
    """A journey that fell silent while something was overdue tells so."""
    journey = Journey("c1")
    journey.purchased(at=AT)
    journey.advance(AT + 20 * DAY)
    assert "At that time the company itself was late with something it owed." in journey.explain()


def test_erased_journey_tells_that_it_is_over() -> None:
    """After erasure nothing is owed, nothing is allowed, and nothing would help."""
    journey = disappointed()
    journey.erase(at=AT + 6 * DAY)
    told = journey.explain()
    assert told.startswith("Standing: erased, since 2026-03-07 10:00 UTC+02:00.\nHighest phase")
    assert told.endswith("The company owes nothing now.\nNo single event would move it on now.")
    assert str(journey.why_not(EventKind.PURCHASED)) == (
        "Where the journey stands: erased.\n"
        "The event asked about: the customer buys.\n"
        "It would be refused.\n"
        "No condition stands in the way, but from here the chart has no step that this event "
        "could take.\n"
        "No chain of up to six events leads to it.\n"
        "Nothing would have an effect on the journey now."
    )


def test_event_that_would_move_needs_no_reason() -> None:
    """Why-not of an event that would move the journey says that it would."""
    told = str(Journey("c1").why_not(EventKind.PURCHASED))
    assert told.startswith(
        "Where the journey stands: new.\n"
        "The event asked about: the customer buys.\n"
        "It would move the journey.\n"
        "What would have an effect on the journey now:\n"
    )


def test_a_fact_that_waits_tells_from_where_it_moves() -> None:
    """Where no condition stands in the way but the place does, the right places are named."""
    answer = disappointed().why_not(EventKind.REFERRED)
    assert answer.effect is Effect.HELD
    assert answer.elsewhere == (Phase.ADOPT,)
    assert "\nFrom here it moves nothing; it would where the journey stands in: Adopt.\n" in str(
        answer
    )
    assert "liigutaks siis, kui teekonna seis oleks: lojaalsus." in answer.explain(Lang.ET)


def test_kinds_of_the_users_own_go_by_their_name() -> None:
    """A kind that the catalogue does not know is told by its name."""
    kind = EventKind("parcel_lost", Nature.COMPANY, 200)
    chart = attrs.evolve(STRICT, key="parcels", kinds=(*STRICT.kinds, kind))
    step = Journey("c1", chart=chart).record(Event(kind, AT, "e1"))
    told = "1.03.2026 kell 10.00 UTC+02:00: parcel lost.\nMõju: sündmus märgiti üles."
    assert step.explain(Lang.ET) == told


def test_times_keep_their_offset_in_every_language() -> None:
    """A time is told as the language says it, by the clock it was recorded by."""
    for offset, zone in ((UTC, "UTC"), (timezone(timedelta(hours=-5)), "UTC-05:00")):
        step = Journey("c1").contacted(at=datetime(2026, 7, 1, 8, 30, tzinfo=offset))
        assert step.explain(Lang.EN).startswith(f"2026-07-01 08:30 {zone}: ")
        assert step.explain(Lang.ET).startswith(f"1.07.2026 kell 8.30 {zone}: ")
        assert step.explain(Lang.FI).startswith(f"1.7.2026 klo 8.30 {zone}: ")
    step = Journey("c1").contacted(at=datetime(2026, 7, 1, 8, 30, 5, 7, tzinfo=UTC))
    assert step.explain(Lang.FI).startswith("1.7.2026 klo 8.30.05 UTC: ")


def test_nothing_of_the_customers_is_told() -> None:
    """No id, name or text of a customer gets into an explanation."""
    journey = Journey(HOSTILE, HOSTILE)
    steps = [
        journey.contacted(at=AT, source=HOSTILE, id=f"{HOSTILE}1"),
        journey.asked(HOSTILE, at=AT),
        journey.abandoned(HOSTILE, HOSTILE, at=AT),
        journey.promised(HOSTILE, AT + DAY, at=AT),
        journey.touched(Touchpoint.SHOP, at=AT, channel=Channel.POST),
        journey.consent_given(channel=Channel.TEXT, purpose=Purpose.SELL, at=AT),
        journey.recommendation(HOSTILE, at=AT),
        journey.goal_set(HOSTILE, at=AT + DAY),
        journey.purchased(at=AT + DAY, item=HOSTILE, currency=HOSTILE),
        journey.need_admitted(at=AT + DAY / 2, need=HOSTILE, id=f"{HOSTILE}2"),
        journey.fulfilled(journey.owed[0], at=AT + 2 * DAY, note=HOSTILE),
        journey.moved(Phase.ACTIVATE, at=AT + 3 * DAY, actor=HOSTILE, reason=HOSTILE),
        journey.moved(Phase.ADOPT, at=AT + 4 * DAY, actor=HOSTILE, reason=HOSTILE, force=True),
    ]
    for lang in Lang:
        told = [step.explain(lang) for step in (*steps, *journey.history)]
        told += [journey.explain(lang), journey.why_not(EventKind.REFERRED).explain(lang)]
        assert not any("KALA" in text or "<" in text or "{" in text for text in told)


# Explored in the tests themselves: what a fixture does is traced, also before untraced tests.
both = pytest.mark.parametrize("chart", [STRICT, LOOSE], ids=["strict", "loose"])


@cache
def everywhere(options: Options) -> tuple[Journey, ...]:
    """Lead a journey into each situation that a chart can reach, by the first way found."""
    exploration = explored(options)
    ways: dict[Situation, tuple[str, ...]] = {Situation(): ()}
    for situation, decisions in exploration.decisions.items():
        for trigger, decision in decisions.items():
            if decision.after in exploration.decisions and not decision.forced:
                ways.setdefault(decision.after, (*ways[situation], trigger))
    journeys = tuple(led(exploration.chart, way) for way in ways.values())
    assert {one.situation for one in journeys} == set(exploration.situations)
    return journeys


def led(chart: Chart, way: tuple[str, ...]) -> Journey:
    """Lead a journey along a way of triggers: events, orders, and what the clock brings."""
    journey, at = Journey("c1", chart=chart), AT
    kinds = {kind.name: kind for kind in chart.kinds}
    for trigger in way:
        at += timedelta(minutes=1)
        if trigger in CLOCK:
            phase = journey.phase
            wait = chart.silence[phase] if phase and trigger == "lapsed" else chart.advocacy_quiet
            at += wait or timedelta()
            journey.advance(at)
        elif trigger in kinds:
            journey.record(Event(kinds[trigger], at, str(len(journey.history))))
        else:
            to = Phase[trigger.removeprefix("moved_to_").upper()]
            journey.moved(to, at=at, actor="a", reason="b")
    return journey


@pytest.mark.no_cover
@pytest.mark.slow
@both
def test_every_decision_can_be_told(chart: Chart) -> None:
    """Whatever an event does in any reachable situation is told in every language."""
    event = Event(EventKind.CONTACTED, AT, "e1")
    # What is told of a decision is all but the situations before and after it.
    parts = {one.name for one in attrs.fields(Decision)} - {"before", "after"}
    tell = attrgetter(*parts)
    distinct = {tell(one): one for one in explored(chart.options).pairs()}
    for decision in distinct.values():
        step = Step(event, 1, 1, decision)
        for lang in Lang:
            what, effect, *moves = step.explain(lang).splitlines()
            assert happening(decision.trigger, lang) in what
            assert name(decision.effect, lang) in effect
            assert len(moves) >= len(decision.moves)


@pytest.mark.no_cover
@pytest.mark.slow
@both
def test_every_why_not_can_be_told(chart: Chart) -> None:
    """Why an event would not move any reachable situation is told, in each language in turn."""
    machine, turn = chart.compiled(JourneyMachine), cycle(Lang)
    distinct = {
        (one.trigger, one.before.place, one.effect, one.guards): one
        for one in explored(chart.options).pairs()
    }
    for decision in distinct.values():
        failed = machine.failing(decision.before, decision.trigger)
        answer = WhyNot(decision.trigger, decision.before, decision.effect, failed, (), ())
        lang = next(turn)
        told = answer.explain(lang)
        if decision.effect is not Effect.MOVED:
            assert all(need(seen.guard, lang) in told for seen in failed)
        assert len(told.splitlines()) >= 4


@pytest.mark.no_cover
@pytest.mark.slow
@both
def test_every_way_there_can_be_told(chart: Chart) -> None:
    """The chain of events that is needed is told as it is found, in every seventh situation."""
    kinds, turn = cycle(one for one in STRICT.kinds if one is not EventKind.MOVED), cycle(Lang)
    for journey in everywhere(chart.options)[::7]:
        answer, lang = journey.why_not(next(kinds)), next(turn)
        bought = journey.situation.purchased
        told = answer.explain(lang).splitlines()
        for number, trigger in enumerate(answer.needs, start=1):
            assert f"  {number}. {to_come(trigger, lang, bought=bought)}" in told
        assert [
            f"  {to_come(one.trigger, lang, bought=bought)} -> {name(one.leads_to, lang)}"
            for one in journey.allowed()
        ] == told[len(told) - len(answer.allowed) :]


@pytest.mark.no_cover
@pytest.mark.slow
@both
def test_every_place_can_be_told(chart: Chart) -> None:
    """Wherever a journey can be, it tells so in every language."""
    for journey in {(one.place, one.phase): one for one in everywhere(chart.options)}.values():
        for lang in Lang:
            assert name(journey.place, lang) in journey.explain(lang).splitlines()[0]


@pytest.mark.no_cover
@pytest.mark.slow
@both
def test_every_situation_has_a_way_onward(chart: Chart) -> None:
    """Short of the last phase, something moves a journey on, or a condition is wanting."""
    for journey in everywhere(chart.options):
        told = journey.explain().splitlines()
        assert name(journey.place) in told[0]
        ways, failed = "What would move it on:" in told, "Conditions not met:" in told
        assert ("No single event would move it on now." in told) is not ways
        assert (ways or failed) is not (journey.place in {Phase.ADVOCATE, Standing.ERASED})
        assert not (ways and failed)
        assert not any("moved to" in line or "set the phase" in line for line in told)


@pytest.mark.parametrize("lang", Lang)
def test_what_is_not_nearly_due_is_owed_all_the_same(lang: Lang) -> None:
    """Only a journey that owes nothing says so; of a moment it is said that nothing is due then."""
    journey = Journey("customer-1")
    journey.purchased(at=AT)
    owed, due = (catalogue(lang)["Sentence"][f"nothing_{one}"] for one in ("owed", "due"))
    assert journey.owed
    assert owed not in journey.explain(lang)
    assert journey.due(AT).explain(lang) == due != owed
    assert journey.due(AT + 3 * DAY).explain(lang) != due
