"""The table of a survey's findings as text: everything is there, marked, and safe to print."""

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney.errors import shown
from cxjourney.show._wish_tables import (  # its words, cell by cell
    DEEDS,
    LONGEST_NAME,
    _letter,
    by_deed,
    cells,
    short_names,
)
from cxjourney.vocabulary import Lang, Phase, name
from cxjourney.wishes import Criteria, EffectScale, Reason, WishKind, WishMap
from tests.vocabulary.words import word
from tests.wishes.maps import HOSTILE, LeftOut, Unused, airport, finding, maps, names, wish_map

SMALL = """\
Wishes judged by the outcome: OVERALL

wish         what to do                kind           P   value
sockets      keep and say so           conscious  >0.99   0.200
quiet seats  cannot tell, because (a)  undecided      -  -0.100
(a) customers were not asked, and none said it of their own accord

The two answers, each with its interval and its probability:
wish             asked for, %  P(asked for)                    value  P(value)
sockets      10.0 [6.1, 13.9]         >0.99     0.200 [0.141, 0.259]     >0.99
quiet seats                 -             -  -0.100 [-0.159, -0.041]     <0.01

These figures describe; they decide nothing:
wish             n    LMG  Johnson  VIF  robustness
sockets      1,234  0.041    0.043  1.3       0.087
quiet seats  1,234  0.041    0.043  1.3       0.087

Fulfilling these seems to do harm, unless their scale is reversed: quiet seats
    (0.95)
rows used: 2,310; R2 of the wishes together: 0.412
P: how likely the kind is, known from 0.8 (default) on; asked for: share of
    customers, a yes above tau = 7.14% (default); value: effect, a yes above
    delta = 0.05 (default), in standard deviations of the outcome for one
    standard deviation of fulfilment; in brackets: the interval of 95%
    probability, for the time of this survey
noise in the ratings is not corrected for: it moves effects over to wishes that
    go together
LMG, Johnson: shares of R2; VIF: how far overlap with the other wishes blurs the
    effect (1: not at all); robustness: how strong a hidden cause would have to
    be to explain the effect away (0 to 1)
"""


WIDTH = 80


def table_text(found: WishMap, lang: Lang = Lang.EN) -> str:
    """Return a map of wishes as text."""
    return found.explain(lang)


def unwrapped(text: str) -> str:
    """Return a text in one line."""
    return " ".join(text.split())


def small() -> WishMap:
    """Return the map of two wishes."""
    return wish_map(finding("sockets"), finding("quiet seats", None, effect=-0.1, harm=0.95))


class Printer:
    """Collects what a pretty printer is told."""

    def __init__(self) -> None:
        self.printed: list[str] = []

    def text(self, text: str, /) -> None:
        """Take a text."""
        self.printed.append(text)


def test_a_small_table() -> None:
    """The table says for each wish what was decided, why not, and what it all rests on."""
    assert table_text(small()) == SMALL


def test_wishes_are_sorted_by_what_to_do() -> None:
    """Invest, keep, stop, ask, and last what cannot be told; of each the largest effect first."""
    found = by_deed(airport(finding("unknown", effect=None)))
    decisions = [one.classification.decision for one in found]
    places = [DEEDS.index(one) for one in decisions]
    assert places == sorted(places)
    assert set(decisions) > {WishKind.CONSCIOUS, None}
    effects = [
        one.classification.value.estimate for one in found if one.classification.decision is None
    ]
    assert effects[-1] is None
    assert effects[:-1] == sorted(filter(None, effects), reverse=True)


def test_a_reason_stands_once_under_its_letter() -> None:
    """However many wishes share a reason, it is told once; a note has its letter too."""
    trial = finding("trial", notes=(Reason.EXPERIMENT,))
    lines = table_text(airport(trial)).split("\n")
    between = name(Reason.BETWEEN)
    assert [line for line in lines if between in line] == [f"(b) {between}"]
    assert f"(a) {name(Reason.EXPERIMENT)}" in lines
    assert sum(line.count("cannot tell, because (b)") for line in lines) > 3
    many = wish_map(*(finding(str(reason), doubts=(reason,)) for reason in Reason))
    assert "(a)" in table_text(many)


def test_letters_never_end() -> None:
    """After z come aa, ab and so on."""
    assert [_letter(place) for place in (0, 25, 26, 27, 51, 52)] == [
        "a",
        "z",
        "aa",
        "ab",
        "az",
        "ba",
    ]


def test_a_map_prints_as_its_table() -> None:
    """To print a map of wishes, or to end a cell with it, shows the table."""
    printer = Printer()
    small()._repr_pretty_(printer, False)
    assert str(small()) == SMALL
    assert printer.printed == [SMALL]


