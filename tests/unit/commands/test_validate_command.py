"""``sluice validate`` on files of every kind, good and broken."""

import gzip
import io
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sluice.cli import main
from sluice.commands import lines

ROOT = Path(__file__).parents[3]
FLIGHTS = str(ROOT / "contracts/travel/flights.odcs.yaml")
CONTRACT = """
apiVersion: v3.2.0
kind: DataContract
id: orders
version: 1.0.0
status: draft
schema:
  - name: order
    physicalName: orders.validated
    physicalType: topic
    logicalType: object
    properties:
      - {name: id, logicalType: integer, required: true, logicalTypeOptions: {minimum: 1}}
      - {name: email, logicalType: string, classification: restricted, logicalTypeOptions: {maxLength: 5}}
      - name: lines
        logicalType: array
        items:
          logicalType: object
          properties: [{name: qty, logicalType: integer, required: true, logicalTypeOptions: {minimum: 1}}]
      - name: note
        logicalType: string
        logicalTypeOptions: {maxLength: 3}
        customProperties: [{vendor: sluice, property: enforce, value: observe}]
    customProperties:
      - vendor: sluice
        property: stream
        value:
          unknownFields: reject
          compatibility: BACKWARD
          producerHeader: producer
          enforce: {default: "on", producers: {apprentice: observe}}
"""


@pytest.fixture
def contract(tmp_path: Path) -> str:
    path = tmp_path / "orders.odcs.yaml"
    path.write_text(CONTRACT)
    return str(path)


