"""A contract's id, version and status can stand in a header, a subject and a comparison."""

import re
from collections.abc import Iterator
from typing import Final

from sluice.contract.checks.subject import Subject, error, warning
from sluice.contract.suggest import did_you_mean
from sluice.problem import Problem

ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
VERSION: Final = re.compile(r"(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(-[0-9A-Za-z.-]{1,40})?")
OURS: Final = "platform"  # what fails of the platform itself is told as of a contract of that name
STATUSES: Final = ("proposed", "draft", "active", "deprecated", "retired")


def check(subject: Subject) -> Iterator[Problem]:
    """Only streams: the version is what every record is stamped with."""
    root = subject.draft.root
    if not subject.streams:
        return
    if (name := root.text("id")) and not ID.fullmatch(name):
        yield error(
            root.place_of_value("id"),
            "id-form",
            f"the id '{name[:60]}' cannot stand in a header",
            "use letters, digits, '.', '_' and '-', at most 128 of them",
        )
    if name == OURS:
        yield error(
            root.place_of_value("id"),
            "id-reserved",
            f"the id '{OURS}' is that of the platform's own failures: each would end the incidents of the other",
            "give the contract another id",
        )
    if (version := root.text("version")) and not VERSION.fullmatch(version):
        yield error(
            root.place_of_value("version"),
            "version-form",
            f"the version '{version[:60]}' is no semantic version",
            "write three numbers: 1.0.0",
        )
    if (status := root.text("status")) and status not in STATUSES:
        yield warning(
            root.place_of_value("status"),
            "status-unknown",
            f"the status '{status[:60]}' is none that the standard recommends",
            did_you_mean(status, STATUSES),
        )
