"""``sluice lint`` and ``sluice init``, as they are called."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft201909Validator

from sluice.cli import main
from sluice.contract import source
from sluice.contract.profile.editor import editor_schema

ROOT = Path(__file__).parents[3]
FLIGHTS = ROOT / "contracts/travel/flights.odcs.yaml"


def sluice(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    file = tmp_path / "broken.odcs.yaml"
    file.write_text(FLIGHTS.read_text().replace("tombstones:", "tombstone:"))
    return file


@pytest.fixture
def doubtful(tmp_path: Path) -> Path:
    file = tmp_path / "doubtful.odcs.yaml"
    file.write_text(FLIGHTS.read_text().replace("unknownFields: reject", "unknownFields: allow"))
    return file


def test_the_contracts_of_this_repository_are_clean_even_strictly() -> None:
    result = sluice("lint", ROOT / "contracts", "--strict")

    assert (result.exit_code, result.stdout) == (0, "")
    assert "2 contracts: clean" in result.stderr


def test_a_problem_is_shown_with_its_line_a_caret_and_the_way_out(broken: Path) -> None:
    result = sluice("lint", broken)
    lines = result.stdout.splitlines()
    caret = lines[3].index("^")

    assert result.exit_code == 1
    assert lines[0] == "error[unknown-key] unknown key 'tombstone' in custom property 'stream'"
    assert lines[1].strip() == f"--> {broken}:117:11"
    assert lines[2][caret:].startswith("tombstone: reject")
    assert lines[4].strip() == "= did you mean 'tombstones'?"
    assert "1 contract: 1 error, 0 warnings" in result.stderr


def test_a_warning_fails_only_strictly(doubtful: Path) -> None:
    assert sluice("lint", doubtful).exit_code == 0
    assert sluice("lint", doubtful, "--strict").exit_code == 1


def test_machines_get_one_document(broken: Path) -> None:
    result = sluice("lint", broken, "--json")
    document = json.loads(result.stdout)

    assert result.exit_code == 1
    assert (document["contracts"], document["errors"], document["warnings"]) == (1, 1, 0)
    assert document["problems"][0] == {
        "file": str(broken),
        "line": 117,
        "column": 11,
        "code": "unknown-key",
        "severity": "error",
        "message": "unknown key 'tombstone' in custom property 'stream'",
        "way_out": "did you mean 'tombstones'?",
    }


def test_a_file_of_odd_bytes_is_shown_without_odd_bytes(tmp_path: Path) -> None:
    file = tmp_path / "odd.odcs.yaml"
    file.write_bytes(b"id: \x1b[31mred\n\xff")

    result = sluice("lint", file)

    assert result.exit_code == 1
    assert "\x1b" not in result.stdout


def test_markup_in_a_contract_is_text(tmp_path: Path) -> None:
    file = tmp_path / "markup.odcs.yaml"
    file.write_text('"[bold]x[/bold]": 1\n')

    assert "unknown key '[bold]x[/bold]'" in sluice("lint", file).stdout


@pytest.mark.parametrize(
    ("path", "sentence"),
    [("missing.odcs.yaml", "there is no"), (".", "no contract under")],
)
def test_a_path_without_a_contract_is_a_bad_call(path: str, sentence: str, tmp_path: Path) -> None:
    result = sluice("lint", tmp_path / path)

    assert result.exit_code == 2
    assert sentence in result.stderr


def test_golden_records_are_no_contract(tmp_path: Path) -> None:
    examples = tmp_path / "orders.examples.yaml"
    examples.write_text("examples: []\n")
    result = sluice("lint", examples)

    assert result.exit_code == 2
    assert "orders.examples.yaml holds golden records, and no contract; `sluice test` judges them" in result.stderr


def test_no_path_is_a_bad_call() -> None:
    assert sluice("lint").exit_code == 2


def test_hidden_folders_are_not_searched(tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/copy.odcs.yaml").write_text("nonsense")
    (tmp_path / "good.odcs.yaml").write_text(FLIGHTS.read_text())

    assert sluice("lint", tmp_path).exit_code == 0


def test_the_schema_for_editors_in_docs_is_what_lint_prints() -> None:
    assert sluice("lint", "--schema").stdout == (ROOT / "docs/contract.schema.json").read_text()


def errors_in_editor(text: str) -> list[str]:
    root = source.read(text.encode(), "f").root
    assert root is not None
    found: list[Any] = list(Draft201909Validator(editor_schema()).iter_errors(root.plain()))
    return [error.message for error in found]


def test_the_schema_for_editors_takes_our_contracts_and_knows_the_profile() -> None:
    text = FLIGHTS.read_text()

    assert Draft201909Validator.check_schema(editor_schema()) is None
    assert errors_in_editor(text) == []
    assert any("tombstone" in error for error in errors_in_editor(text.replace("tombstones:", "tombstone:")))
    assert errors_in_editor(text.replace("check: drift, property: dep_delay", "check: drift, propety: dep_delay"))
    assert errors_in_editor(text.replace("property: window, value: P1D", "property: windw, value: P1D"))


def test_init_makes_a_repository_that_lints_clean(tmp_path: Path) -> None:
    made = sluice("init", tmp_path / "repo")

    assert made.exit_code == 0, made.output
    assert sluice("lint", tmp_path / "repo", "--strict").exit_code == 0
    assert (tmp_path / "repo/contract.schema.json").read_text() == (ROOT / "docs/contract.schema.json").read_text()


@pytest.mark.parametrize(
    "path", ["README.md", ".github/workflows/contracts.yml", "contracts/retail/web-orders.odcs.yaml"]
)
def test_the_answers_reach_the_files(path: str, tmp_path: Path) -> None:
    sluice("init", tmp_path, "--domain", "retail", "--contract", "web-orders", "--entity", "web_order", "--team", "web")
    text = (tmp_path / path).read_text()

    assert "{{" not in text.replace("${{", "")
    assert str(tmp_path) not in text
    assert sluice("lint", tmp_path, "--strict").exit_code == 0


def test_an_update_renews_what_the_template_owns_and_leaves_the_rest(tmp_path: Path) -> None:
    sluice("init", tmp_path, "--contract", "mine")
    contract, workflow = tmp_path / "contracts/shop/mine.odcs.yaml", tmp_path / ".github/workflows/contracts.yml"
    new = workflow.read_text()
    contract.unlink()
    (tmp_path / "README.md").write_text("ours")
    workflow.write_text("old")

    result = sluice("init", tmp_path, "--update")

    assert result.exit_code == 0, result.output
    assert workflow.read_text() == new
    assert (tmp_path / "README.md").read_text() == "ours"
    assert not contract.exists()


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("ours")

    result = sluice("init", tmp_path)

    assert result.exit_code == 2
    assert "not empty" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]


def test_an_update_keeps_where_sluice_is_installed_from(tmp_path: Path) -> None:
    address = "git+https://git.example.org/data/sluice@v1"
    sluice("init", tmp_path, "--install", address)
    sluice("init", tmp_path, "--update")

    assert f'SLUICE: "{address}"' in (tmp_path / ".github/workflows/contracts.yml").read_text()


@pytest.mark.parametrize(
    "address", ["sluice", "sluice==1.0", "sluice[flink]", "git+https://a b", 'https://x/"; rm', ""]
)
def test_a_name_on_the_package_index_is_no_address_to_install_from(address: str, tmp_path: Path) -> None:
    result = sluice("init", tmp_path / "repo", "--install", address)

    assert result.exit_code == 2
    assert "a git address or a wheel" in " ".join(result.stderr.split())
    assert not (tmp_path / "repo").exists()


def test_an_update_of_what_init_never_made_is_a_bad_call(tmp_path: Path) -> None:
    assert sluice("init", tmp_path, "--update").exit_code == 2


@pytest.mark.parametrize("name", ["Orders", "../up", "a b", "", "ä", "{{ 7 * 7 }}"])
def test_a_name_that_no_topic_can_have_is_refused(name: str, tmp_path: Path) -> None:
    result = sluice("init", tmp_path / "repo", "--contract", name)

    assert result.exit_code == 2
    assert not (tmp_path / "repo").exists()
