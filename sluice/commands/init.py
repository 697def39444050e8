"""``sluice init``: a repository of contracts, and later the newer parts of its template."""

import re
from pathlib import Path
from typing import Any, Final

import orjson
import rich_click as click
import yaml

from sluice.contract.profile.editor import editor_schema
from sluice.terminal import Fault, emit_json, err, faults_as_sentences

TEMPLATE: Final = Path(__file__).parent.parent / "template"
ANSWERS: Final = ".copier-answers.yml"
SCHEMA: Final = "contract.schema.json"
ANSWERED: Final = frozenset({"domain", "contract", "entity", "team", "install"})
PEOPLES: Final = ("contracts", "README.md")  # written once, then theirs
NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,62}")
ADDRESS: Final = re.compile(r"(git\+(https|ssh)://|https://|\.{0,2}/)[^\s\"'`$\\{}]+")
ENTITY: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--domain", default=None, help="Domain of the first contract.  [default: shop]")
@click.option("--contract", default=None, help="Name of the first contract and its topics.  [default: orders]")
@click.option("--entity", default=None, help="What one record is.  [default: order]")
@click.option("--team", default=None, help="The owning team.  [default: DOMAIN-team]")
@click.option("--install", default=None, help="What its workflow installs Sluice from: a git address or a wheel.")
@click.option("--update", is_flag=True, help="Write what the template owns anew; contracts and README stay.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document: the files that are there.")
def init(folder: Path, *, update: bool, as_json: bool, **given: str | None) -> None:
    """Start a repository of contracts in FOLDER, with a first contract, its examples and a CI workflow.

    It lints clean as it is; nothing is asked, no network is used, git is not needed.
    """
    with faults_as_sentences():
        answers = {key: value for key, value in given.items() if value is not None}
        _refuse_odd_names(answers)
        if update:
            answers = {**_former_answers(folder), **answers}
        elif folder.exists() and any(folder.iterdir()):
            raise Fault(f"{folder} is not empty: name a new folder, or `--update` a repository that init made")
        _render(folder, answers, kept=PEOPLES if update else ())
        files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
        mine = [file for file in files if not file.startswith(".git/")]
        if as_json:
            emit_json({"folder": str(folder), "files": mine})
        else:
            err.print(f"{'updated' if update else 'made'} {folder}: next, cd {folder} && sluice lint contracts")


def _render(folder: Path, answers: dict[str, str], kept: tuple[str, ...]) -> None:
    try:
        import copier  # noqa: PLC0415 - an extra; only this command needs it
    except ImportError:
        raise Fault("init needs copier: run `make setup`, or `pip install '.[init]'` in the checkout") from None
    data: dict[str, Any] = dict(answers)
    try:
        copier.run_copy(
            str(TEMPLATE),
            folder,
            data=data,
            answers_file=ANSWERS,
            exclude=kept,
            defaults=True,
            overwrite=True,
            quiet=True,
        )
        document = orjson.dumps(editor_schema(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        (folder / SCHEMA).write_bytes(document)
    except OSError as error:
        raise Fault(f"cannot write {folder}: {(error.strerror or 'the system refused').lower()}") from None


def _refuse_odd_names(answers: dict[str, str]) -> None:
    if (address := answers.get("install")) is not None and not ADDRESS.fullmatch(address):
        raise Fault(
            f"--install {address!r}: name a git address or a wheel (git+https://..., https://....whl, ./....whl); "
            "a name alone would be somebody else's package on the public index"
        )
    for key, value in answers.items():
        if key == "install":
            continue
        form = ENTITY if key == "entity" else NAME
        if not form.fullmatch(value):
            extra = "underscores" if key == "entity" else "hyphens"
            raise Fault(f"--{key} {value!r}: use small letters, digits and {extra}, beginning with a letter")


def _former_answers(folder: Path) -> dict[str, str]:
    path = folder / ANSWERS
    try:
        read = yaml.safe_load(path.read_text())
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        raise Fault(f"{folder} has no readable {ANSWERS}: `--update` is for repositories that init made") from None
    if not isinstance(read, dict):
        raise Fault(f"{path} holds no answers")
    answers = {str(key): str(value) for key, value in read.items() if key in ANSWERED and value}
    _refuse_odd_names(answers)
    return answers
