"""On the public index the name belongs to somebody else: no text of ours may send anybody there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
TEXTS = (
    *(path for folder in ("sluice", "connections", "registry_sync", "validator", "local_stack", "demo", "docs", ".ci")
      for path in (ROOT / folder).rglob("*")),
    *ROOT.glob("*.md"),
    ROOT / "Makefile",
)  # fmt: skip
BY_NAME = re.compile(r"pip install[^\n`]*['\" ]sluice\b(?!-)|['\"]sluice(\[|==)")


def test_nothing_says_to_install_sluice_by_its_name() -> None:
    assert BY_NAME.search("(pip install 'sluice[flink]')")
    assert BY_NAME.search("pip install sluice  # ...")
    assert BY_NAME.search('SLUICE: "sluice==1.0"')
    told = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in TEXTS
        if path.suffix in {".py", ".md", ".jinja", ".yml", "", ".toml"} and path.is_file()
        for found in BY_NAME.finditer(path.read_text("utf-8"))
    ]
    assert told == []
