"""``cxjourney map``: a mapping proposed for a log, which ``replay`` takes."""

import json
import tomllib
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxjourney.replay import read_mapping, replay_log
from cxjourney.vocabulary import Lang
from tests.cli.commands import fault, said
from tests.replay.makers import write

LOG = """klient;kuupäev;tegevus;summa
1;03.04.2024 10:00;tellimus;5
1;05.04.2024 11:00;saadetud kaup;
2;05.04.2024 12:30;tellimus;7
2;06.04.2024 12:30;tagasiside;
2;07.04.2024 12:30;muu;
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Return a log as an Estonian shop may have it."""
    return Path(write(tmp_path / "log.csv", LOG))


def proposed(log: Path, *options: str) -> tuple[str, dict[str, Any]]:
    """Return what is proposed for a log, as a text and as what the text holds."""
    status, out, err = said("map", str(log), *options)
    assert (status, err) == (0, "")
    return out, tomllib.loads(out)


def test_a_mapping_is_proposed(log: Path) -> None:
    """Each guess has its reason, and the rest is to be filled in."""
    text, mapping = proposed(log)
    assert mapping == {
        "columns": {"customer": "klient", "time": "kuupäev", "activity": "tegevus"},
        "log": {"time": "%d.%m.%Y %H:%M", "zone": "UTC"},
        "events": {"tellimus": "purchased", "tagasiside": "feedback_captured"},
    }
    assert '# 2 lines; guessed by "tellimus".\ntellimus = "purchased"' in text
    assert "UTC is assumed." in text
    assert '# "saadetud kaup" = ""  # 1 lines' in text
    assert "# muu = " in text
    assert '# Not used: "summa".' in text
    assert "# Read as CSV, utf-8, ';'." in text


def test_what_is_proposed_can_be_replayed(log: Path, tmp_path: Path) -> None:
    """The file is taken by ``replay`` as it stands; the command says how, in one line."""
    file = tmp_path / "a map.toml"
    status, out, err = said("map", str(log), "-o", str(file))
    assert (status, err) == (0, "")
    assert "2 of 4 activities have an event" in " ".join(out.split())
    assert f"\nNext: cxjourney replay {log} --mapping '{file}'\n" in out
    status, out, _ = said("replay", str(log), "--mapping", str(file))
    assert status == 0
    assert "2 of 5 lines count for nothing" in out
    assert replay_log(log, read_mapping(file)).journeys == 2


@pytest.mark.parametrize("lang", Lang)
def test_reasons_speak_the_language(log: Path, lang: Lang) -> None:
    """And the mapping is the same."""
    text, mapping = proposed(log, "--lang", lang.value)
    assert mapping == proposed(log)[1]
    assert text.startswith(
        {Lang.EN: "# A mapping", Lang.ET: "# Ettepanek seosteks", Lang.FI: "# Ehdotus"}[lang]
    )


def test_the_proposal_is_a_document(log: Path) -> None:
    """With each choice, what chose it, and what else it may be."""
    found = json.loads(said("map", str(log), "--json")[1])
    assert found["columns"]["time"] == {"column": "kuupäev", "by": "name", "others": []}
    assert found["activities"][0] == {
        "activity": "tellimus",
        "lines": 2,
        "event": "purchased",
        "told_by": "tellimus",
        "others": [],
    }
    assert found["mapping"] == proposed(log)[0]
    assert found["lines"] == 5


@pytest.mark.parametrize(
    ("times", "told"),
    [
        (["2024-03-01T10:00:00+02:00", "2024-04-01T10:00:00+03:00"], {"mixed_offsets": True}),
        (["2024-03-01", "2024-03-02"], {"zone": "UTC", "resolution": "day"}),
        (["20240301", "20240302"], {"zone": "UTC", "resolution": "day"}),
        (["1709287200", "1709287201"], {"time": "epoch_s"}),
        (["1709287200123", "1709287201000"], {"time": "epoch_ms"}),
        (["01/02/2024 10:00", "02/03/2024 10:00"], {"time": "%d/%m/%Y %H:%M", "zone": "UTC"}),
        (["01/02/2024 10:00", "02/13/2024 10:00"], {"time": "%m/%d/%Y %H:%M", "zone": "UTC"}),
        (["Mar 01, 2024 1:05 PM"] * 2, {"time": "%b %d, %Y %I:%M %p", "zone": "UTC"}),
    ],
)
def test_the_form_of_times_is_told_by_all_of_them(
    tmp_path: Path, times: list[str], told: dict[str, Any]
) -> None:
    """And the mapping replays."""
    rows = "".join(f'a{n},"{at}",order\n' for n, at in enumerate(times))
    log = Path(write(tmp_path / "log.csv", f"user,time,event\n{rows}"))
    text, mapping = proposed(log)
    assert mapping.get("log", {}) == told
    assert ("%m/%d/%Y %H:%M." in text) is (times[1] == "02/03/2024 10:00")
    file = write(tmp_path / "map.toml", text)
    assert replay_log(log, read_mapping(file)).lines.read == 2