def run(*arguments: str, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(main, ["validate", *arguments], input=stdin)


def document(result: Result) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(result.stdout)
    return parsed


def write(tmp_path: Path, *records: str, name: str = "orders.ndjson") -> str:
    path = tmp_path / name
    path.write_text("".join(f"{record}\n" for record in records))
    return str(path)


def test_valid_records_are_clean(contract: str, tmp_path: Path) -> None:
    result = run(contract, write(tmp_path, '{"id":1}', '{"id":2}'))
    assert result.exit_code == 0
    assert "2 records, 2 valid, 0 invalid" in result.stdout


def test_invalid_records_are_findings(contract: str, tmp_path: Path) -> None:
    result = run(contract, write(tmp_path, '{"id":1}', '{"id":0}', "{", ""), "--json")
    found = document(result)
    assert result.exit_code == 1
    assert (found["records"], found["valid"], found["invalid"]) == (3, 1, 2)
    assert [(each["code"], each["rule"], each["records"], each["first"]["line"]) for each in found["reasons"]] == [
        ("MALFORMED_JSON", "", 1, 3),
        ("SCHEMA_VIOLATION", "id.minimum", 1, 2),
    ]


def test_a_record_counts_once_for_a_rule_that_many_of_its_items_break(contract: str, tmp_path: Path) -> None:
    result = run(
        contract, write(tmp_path, '{"id":1,"lines":[{"qty":0},{"qty":-1}]}', '{"id":1,"lines":[{}]}'), "--json"
    )
    assert [(each["rule"], each["pointer"], each["records"]) for each in document(result)["reasons"]] == [
        ("lines[].qty.minimum", "/lines/*/qty", 1),
        ("lines[].qty.required", "/lines/*", 1),
    ]


def test_observed_violations_are_counted_and_reject_nothing(contract: str, tmp_path: Path) -> None:
    result = run(contract, write(tmp_path, '{"id":1,"note":"long"}'), "--json")
    found = document(result)
    assert result.exit_code == 0
    assert (found["valid"], found["observed"]) == (1, 1)
    assert [(each["rule"], each["observed"]) for each in found["reasons"]] == [("note.maxLength", True)]


def test_a_producer_under_observation_is_not_rejected(contract: str, tmp_path: Path) -> None:
    file = write(tmp_path, '{"id":0}')
    assert run(contract, file).exit_code == 1
    assert run(contract, file, "--producer", "apprentice").exit_code == 0


def test_classified_values_are_never_shown(contract: str, tmp_path: Path) -> None:
    file = write(tmp_path, '{"id":1,"email":"secret@example.com"}')
    for result in (run(contract, file, "--failures", "9"), run(contract, file, "--failures", "9", "--json")):
        assert result.exit_code == 1
        assert "email.maxLength" in result.stdout
        assert "secret" not in result.output


def test_failures_are_explained_up_to_the_number_asked_for(contract: str, tmp_path: Path) -> None:
    file = write(tmp_path, *['{"id":0}'] * 5)
    assert len(document(run(contract, file, "--json", "--failures", "2"))["failures"]) == 2
    shown = run(contract, file, "--failures", "2").stdout
    assert Counter(line.strip() for line in shown.splitlines())["id.minimum at /id: at least 1, is 0"] == 2


def test_gzip_is_known_by_its_bytes_and_stdin_by_its_dash(contract: str, tmp_path: Path) -> None:
    packed = gzip.compress(b'{"id":1}\n{"id":0}\n')
    path = tmp_path / "orders.ndjson"
    path.write_bytes(packed)
    for result in (run(contract, str(path), "--json"), run(contract, "-", "--json", stdin=packed)):
        assert document(result)["records"] == 2


@pytest.mark.parametrize(
    "text", [b'{"id":1}\r\n{"id":1}\r\n', b'\xef\xbb\xbf{"id":1}\n\n{"id":1}', b' {"id":1}\t\n{"id":1}']
)
def test_line_ends_blanks_and_byte_order_marks_are_no_records(contract: str, text: bytes) -> None:
    found = document(run(contract, "-", "--json", stdin=text))
    assert (found["records"], found["valid"]) == (2, 2)


def test_a_line_beyond_the_limit_is_one_invalid_record(
    contract: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "LINE_BYTES_MAX", 64)
    monkeypatch.setattr("sluice.commands.validate.LINE_BYTES_MAX", 64)
    file = write(tmp_path, '{"id":1,"note":"' + "a" * 200 + '"}', '{"id":1}')
    found = document(run(contract, file, "--json"))
    assert (found["records"], found["valid"]) == (2, 1)
    assert [each["code"] for each in found["reasons"]] == ["TOO_LARGE"]


def test_a_long_line_is_never_held_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LINE_BYTES_MAX", 1000)
    file = write(tmp_path, "a" * 5_000_000, "b")
    assert [(number, len(value)) for number, value in lines.records(file, lambda _: None)] == [(1, 1001), (2, 1)]


def test_the_bytes_of_a_file_are_told_to_the_progress_bar(tmp_path: Path) -> None:
    file = write(tmp_path, *['{"id":1}'] * 1000)
    read: list[int] = []
    assert sum(1 for _ in lines.records(file, read.append)) == 1000
    assert sum(read) == Path(file).stat().st_size


def test_a_broken_gzip_is_told_and_the_other_files_are_judged(contract: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gz"
    broken.write_bytes(gzip.compress(b'{"id":1}\n' * 100_000)[:200])
    result = run(contract, str(broken), write(tmp_path, '{"id":1}'), "--json")
    assert result.exit_code == 2
    assert "broken.gz is a broken gzip file after line" in result.stderr
    assert document(result)["valid"] >= 1


@pytest.mark.parametrize(
    ("files", "sentence"),
    [(["nowhere.ndjson"], "there is no nowhere.ndjson"), (["."], ". is a folder; name the files in it")],
)
def test_a_file_that_is_none_is_one_sentence(contract: str, files: list[str], sentence: str) -> None:
    result = run(contract, *files)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert "Traceback" not in result.output


def test_a_file_name_that_is_no_utf_8_is_shown_escaped(contract: str, tmp_path: Path) -> None:
    name = os.fsdecode(os.fsencode(str(tmp_path)) + b"/caf\xe9.ndjson")
    result = run(contract, name)
    assert result.exit_code == 2
    assert "caf\\xe9.ndjson" in result.stderr
    with open(name, "w") as file:  # noqa: PTH123 - the name is what is under test
        file.write('{"id":1}\n')
    assert document(run(contract, name, "--json"))["valid"] == 1


def test_a_contract_with_errors_is_shown_and_judges_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "broken.odcs.yaml"
    broken.write_text(CONTRACT.replace("minimum: 1}}\n      - {name: email", "minimun: 1}}\n      - {name: email"))
    result = run(str(broken), write(tmp_path, '{"id":1}'))
    assert result.exit_code == 2
    assert "minimun" in result.stderr
    assert "1 error; correct them first" in result.stderr


def test_a_contract_after_the_records_is_told_to_come_first(contract: str, tmp_path: Path) -> None:
    records = write(tmp_path, '{"id":1}')
    result = run(records, contract)
    assert result.exit_code == 2
    assert f"the contract comes first: sluice validate {contract} {records}" in result.stderr


def test_an_unknown_object_is_answered_with_the_known_ones(contract: str, tmp_path: Path) -> None:
    result = run(contract, write(tmp_path, '{"id":1}'), "--object", "ordr")
    assert result.exit_code == 2
    assert "did you mean 'order'?" in result.stderr


def test_reasons_are_bounded_and_the_rest_is_counted(
    contract: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sluice.commands.tally.GROUPS_MAX", 1)
    found = document(run(contract, write(tmp_path, '{"id":0}', "{", "{"), "--json"))
    assert len(found["reasons"]) == 1
    assert found["reasonsBeyond"] == 2


def test_undeclared_names_do_not_make_reasons_endless(contract: str, tmp_path: Path) -> None:
    found = document(run(contract, write(tmp_path, *(f'{{"id":1,"x{n}":1}}' for n in range(50))), "--json"))
    assert [(each["rule"], each["records"]) for each in found["reasons"]] == [("record.unknown", 50)]


def test_a_reader_that_fails_midway_is_one_sentence(contract: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            raise OSError(5, f"Input/output error of {size} bytes")

    monkeypatch.setattr("sluice.commands.lines._opened", lambda _: _Given(Broken()))
    result = run(contract, "-")
    assert result.exit_code == 2
    assert "cannot read stdin after line 0: input/output error of" in result.stderr


class _Given:
    def __init__(self, raw: io.RawIOBase) -> None:
        self._raw = raw

    def __enter__(self) -> io.RawIOBase:
        return self._raw

    def __exit__(self, *_: object) -> None:
        self._raw.close()


CDC = CONTRACT.replace(
    "unknownFields: reject", "unknownFields: reject\n          source: cdc\n          tombstones: pass"
).replace("{name: id,", "{name: id, primaryKey: true, primaryKeyPosition: 1,")
DELETES = {
    "its key before it": ('{"op": "d", "before": {"id": 1, "email": null}, "after": null}', (1, 0, 0)),
    "its key in a payload": ('{"schema": {}, "payload": {"op": "d", "before": {"id": 1}, "after": null}}', (1, 0, 0)),
    "a bad key before it": ('{"op": "d", "before": {"id": 0}, "after": null}', (0, 1, 0)),
    "nothing before it": ('{"op": "d", "before": null, "after": null}', (0, 0, 1)),
    "no key before it": ('{"op": "d", "before": {"email": "a"}, "after": null}', (0, 0, 1)),
}


@pytest.mark.parametrize("name", DELETES)
def test_a_delete_in_a_file_is_judged_by_the_row_before_it_or_not_at_all(name: str, tmp_path: Path) -> None:
    text, (valid, invalid, unkeyed) = DELETES[name]
    contract = tmp_path / "orders.odcs.yaml"
    contract.write_text(CDC)
    result = run(str(contract), "-", "--json", stdin=text.encode() + b"\n")
    told = json.loads(result.stdout)
    counts = (told["valid"], told["invalid"], told["control"], told["deletesWithoutKey"])
    assert counts == (valid, invalid, unkeyed, unkeyed)
    assert result.exit_code == (1 if invalid else 0)
    assert ("deletes whose key the file does not hold" in run(str(contract), "-", stdin=text.encode()).stdout) == bool(
        unkeyed
    )
