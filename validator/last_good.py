"""The last good copy of a deployment's contracts: what it starts by when the registry does not answer."""

from pathlib import Path
from typing import Final

from connections.registry_faults import RegistryFault
from sluice.terminal import Fault
from validator.frozen import BrokenSet, ContractSet, decode, encode
from validator.resolve import Wanted

LAST_GOOD: Final = "contracts.json"


def keep(contracts: ContractSet, folder: Path) -> Path:
    """Write the last good copy, in one step; Fault where the folder takes none."""
    path = folder / LAST_GOOD
    fresh = path.with_suffix(".new")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(encode(contracts))
        fresh.replace(path)
    except OSError as error:
        raise Fault(
            f"the last good copy cannot be written to {path}: {error.strerror}; name a folder that can by --state"
        ) from None
    return path


def last_good(folder: Path, wanted: Wanted, why: RegistryFault, registry: str) -> ContractSet:
    """The last good copy; Fault where there is none, it is broken, or it answers another call than this one."""
    path = folder / LAST_GOOD
    try:
        kept = decode(path.read_bytes())
    except FileNotFoundError:
        raise Fault(f"{why}; and there is no last good copy at {path}") from None
    except OSError as error:
        raise Fault(f"{why}; and the last good copy at {path} cannot be read: {error.strerror}") from None
    except BrokenSet as broken:
        raise Fault(f"{why}; and the last good copy at {path} cannot be used: {broken}") from None
    if kept.registry.rstrip("/") != registry.rstrip("/"):
        raise Fault(f"{why}; and the last good copy at {path} came from {kept.registry}, not from this registry")
    if kept.asked != wanted.flags:
        raise Fault(
            f"{why}; and the last good copy at {path} was made for {_said(kept.asked)}, not for {_said(wanted.flags)}; "
            "it serves the same flags only"
        )
    return kept


def _said(flags: str) -> str:
    return flags or "all contracts"
