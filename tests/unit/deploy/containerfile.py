"""The instructions of a Containerfile, by stage: as much of the language as ours uses."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[3]
FILE: Final = ROOT / "deploy" / "image" / "Containerfile"


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage; ``base`` is the image or the stage that it begins with. Instructions are (name, rest of the line)."""

    name: str
    base: str
    instructions: tuple[tuple[str, str], ...]

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(rest for each, rest in self.instructions if each == name)

    def copies(self) -> Iterator[tuple[str, tuple[str, ...], str]]:
        """Each COPY as (stage that it is from, or "" for the context; sources; target)."""
        for rest in self.all("COPY"):
            words = shlex.split(rest)
            origin = words.pop(0).removeprefix("--from=") if words[0].startswith("--from=") else ""
            yield origin, tuple(words[:-1]), words[-1]


def stages(text: str) -> dict[str, Stage]:
    """By name, in order."""
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    told = [line.split(maxsplit=1) for line in re.sub(r"\\\n\s*", " ", lines).splitlines() if line.strip()]
    arguments = dict(rest.split("=", 1) for name, rest in told if name == "ARG")
    found: dict[str, Stage] = {}
    for name, rest in told:
        if name == "FROM":
            base, _, called = rest.partition(" AS ")
            resolved = re.sub(r"\$\{(\w+)\}", lambda match: arguments[match[1]], base)
            found[called] = Stage(name=called, base=resolved, instructions=())
        elif name != "ARG":
            last = found.popitem()[1]
            found[last.name] = Stage(name=last.name, base=last.base, instructions=(*last.instructions, (name, rest)))
    return found


STAGES: Final = stages(FILE.read_text())
