"""``sluice profile``: what files of rows hold, and how it differs from what other files held."""

from pathlib import Path

import rich_click as click

from sluice.terminal import Fault, faults_as_sentences


@click.command("profile")
@click.argument("files", nargs=-1, required=True, type=click.Path(allow_dash=True))
@click.option(
    "--compare",
    metavar="FILE",
    multiple=True,
    type=click.Path(),
    help="What the rows were before: files or folders, as often as you like. Shows the change from them to FILES.",
)
@click.option(
    "--contract", metavar="FILE", type=click.Path(path_type=Path), help="Take types and classification of it."
)
@click.option("--object", "name", metavar="NAME", help="The object of the contract, where it has several.")
@click.option(
    "--save", metavar="FILE", type=click.Path(path_type=Path), help="Keep the profile of FILES, to compare later."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
def profile(  # noqa: PLR0913 - one argument for each option of the command
    files: tuple[str, ...],
    *,
    compare: tuple[str, ...],
    contract: Path | None,
    name: str | None,
    save: Path | None,
    as_json: bool,
) -> None:
    """Profile files of rows: Parquet, NDJSON (plain or gzip; - is stdin), folders of them, or saved profiles.

    All FILES make one profile. Without a contract the types are those that the files show, and every value may be
    shown; with one, no value of a classified field is.
    Exit code 0: done. 2: a file or the contract cannot be read, or there are no rows.
    """
    with faults_as_sentences():
        try:
            from sluice.commands.profile_run import Asked, run  # noqa: PLC0415 - an extra; only this command needs it
        except ModuleNotFoundError as missing:
            raise Fault(
                f"profile needs {missing.name}: run `make setup`, or `pip install '.[lake]'` in the checkout"
            ) from None
        if name is not None and contract is None:
            raise Fault("--object names an object of a contract; name the contract with --contract FILE")
        run(Asked(files=files, compare=compare, contract=contract, name=name, save=save, as_json=as_json))
