"""Somebody owns an active contract, and can be told."""

from collections.abc import Iterator

from sluice.contract.checks.subject import Subject, warning
from sluice.problem import Problem


def check(subject: Subject) -> Iterator[Problem]:
    """A breach that reaches nobody is a log line."""
    root = subject.draft.root
    if not subject.streams or root.text("status") != "active":
        return
    if root.entry("team") is None:
        yield warning(
            root.place_of_value("status"), "no-team", "the contract is active and nobody owns it", "add `team:`"
        )
    if not any(root.maps("support")):
        yield warning(
            root.place_of_value("status"),
            "no-channel",
            "the contract is active and names no channel: breaches reach nobody",
            "add `support:` with a channel",
        )
