"""``sluice profile`` on files of every kind, good and broken."""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from sluice.cli import main
from sluice.commands import profile_view
from sluice.profile.codec import decode
from sluice.profile.model import ALL

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).parents[3]
FLIGHTS = str(ROOT / "demo/data/flights-2013-02.ndjson.gz")
CONTRACT = str(ROOT / "contracts/travel/flights.odcs.yaml")


def run(*arguments: str, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(main, ["profile", *arguments], input=stdin)


def read(*arguments: str, stdin: bytes = b"") -> dict[str, Any]:
    ended = run(*arguments, "--json", stdin=stdin)
    assert ended.exit_code == 0, ended.output
    found = json.loads(ended.stdout)
    assert isinstance(found, dict)
    return found


def by_name(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {column["name"]: column for column in document["columns"]}


def parquet(path: Path, **columns: Any) -> str:
    pq.write_table(pa.table(columns), path)
    return str(path)


def test_the_flights_are_profiled_as_duckdb_counts_them() -> None:
    found = read(FLIGHTS)
    columns = by_name(found)
    names = list(columns)
    base = duckdb.connect()
    base.execute(f"CREATE TABLE flights AS FROM read_json('{FLIGHTS}', format='newline_delimited')")
    assert found["rows"] == base.execute("SELECT count(*) FROM flights").fetchone()[0]
    for name in names:
        query = f"SELECT count(*) - count({name}), count(DISTINCT {name}), min({name}), max({name}) FROM flights"  # noqa: S608 - names of the fixture
        nulls, distinct, least, greatest = base.execute(query).fetchone()
        column = columns[name]
        assert column["nulls"] == nulls
        assert column["distinct"]["low"] - 1 <= distinct <= column["distinct"]["high"] + 1
        if column["numbers"]:
            query = f"SELECT avg({name}), stddev_samp({name}) FROM flights"  # noqa: S608 - as above
            mean, deviation = base.execute(query).fetchone()
            numbers = column["numbers"]
            assert (numbers["minimum"], numbers["maximum"]) == (least, greatest)
            assert (numbers["mean"], numbers["deviation"]) == pytest.approx((mean, deviation), rel=1e-9)
            assert len(column["quantiles"]) == 9
    assert columns["time_hour"]["span"]["first"] == "2013-02-01T10:00:00Z"


def test_of_a_classified_field_no_value_is_shown_and_what_is_not_declared_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "flights.ndjson"
    row = json.loads(gzip.decompress(Path(FLIGHTS).read_bytes()).splitlines()[0])
    path.write_text(json.dumps({**row, "passenger": "Ada", "year": "2013"}) + "\n")
    ended = run(str(path), "--contract", CONTRACT)
    assert ended.exit_code == 0
    assert "classified" in ended.stdout
    assert row["tailnum"] not in ended.output
    assert "not in the contract, and left out: passenger" in ended.output
    columns = by_name(read(str(path), "--contract", CONTRACT))
    assert (columns["tailnum"]["classified"], columns["tailnum"]["lengths"]) == (True, None)
    assert columns["year"]["unfit"] == 1
    assert "passenger" not in columns


def test_how_parquet_differs_from_the_contract_is_noted(tmp_path: Path) -> None:
    file = parquet(tmp_path / "a", year=["2013"], distance=[1], air_time=[2.5], passenger=["Ada"], _landed_at=[0])
    notes = " ".join(read(file, "--contract", CONTRACT)["notes"])
    assert "not in the contract, and left out: passenger" in notes
    assert "has no column for month, day, carrier, flight, tailnum and 11 more" in notes
    assert "year is text, and integer in the contract" in notes
    assert "air_time is number, and integer in the contract" in notes
    assert "distance" not in notes
    assert read(file)["notes"] == []


@pytest.mark.parametrize("width", [40, 80, 110, 250])
def test_a_narrow_terminal_gets_fewer_columns_and_never_a_cut_field(
    width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profile_view.out, "_width", width)
    monkeypatch.setattr(profile_view.out, "_force_terminal", True)
    for arguments in ([FLIGHTS], ["--compare", FLIGHTS, FLIGHTS]):
        told = run(*arguments).stdout
        assert "sched_dep_time" in told
        assert "…" not in told
        assert ("for want of width without: " in told) == (width < 150)


def test_parquet_json_and_gzip_with_the_same_rows_have_the_same_profile(tmp_path: Path) -> None:
    rows = [{"n": number, "t": f"w{number % 5}"} for number in range(100)]
    text = "".join(json.dumps(row) + "\n" for row in rows).encode()
    (tmp_path / "a.ndjson").write_bytes(text)
    (tmp_path / "b").write_bytes(gzip.compress(text))
    parquet(tmp_path / "c", n=[row["n"] for row in rows], t=[row["t"] for row in rows])
    found = [read(str(tmp_path / name)) for name in ("a.ndjson", "b", "c")]
    found.append(read("-", stdin=text))
    assert [each["columns"] for each in found] == [found[0]["columns"]] * 4


def test_several_files_and_folders_are_one_profile(tmp_path: Path) -> None:
    for folder in ("hr=01", "hr=02", "_logs", ".cache"):
        (tmp_path / folder).mkdir()
        parquet(tmp_path / folder / "part", x=[1, 2])
    (tmp_path / "_SUCCESS").write_bytes(b"")
    found = read(str(tmp_path), parquet(tmp_path / "_named", x=[3]))
    assert found["rows"] == 5


def test_a_change_is_shown_field_by_field(tmp_path: Path) -> None:
    before = parquet(tmp_path / "a", delay=[1, 2, 3] * 500, gate=["x"] * 1500, same=[1] * 1500)
    now = parquet(tmp_path / "b", delay=[10, 20, None] * 500, seat=["x"] * 1500, same=[1] * 1500)
    ended = run("--compare", before, now)
    assert ended.exit_code == 0
    lines = {line.split()[0]: line for line in ended.stdout.splitlines() if line}
    assert "0 → 33.3 %" in lines["delay"]
    assert "gone" in lines["gate"]
    assert "new" in lines["seat"]
    assert "(0.000)" in lines["same"]
    assert "1,500 → 1,500 rows (+0.0 %)" in ended.stdout
    assert "moved: delay" in ended.stdout
    found = read("--compare", before, now)
    assert (found["before"]["rows"], found["now"]["rows"]) == (1500, 1500)
    told = {each["name"]: (each["in"], each["moved"]) for each in found["changes"]}
    assert told == {
        "delay": ("both", True),
        "seat": ("now", False),
        "same": ("both", False),
        "gate": ("before", False),
    }


def test_a_saved_profile_stands_for_its_files(tmp_path: Path) -> None:
    saved = tmp_path / "a.profile"
    files = parquet(tmp_path / "a.parquet", x=list(range(50)), _id=["i"] * 50)
    assert run(files, "--save", str(saved)).exit_code == 0
    assert decode(saved.read_bytes()).slices[ALL].rows == 50
    assert read(str(saved))["columns"] == read(files)["columns"]
    again = run("--compare", str(saved), files)
    assert "50 → 50 rows" in again.stdout
    assert list(by_name(read(files))) == ["x", "_id"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.parquet", "a.profile"]


def test_lines_that_are_no_records_are_told_and_left_out() -> None:
    ended = run("-", stdin=b'{"x":1}\nnull\n{"x":2}\n')
    assert ended.exit_code == 0
    assert "stdin: 1 line without a JSON object left out, the first is line 2" in ended.output
    assert "2 rows, 1 field" in ended.stdout


def cut_short(path: Path) -> str:
    name = parquet(path, x=list(range(10_000)))
    path.write_bytes(path.read_bytes()[:-100])
    return name


def damaged(path: Path) -> str:
    name = parquet(path, x=[str(number) for number in range(10_000)])
    data = bytearray(path.read_bytes())
    data[100:2000] = bytes(1900)
    path.write_bytes(data)
    return name


def written(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return str(path)


FAULTS = {
    "no such file": (lambda folder: [str(folder / "none")], "there is no "),
    "an empty folder": (lambda folder: [str(folder)], "the folders are empty"),
    "no rows in Parquet": (lambda folder: [parquet(folder / "a", x=pa.array([], pa.int64()))], "holds no rows"),
    "no rows in JSON": (lambda folder: [written(folder / "a", b"\n\n")], "holds no rows"),
    "Parquet cut short": (lambda folder: [cut_short(folder / "a")], "is no Parquet file that can be read to its end"),
    "Parquet damaged": (lambda folder: [damaged(folder / "a")], "is no Parquet file that can be read to its end"),
    "neither": (lambda folder: [written(folder / "a", b"\x89PNG\n\n\x00")], "is neither Parquet nor NDJSON"),
    "a JSON array": (lambda folder: [written(folder / "a", b'[{"x":1}]')], "no line holds a JSON object, from line 1"),
    "gzip cut short": (lambda folder: [written(folder / "a", gzip.compress(b'{"x":1}\n' * 999)[:-9])], "a broken gzip"),
    "an unknown profile": (
        lambda folder: [written(folder / "a", b"\x81\xa6format\x02")],
        "this release reads format 1",
    ),
    "nothing to compare with": (
        lambda folder: [parquet(folder / "a", x=[1]), "--compare", parquet(folder / "b", x=pa.array([], pa.int64()))],
        "b holds no rows",
    ),
    "an object without a contract": (lambda folder: [parquet(folder / "a", x=[1]), "--object", "x"], "--contract FILE"),
    "an unknown object": (
        lambda folder: [parquet(folder / "a", x=[1]), "--contract", CONTRACT, "--object", "fligt"],
        "has no object 'fligt'",
    ),
    "no contract": (lambda folder: [parquet(folder / "a", x=[1]), "--contract", str(folder / "c.yaml")], "c.yaml"),
    "nowhere to save": (
        lambda folder: [parquet(folder / "a", x=[1]), "--save", str(folder / "no" / "where")],
        "cannot write",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_cannot_be_profiled_is_told_in_a_sentence(name: str, tmp_path: Path) -> None:
    arguments, sentence = FAULTS[name]
    ended = run(*arguments(tmp_path))
    assert ended.exit_code == 2, ended.output
    assert sentence in " ".join(ended.output.split())
    assert ended.exception is None or isinstance(ended.exception, SystemExit)


def test_without_the_extra_the_way_to_it_is_told() -> None:
    code = (
        "import sys; sys.modules['datasketches'] = None\n"
        f"sys.argv = ['sluice', 'profile', {FLIGHTS!r}]\n"
        "from sluice.cli import main; main()"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert ended.returncode == 2
    assert "profile needs datasketches: run `make setup`" in ended.stderr


@pytest.mark.parametrize(
    ("share", "bar"),
    [(0, ""), (1e-9, "▏"), (0.1, "▌"), (0.5, "██▌"), (0.99, "█████"), (1, "█████"), (7, "█████")],
)
def test_a_bar_shows_what_is_there_at_all(share: float, bar: str) -> None:
    assert profile_view.bar(share) == bar


@pytest.mark.parametrize(
    ("share", "told"), [(0.5, "50.0 %"), (1e-6, "<0.1 %"), (1 - 1e-6, ">99.9 %"), (1, "100.0 %"), (0.0, "0.0 %")]
)
def test_a_share_is_never_rounded_to_none_or_all(share: float, told: str) -> None:
    assert profile_view.percent(share) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (2013, "2013"),
        (24951, "24,951"),
        (-0.5, "-0.5"),
        (12345.678, "12,345.7"),
        (2**63 - 1, "9.2234e+18"),
        (1e300, "1e+300"),
        (0.000123456, "0.00012346"),
    ],
)
def test_numbers_are_short(value: float, told: str) -> None:
    assert profile_view.number(value) == told


def test_a_sparkline_shows_the_greatest_share_and_every_other() -> None:
    assert profile_view.spark((0.0, 0.001, 0.5, 1.0)) == " ▁▄█"
    assert profile_view.spark((0.0, 0.0)) == "  "
