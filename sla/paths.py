"""Where things are on the lake, below its root."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

BRONZE: Final = "bronze/"
FINDINGS: Final = "findings/"
TOPIC: Final = "tp="


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Landed:
    """One bronze file: records of one partition of one topic, landed within one hour (UTC)."""

    topic: str
    hour: str  # 2013-02-08T05
    partition: int
    path: str


def landed(path: str) -> Landed | None:
    """What the path of a bronze file says; None for anything else below ``bronze/``."""
    parts = [part.partition("=") for part in path.removeprefix(BRONZE).split("/")[:-1]]
    names = {key: unquote(value) for key, _, value in parts}
    if not path.startswith(BRONZE) or names.keys() != {"tp", "dt", "hr", "kp"} or not names["kp"].isdecimal():
        return None
    return Landed(topic=names["tp"], hour=f"{names['dt']}T{names['hr']}", partition=int(names["kp"]), path=path)


def bronze(topic: str) -> str:
    """The prefix of a topic's files."""
    return f"{BRONZE}{TOPIC}{quote(topic, safe='')}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """The folders of one object of one contract."""

    contract: str
    object: str

    @property
    def _name(self) -> str:
        return f"{_folder(self.contract)}/{_folder(self.object)}"

    @property
    def staged(self) -> str:
        """Typed files, by period."""
        return f"staged/{self._name}/"

    def period(self, label: str) -> str:
        """The typed files of one period."""
        return f"{self.staged}period={label}/"

    @property
    def state(self) -> str:
        """What the job remembers."""
        return f"state/{self._name}/"

    @property
    def batches(self) -> str:
        """The order of staging: manifests, and beside each what came of it."""
        return f"{self.state}batches/"

    def batch(self, number: int) -> str:
        """The manifest of a batch."""
        return f"{self.batches}{number:08d}.json"

    def done(self, number: int) -> str:
        """What came of a batch; written last, once."""
        return f"{self.batches}{number:08d}.done"

    def verdicts(self, label: str) -> str:
        """All that was decided about a period."""
        return f"{self.state}periods/{label}.json"

    @property
    def erased(self) -> str:
        """Which periods retention has taken."""
        return f"{self.state}erased.json"

    def fields(self, version: str) -> str:
        """The fields of a contract version, kept for records that were judged by it."""
        return f"{self.state}versions/{quote(version, safe='')}.json"

    def references(self, major: str, rule: str) -> str:
        """The folder of all that a drift rule was ever measured against, in a major version."""
        return f"{self.state}references/v{_folder(major)}/{_folder(rule)}/"


def _folder(name: str) -> str:
    """One name, one folder: what may not stand in a path is escaped, and so are names that mean another folder."""
    return quote(name, safe="") if name.strip(".") else name.replace(".", "%2E")