def test_a_time_that_does_not_fit_is_counted(tmp_path: Path) -> None:
    """The mapping says how many, so that who reads it knows why the replay refuses them."""
    rows = "".join(f"{n},2024-03-01T10:{n:02}Z,order\n" for n in range(40))
    log = Path(write(tmp_path / "log.csv", f"user,time,event\n{rows}7,soon,order\n"))
    assert "# 1 times do not fit; replay refuses them." in proposed(log)[0]


def test_json_lines_and_what_lies_in_them(tmp_path: Path) -> None:
    """Keys of objects in objects are columns too; lists are none."""
    rows = [
        {"id": n, "event_id": f"e{n}", "tags": [1], "at": f"2024-03-0{n}T10:00Z", "deep": deep}
        for n, deep in enumerate(({"user": "a", "kind": "Visited"}, {"user": "a", "kind": "X"}), 1)
    ]
    log = tmp_path / "log.jsonl"
    log.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    text, mapping = proposed(log)
    assert mapping["columns"] == {"customer": "deep.user", "time": "at", "activity": "deep.kind"}
    assert '# id = "id"' in text
    array = tmp_path / "log.json"
    array.write_text(json.dumps({"orders": rows}))
    assert proposed(array, "--records", "orders")[1] == {
        **mapping,
        "log": {"records": "orders"},
    }
    array.write_text(json.dumps(rows))
    assert proposed(array)[1] == mapping


def test_parquet_and_xes(tmp_path: Path) -> None:
    """Logs of other forms have columns too."""
    pandas = pytest.importorskip("pandas")
    frame = {"user": ["a", "a"], "at": ["2024-03-01T10:00Z"] * 2, "event": ["buy", "buy"]}
    pandas.DataFrame(frame).to_parquet(tmp_path / "log.parquet")
    assert proposed(tmp_path / "log.parquet")[1]["events"] == {"buy": "purchased"}
    xes = (
        "<log><trace><string key='concept:name' value='a'/><event>"
        "<string key='concept:name' value='order'/>"
        "<date key='time:timestamp' value='2024-03-01T10:00:00Z'/></event></trace></log>"
    )
    mapping = proposed(Path(write(tmp_path / "log.xes", xes)))[1]
    assert mapping["events"] == {"order": "purchased"}


def test_where_nothing_tells_what_happened(tmp_path: Path) -> None:
    """Without a column of activities every line is the same; without a word, one is a stopgap."""
    log = Path(write(tmp_path / "log.csv", "user,at\na,2024-03-01T10:00Z\nb,2024-03-02T10:00Z\n"))
    text, mapping = proposed(log)
    assert mapping["columns"]["activity"] == {"constant": "line"}
    assert mapping["events"] == {"line": "contacted"}
    assert "No column tells what happened" in text
    rows = "".join(f"{n % 2},2024-03-0{n}T10:00Z,{'' if n == 4 else 'qwx'}\n" for n in range(1, 9))
    log = Path(write(tmp_path / "log.csv", f"user,at,event\n{rows}"))
    text, mapping = proposed(log)
    assert mapping["events"] == {"qwx": "contacted"}
    assert "a mapping needs one event: fill this in" in text
    assert "# 1 lines have no activity" in text


def test_what_an_event_needs_is_filled_in(tmp_path: Path) -> None:
    """So that the mapping is taken as it stands."""
    rows = "".join(
        f"a{n % 3},2024-03-01T1{n % 9}:00Z,{what}\n"
        for n, what in zip(range(9), ["campaign", "question", "cart abandoned"] * 3, strict=True)
    )
    log = Path(write(tmp_path / "log.csv", f"user,at,event\n{rows}"))
    file = write(tmp_path / "map.toml", proposed(log)[0])
    assert replay_log(log, read_mapping(file)).lines.read == 9


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "an empty file; expected a log"),
        ("user,event\na,order\n", "no column of times; expected one in which each line"),
        ("at,event\n2024-03-01T10:00Z,\n", "no column that is filled on every line and could"),
        ("user,at\na,2024-03-01T10:00Z\nb\n", "1 fields; expected 2, as in the header"),
    ],
)
def test_what_cannot_be_mapped_gets_one_line(
    tmp_path: Path, content: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A log without times or customers is no log."""
    log = write(tmp_path / "log.csv", content)
    assert message in fault(capsys, ["map", log]).replace("1 field;", "1 fields;")


def test_wrong_use_gets_one_line(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No file is written over, and a log and the example are one too many."""
    assert fault(capsys, ["map"]).startswith("LOG: not given; expected one of the two")
    assert "given with --example" in fault(capsys, ["map", str(log), "--example"])
    assert "standard input; expected a file" in fault(capsys, ["map", "-"])
    assert "a file that is there" in fault(capsys, ["map", str(log), "-o", str(log)])
    nowhere = str(log.parent / "no" / "where.toml")
    assert "no such file or directory" in fault(capsys, ["map", str(log), "-o", nowhere])
    assert "expected one character" in fault(capsys, ["map", str(log), "--delimiter", "ab"])
    notes = log.parent / "log.jsonl"
    notes.write_text("[]\n")
    assert "not a whole JSON object" in fault(capsys, ["map", str(notes)])
    broken = log.parent / "log.parquet"
    broken.write_text("PAR0")
    assert "not Parquet" in fault(capsys, ["map", str(broken)])


names = st.text(min_size=1, max_size=20)
numbers = count()


@pytest.mark.no_cover
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(names.filter(str.strip), min_size=1, max_size=5), names)
def test_whatever_activities_are_called_the_mapping_replays(
    tmp_path: Path, activities: list[str], other: str
) -> None:
    """Each is found again under its own name, and none is lost."""
    log = tmp_path / f"log{next(numbers)}.jsonl"
    rows = [
        {"user": f"u{n % 2}", "at": "2024-03-01T10:00Z", "event": one, f"x{other}": 1}
        for n, one in enumerate([*activities, *activities, "order", "order"])
    ]
    log.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    file = log.with_suffix(".toml")
    assert said("map", str(log), "-o", str(file))[0] == 0
    report = replay_log(log, read_mapping(file))
    assert report.lines.read == len(rows)
    assert not report.absent


