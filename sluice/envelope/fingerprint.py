"""The fingerprint of a dead letter: the same for records that fail in the same way, and made of no value."""

import hashlib

from sluice.verdict.model import Invalid, Violation


def fingerprint(invalid: Invalid) -> str:
    """SHA-256 (hex) of the contract's id, the code, and the sorted set of rules with their general pointers."""
    parts = sorted({(violation.rule, _general(violation)) for violation in invalid.violations})
    written = "\n".join((invalid.contract.id, invalid.code, *(f"{rule} {pointer}" for rule, pointer in parts)))
    return hashlib.sha256(written.encode()).hexdigest()


def _general(violation: Violation) -> str:
    """The pointer with numbers as ``*``; none for undeclared fields, whose names a producer chooses freely."""
    if violation.keyword == "additionalProperties":
        return ""
    return "/".join("*" if part.isdigit() else part for part in violation.pointer.split("/"))
