"""`sluice alerts` at a prompt: what it prints, how it ends, and what it leaves in the database."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sluice.cli import main
from sluice.finding.action import Action, Done
from sluice.finding.codec import encode, encode_actions
from sluice.finding.model import Outcome
from tests.unit.alerting.notices import breach, tails
from tests.unit.alerting.receivers import Receiver, receiver
from tests.unit.incident.findings import FLIGHTS, window

Run = Callable[..., Result]


@pytest.fixture
def where() -> Iterator[Receiver]:
    with receiver() as one:
        yield one


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: Receiver) -> Run:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sluice.toml").write_text(
        "[alerting]\npatience_seconds = 0\n"
        f'[alerting.channels.hook]\ntype = "webhook"\nurl = "{where.url}"\neverything = true\n'
    )
    held = [breach(day, outcome=Outcome.BREACHED if day in (8, 9) else Outcome.HOLDS) for day in range(1, 29)]
    (tmp_path / "run.jsonl").write_bytes(encode([*held, tails(28)]))
    done = Action(contract="flights", object="flight", period="2013-02-08", what=Done.HELD)
    (tmp_path / "run.actions.jsonl").write_bytes(encode_actions([done]))

    def call(*words: str) -> Result:
        contracts = [] if "--help" in words else ["--contracts", str(FLIGHTS)]
        return CliRunner().invoke(main, ["alerts", *words, *contracts])

    return call


def parsed(result: Result) -> Any:
    return json.loads(result.stdout)


def test_a_run_is_delivered_listed_acknowledged_and_muted(run: Run, where: Receiver) -> None:
    delivered = run("deliver", "run.jsonl", "--json")
    assert (delivered.exit_code, parsed(delivered)["opened"], parsed(delivered)["sent"]) == (0, 2, 1)
    assert where.requests[0].json["done"] == ["held 2013-02-08"]
    assert "consumer 'delay-prediction' reaches no channel" in delivered.stderr

    listed = run("list", "--json")
    first, second = parsed(listed)["incidents"]
    assert (listed.exit_code, first["check"], first["held"]) == (1, "departures_known", ["2013-02-08", "2013-02-09"])
    assert second["segment"] == "carrier=UA, tailnum=(classified)"

    taken = run("ack", first["id"][:5], "--by", "ada")
    assert (taken.exit_code, taken.stdout) == (0, f"{first['id']} flights departures_known: ada has it\n")
    assert where.requests[1].json["lines"][0]["acknowledged_by"] == "ada"
    assert where.requests[1].json["event"] == "updated"
    assert parsed(run("list", "--json"))["incidents"][0]["state"] == "acknowledged"

    assert run("mute", "flights", "tail_numbers_known", "--until", "4h", "--why", "known").exit_code == 0
    (mute,) = parsed(run("mute", "--json"))
    assert (mute["contract"], mute["check"], mute["why"]) == ("flights", "tail_numbers_known", "known")
    assert parsed(run("list", "--json"))["incidents"][1]["muted_until"] is not None
    assert run("mute", "--lift", str(mute["id"])).stdout == "nothing is muted\n"


def test_an_incident_is_ended_by_hand_with_who_and_why_and_opens_anew(
    run: Run, where: Receiver, tmp_path: Path
) -> None:
    run("deliver", "run.jsonl")
    held, warning = parsed(run("list", "--json"))["incidents"]
    ended = run("resolve", held["id"], warning["id"], "--why", "the feed was repaired", "--by", "ada", "--json")
    assert ended.exit_code == 0
    assert parsed(ended)["resolved"][0] == {
        "id": held["id"],
        "why": "resolved by ada: the feed was repaired",
        "held": ["2013-02-08", "2013-02-09"],
    }
    assert f"{held['id']} holds 2013-02-08, 2013-02-09, and they are held still" in " ".join(ended.stderr.split())
    told = where.requests[-1].json
    assert (told["event"], told["lines"][0]["ended_why"]) == ("resolved", "resolved by ada: the feed was repaired")
    assert run("list").exit_code == 0
    assert {one["ended_why"] for one in parsed(run("list", "--all", "--json"))["incidents"]} == {
        "resolved by ada: the feed was repaired"
    }

    again = run("resolve", held["id"], "--why", "twice")
    assert (again.exit_code, "is over" in again.stderr) == (2, True)
    assert run("deliver", "run.jsonl", "--json").exit_code == 0
    assert run("list").exit_code == 0, "the same windows with the same result are nothing new"
    (tmp_path / "next.jsonl").write_bytes(encode([breach(1, window=window(29), period="2013-03-01")]))
    run("deliver", "next.jsonl")
    assert [one["state"] for one in parsed(run("list", "--json"))["incidents"]] == ["open"]


def test_a_whole_run_retires_what_it_speaks_of_no_more(run: Run, where: Receiver, tmp_path: Path) -> None:
    run("deliver", "run.jsonl")
    (tmp_path / "next.jsonl").write_bytes(encode([breach(1, window=window(29), outcome=Outcome.HOLDS)]))
    assert parsed(run("deliver", "next.jsonl", "--json"))["resolved"] == 0
    assert parsed(run("deliver", "next.jsonl", "--whole", "--json"))["resolved"] == 1
    line = next(line for line in where.requests[-1].json["lines"] if line["step"] == "retired")
    assert (line["check"], line["ended_why"]) == ("tail_numbers_known", "the contract asks for it no more")


def test_times_are_told_beside_what_the_contract_promises(run: Run) -> None:
    run("deliver", "run.jsonl")
    detect, notify, repair = parsed(run("list", "--json"))["times"]
    assert (detect["property"], detect["n"], detect["limit"], detect["met"]) == ("timeToDetect", 2, 300.0, False)
    assert (notify["property"], notify["met"]) == ("timeToNotify", True)
    assert (repair["property"], repair["n"]) == ("timeToRepair", 0)
    assert "flights timeToDetect: longest" in run("list").stdout


def test_without_incidents_the_list_is_clean(run: Run) -> None:
    listed = run("list")
    assert (listed.exit_code, listed.stdout) == (0, "nothing is open\n")


def test_a_channel_is_tested_with_a_notice_that_says_so(run: Run, where: Receiver) -> None:
    tested = run("test", "hook", "--json")
    assert (tested.exit_code, parsed(tested)) == (0, {"hook": "sent"})
    assert [request.json["event"] for request in where.requests] == ["test", "test"]
    assert [request.json["over"] for request in where.requests] == [False, True]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("ack", "abcdef"), "there is no incident 'abcdef'"),
        (("resolve", "abcdef", "--why", "x"), "there is no incident 'abcdef'"),
        (("resolve", "abcdef"), "Missing option '--why'"),
        (("resolve", "abcdef", "--why", " "), "--why is empty"),
        (("resolve", "--why", "x"), "Missing argument"),
        (("reslove", "abcdef"), "resolve"),
        (("mute", "flights"), "needs its end and its reason"),
        (("mute", "flights", "--until", "2001-01-01", "--why", "x"), "is over"),
        (("mute", "--lift", "7"), "there is no mute 7"),
        (("test", "nobody"), "there is no channel 'nobody'; there are hook"),
        (("deliver", "nothing.jsonl"), "there is no nothing.jsonl"),
        (("deliver", "sluice.toml"), "line 1 is no finding"),
        (("list", "--config", "nothing.toml"), "cannot be read"),
    ],
)
def test_a_bad_call_is_one_sentence_and_ends_with_2(words: tuple[str, ...], told: str, run: Run) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert told in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr


def test_letters_that_wait_end_with_1(run: Run, where: Receiver, tmp_path: Path) -> None:
    text = (tmp_path / "sluice.toml").read_text().replace(where.url, "http://127.0.0.1:1")
    (tmp_path / "sluice.toml").write_text(text)
    delivered = run("deliver", "run.jsonl", "--json")
    assert (delivered.exit_code, parsed(delivered)["waiting"]) == (1, 1)