@pytest.mark.no_cover
@settings(max_examples=25)
@given(maps(), st.sampled_from(Lang))
def test_any_table_is_whole_and_safe(drawn: WishMap, lang: Lang) -> None:
    """Whatever the names are, only printable characters and line ends are in the table.

    No wish is dropped from its two parts, and shortened names stay apart. A wish without a decision
    names every kind of its credible set, and every reason.
    """
    abouts = [found.classification.wish.about for found in drawn.findings]
    lines = table_text(drawn, lang).split("\n")
    assert all(line.isprintable() for line in lines)
    for short in short_names(abouts, LONGEST_NAME):
        assert sum(f"{line} ".startswith(f"{short} ") for line in lines) >= 2, short
    for row, one in zip(cells(drawn, lang), by_deed(drawn), strict=True):
        found = one.classification
        undecided = found.decision is None
        assert (row.kind == word("undecided", lang)) == undecided
        assert (row.probability == "-") == undecided
        told = {name(kind, lang) for kind in found.credible} if undecided else set()
        told |= {name(reason, lang) for reason in (*found.reasons, *found.notes)}
        assert all(text in row.remarks for text in told)
        assert bool(row.remarks) == bool(told)
        reasons = unwrapped(table_text(drawn, lang))
        assert all(unwrapped(f") {reason}") in reasons for reason in row.because)


@pytest.mark.parametrize("lang", Lang)
def test_a_table_is_readable_on_a_usual_screen(lang: Lang) -> None:
    """No line is longer than 80 columns, in any language, with long names and reasons."""
    long = finding("a wish " * 20, 0.0712, effect=None, doubts=tuple(Reason))
    drawn = attrs.evolve(airport(long), left_out=(*(LeftOut(why, 10**6) for why in Unused),))
    assert max(map(len, table_text(drawn, lang).split("\n"))) <= WIDTH


@pytest.mark.parametrize("lang", Lang)
def test_limits_are_marked_where_they_are_conventions(lang: Lang) -> None:
    """What the user did not give is marked as default, and nothing else is."""
    ours = word("convention", lang)
    plain, own = Criteria(), Criteria(tau=0.0714, delta=0.05, level=0.9)
    for criteria, marks in ((plain, 3), (attrs.evolve(plain, delta=0.1), 2), (own, 0)):
        drawn = wish_map(finding("wifi"), criteria=criteria)
        assert table_text(drawn, lang).count(f"({ours})") == marks


def test_the_unit_of_effects_is_told() -> None:
    """A raw effect is told in points, a standardised one in standard deviations."""
    raw = Criteria(scale=EffectScale.RAW, delta=20)
    assert word("raw", Lang.EN) in unwrapped(table_text(wish_map(criteria=raw)))
    assert word("standard", Lang.EN) in unwrapped(table_text(wish_map()))


def test_effects_have_the_decimals_that_the_threshold_needs() -> None:
    """Effects have two figures at the threshold's size; without one, at the largest effect's."""
    for delta, effect, text in (
        (20.0, 123.456, "123 ["),
        (0.05, 0.123456, "0.123 ["),
        (0.0, 0.123456, "0.12 ["),
        (0.0, 0.0, "0.0 ["),
        (1e-12, 0.1, "0.100000000 ["),
    ):
        criteria = Criteria(scale=EffectScale.RAW, delta=delta)
        row = next(cells(wish_map(finding("wifi", effect=effect), criteria=criteria), Lang.EN))
        assert row.effect.startswith(text)


@pytest.mark.parametrize(
    ("harm", "doubts", "flagged"),
    [
        (0.8, (), True),
        (0.79, (), False),
        (None, (), False),
        (0.99, (Reason.HARDLY_VARIES,), False),
    ],
)
def test_harm_is_flagged_where_it_is_known(
    harm: float | None, doubts: tuple[Reason, ...], flagged: bool
) -> None:
    """Harm is told apart, by the level that holds for everything, unless the effect is in doubt."""
    text = table_text(wish_map(finding("wifi", effect=-0.2, harm=harm, doubts=doubts)))
    assert (word("harmful", Lang.EN) in text) == flagged


def test_rows_left_out_and_respondents_are_told() -> None:
    """Rows that were not used are counted with the reason, respondents where they are known."""
    drawn = attrs.evolve(
        small(),
        left_out=(
            LeftOut(Unused.NO_OUTCOME, 1500),
            LeftOut(Unused.NO_COMMENT, 2000),
            LeftOut(Unused.NO_RATING, 21),
        ),
        clusters=1900,
    )
    text = unwrapped(table_text(drawn))
    effects = (
        "rows that tell nothing of effects: 1,500 (the outcome is blank); 21 (no wish is rated)"
    )
    assert effects in text
    assert "rows that do not show what is asked for: 2,000 (no comment was left)" in text
    assert "rows used: 2,310; respondents: 1,900; R2" in text


def test_a_sampled_share_shows_its_error() -> None:
    """Where the LMG share was sampled its error stands beside it, and the notes explain it."""
    text = table_text(wish_map(finding("wifi", lmg_error=0.0042)))
    assert "0.041 (0.004)" in text
    assert word("sampled", Lang.EN) in text
    assert word("sampled", Lang.EN) not in table_text(small())


def test_a_note_stands_under_a_decided_wish() -> None:
    """A decided wish shows its notes alone."""
    row = next(cells(wish_map(finding("wifi", notes=(Reason.EXPERIMENT,))), Lang.EN))
    assert row.kind == name(WishKind.CONSCIOUS)
    assert row.remarks == name(Reason.EXPERIMENT)