@pytest.mark.parametrize(
    ("header", "customer", "activity"),
    [("a,b,c", "a", "c"), ("x,b,what", "x", "what"), ("user,b,c", "user", "c")],
)
def test_columns_are_told_by_what_they_hold(
    tmp_path: Path, header: str, customer: str, activity: str
) -> None:
    """Where no name tells: few words are deeds, what comes again is a customer."""
    rows = "".join(
        f"{n % 4},2024-03-01T10:{n:02}Z,{('visit', 'order')[n % 2]}\n" for n in range(12)
    )
    log = Path(write(tmp_path / "log.csv", f"{header}\n{rows}"))
    text, mapping = proposed(log)
    assert mapping["columns"] == {"customer": customer, "time": "b", "activity": activity}
    assert "chosen by its values" in text


def test_one_column_cannot_say_both_who_and_what(tmp_path: Path) -> None:
    """Then it says who, and every line is the same."""
    rows = "".join(f"2024-03-01T10:{n:02}Z,{'ab'[n % 2]}\n" for n in range(12))
    _, mapping = proposed(Path(write(tmp_path / "log.csv", f"x,y\n{rows}")))
    assert mapping["columns"]["customer"] == "y"
    assert mapping["columns"]["activity"] == {"constant": "line"}


def test_a_header_below_the_line_of_excel(tmp_path: Path) -> None:
    """``sep=;`` says what stands between fields; two words say more than one."""
    rows = "a;2024-03-01T10:00Z;survey_sent\nb;2024-03-01T10:00Z;survey\U0001f600\u0085\U000e0001\n"
    log = Path(write(tmp_path / "log.csv", f"sep=;\nuser;at;event\n{rows}"))
    text, mapping = proposed(log)
    assert mapping["events"] == {
        "survey_sent": "feedback_asked",
        "survey\U0001f600\u0085\U000e0001": "feedback_captured",
    }
    assert "\\u0085\\U000e0001" in text


def test_a_large_log_is_counted_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond so many different values of a column, only those seen before are counted."""
    monkeypatch.setattr("cxjourney.cli._map._log_sample.MOST_VALUES", 3)
    monkeypatch.setattr("cxjourney.cli._map._log_sample.SAMPLE", 3)
    rows = "".join(f"{n},2024-03-01T10:0{n}Z,order\n" for n in range(8))
    found = json.loads(
        said("map", write(tmp_path / "log.csv", f"user,at,event\n{rows}"), "--json")[1]
    )
    assert (found["lines"], found["activities"][0]["lines"]) == (8, 8)


def test_halves_of_characters_have_no_place_in_a_mapping(tmp_path: Path) -> None:
    """JSON may hold them, TOML may not; such a column is not taken."""
    rows = [{"u": "a", "at": f"2024-03-01T1{n}:00Z", "x\ud800": 1, "e": "\ud800"} for n in (1, 2)]
    log = tmp_path / "log.jsonl"
    log.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    assert proposed(log)[1]["columns"]["activity"] == {"constant": "line"}


def test_an_amount_is_no_customer(tmp_path: Path) -> None:
    """However often it comes; and words have endings."""
    rows = "".join(
        f"{n % 3};0{n + 1}.02.2025;{('Üle antud', 'Päring')[n % 2]};{n % 4},50\n" for n in range(8)
    )
    log = Path(write(tmp_path / "log.csv", f"Kliendi nr;Kuupäev;Sündmus;Summa, €\n{rows}"))
    _, mapping = proposed(log)
    assert mapping["columns"]["customer"] == "Kliendi nr"
    assert mapping["events"] == {"Üle antud": "delivered", "Päring": "contacted"}