def test_an_answer_without_an_interval_is_shown_alone() -> None:
    """An estimate whose interval is not known stands by itself."""
    found = finding("wifi").classification
    bare = attrs.evolve(found, value=attrs.evolve(found.value, interval=None))
    row = next(cells(wish_map(attrs.evolve(finding("wifi"), classification=bare)), Lang.EN))
    assert row.effect == "0.200"


def test_figures_that_are_not_known_are_dashes() -> None:
    """Nothing is made up where a figure is not known."""
    blank = attrs.evolve(finding("wifi"), lmg=None, johnson=None, vif=None, robustness=None)
    row = next(cells(wish_map(blank), Lang.EN))
    assert {row.lmg, row.johnson, row.vif, row.robustness} == {"-"}
    without = attrs.evolve(wish_map(blank), r2=None)
    assert word("explained", Lang.EN) in table_text(wish_map(blank))
    assert word("explained", Lang.EN) not in table_text(without)


@pytest.mark.parametrize(
    ("probability", "text"),
    [(1.0, ">0.99"), (0.994, ">0.99"), (0.99, "0.99"), (0.01, "0.01"), (0.004, "<0.01")],
)
def test_no_probability_is_rounded_to_certainty(probability: float, text: str) -> None:
    """A probability near 0 or 1 is shown as below or above what two decimals can say."""
    found = finding("wifi").classification
    sure = attrs.evolve(found, stated=attrs.evolve(found.stated, probability=probability))
    row = next(cells(wish_map(attrs.evolve(finding("wifi"), classification=sure)), Lang.EN))
    assert row.asked == text


@pytest.mark.no_cover
@given(st.lists(names, max_size=20, unique_by=shown), st.integers(20, 40))
def test_short_names_stay_apart(drawn: list[str], width: int) -> None:
    """Names fit their width, and two that are cut alike still differ."""
    short = short_names(drawn, width)
    assert all(len(one) <= width for one in short)
    assert len(set(short)) == len(drawn)


def test_names_that_begin_alike_keep_their_ends() -> None:
    """What tells two long names apart is at their ends as often as not."""
    assert short_names(HOSTILE[-2:], 30) == [
        "1. ...nliness of the restrooms",
        "2. ...leanliness of the floors",
    ]


def test_a_map_of_nothing_is_a_table() -> None:
    """A survey without wishes prints the heads and what it rests on."""
    assert table_text(wish_map()).startswith(
        "Wishes judged by the outcome: OVERALL\n\nwish  what to do"
    )


def test_rows_for_a_frame() -> None:
    """Each wish gives a plain dict with the same keys, with nothing rounded or made up."""
    wish = attrs.evolve(finding("wifi").classification.wish, phase=Phase.ADOPT)
    decided = attrs.evolve(finding("wifi").classification, wish=wish)
    first = attrs.evolve(finding("wifi"), classification=decided)
    rows = wish_map(first, *small().findings).to_rows()
    assert {tuple(row) for row in rows} == {tuple(rows[0])}
    assert {type(value) for row in rows for value in row.values()} <= {str, float, int, type(None)}
    assert rows[0]["phase"] == "ADOPT"
    assert rows[0]["kind"] == rows[0]["may_be"] == "CONSCIOUS"
    assert (rows[2]["kind"], rows[2]["may_be"]) == (None, "INVISIBLE, DECEPTION")
    assert (rows[2]["share"], rows[2]["share_low"]) == (None, None)
    assert rows[2]["reasons"] == "NOT_ASKED"
    assert rows[2]["effect"] == -0.1
    assert rows[0]["p_conscious"] == decided.posterior[WishKind.CONSCIOUS]
    assert (rows[0]["vif"], rows[0]["n"], rows[0]["outcome"]) == (1.32, 1234, "OVERALL")


def test_a_map_is_read_by_name() -> None:
    """The findings are to be had by what each wish is about, in the order of the survey."""
    found = small()
    assert list(found) == ["sockets", "quiet seats"]
    assert found["quiet seats"] is found.findings[1]


def test_results_of_a_survey_have_short_reprs() -> None:
    """One line that counts, and neither wish nor outcome in it."""
    found = small()
    kinds = "0 SUBCONSCIOUS, 1 CONSCIOUS, 0 INVISIBLE, 0 DECEPTION, 1 undecided"
    assert repr(found) == f"<WishMap of 2 wishes: {kinds}>"
    told = "<Classification CONSCIOUS: asked for 1.00, adds value 1.00>"
    assert repr(found["sockets"]) == f"<Finding on 1234 rows: {told}>"
    assert "<Classification undecided: " in repr(found["quiet seats"])


@pytest.mark.parametrize(("lang", "share"), [(Lang.ET, "7,14%"), (Lang.FI, "7,14 %")])
def test_numbers_stand_as_the_language_writes_them(lang: Lang, share: str) -> None:
    """Decimals have a comma, thousands a space, and semicolons stand between numbers."""
    text = unwrapped(table_text(airport(), lang))
    for told in (f"tau = {share} ", ": 2 310; ", "[0,050; 0,184] >0,99", " 1 234 "):
        assert told in text
