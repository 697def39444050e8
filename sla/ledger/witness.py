"""What Kafka tells the ledger: how much is due, and which gaps hold no record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from connections.storage import Storage
from sla.ledger import proofs
from sla.ledger.books import Accounts
from sla.ledger.log import Log
from sla.ledger.memory import Mark, name
from sluice.ledger.account import Reach, learned, to_ask
from sluice.ledger.balance import Partition
from sluice.ledger.offsets import Offsets

LOOKED_AT_MOST: Final = 1_000_000  # records of one partition in one run: more are looked at by the next

Offset = Mapping[Partition, int]
Reaches = Mapping[Partition, Reach]


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """The consumer groups of the landing job and of the validation job: what they were told is the bound."""

    landing: str = "sluice.land"
    judging: str = "sluice.validate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What groups had committed, and how far partitions reached, before any file was listed."""

    landing: Offset = field(default_factory=dict)
    judging: Offset = field(default_factory=dict)
    known: Reaches = field(default_factory=dict)


def told(log: Log, groups: Groups, outputs: Sequence[str], raw: str) -> Told:
    """Ask before the files are listed: what a group was told of is in a file by then."""
    return Told(
        landing=log.told(groups.landing, outputs),
        judging=log.told(groups.judging, [raw]),
        known=log.reach([raw, *outputs]),
    )


def due_of_outputs(landed: Accounts, landing: Offset, reach: Reaches) -> dict[Partition, int]:
    """Below which offset each output partition has to be in bronze.

    What the landing group was told; where there is no such group, and somebody lands all the same, all there is.
    """
    if landing:
        return {at: landing.get(at, account.start) for at, account in landed.items()}
    lands = {at.topic for at, account in landed.items() if account.settled}
    ends = {at: reach[at].stable if at in reach else account.start for at, account in landed.items()}
    return {at: ends[at] if at.topic in lands else account.start for at, account in landed.items()}


def moment(judged: Accounts, judging: Offset, reach: Reaches, raw: str) -> Mark:
    """Now: the raw offsets below which all has come out, and how far the outputs reach with it.

    Beside what the group was told, what was seen tells: records of a raw partition come out in their order.
    """
    places = {*judging, *judged}
    return Mark(
        raw={name(at): max(judging.get(at, 0), _end(judged, at)) for at in sorted(places)},
        ends={name(at): each.high for at, each in sorted(reach.items()) if at.topic != raw},
    )


def passed(mark: Mark, landed: Accounts, due: Offset, reach: Reaches, log: Log) -> bool:
    """Whether all that the outputs held at that moment has landed: nothing between the landing and their ends."""
    asked: dict[Partition, Offsets] = {}
    for at, each in reach.items():
        end = mark.ends.get(name(at))
        if end is None:
            continue
        position = max(due.get(at, 0), _end(landed, at), each.first)
        if each.stable < min(end, each.high):
            return False  # a transaction is open there
        if left := Offsets.between(position, min(end, each.stable)):
            asked[at] = left
    return not asked or not any(each.held for each in log.look(asked, 1).values())


def prove(accounts: Accounts, due: Offset, reach: Reaches, log: Log, storage: Storage) -> None:
    """Ask for the open offsets that are due, and keep what was told for good.

    A reader of what has expired begins at the oldest record that is left, and so meets none: of what Kafka no longer
    holds once it was looked at, nothing is proven.
    """
    asked = {
        at: open_
        for at, account in accounts.items()
        if at in reach and (open_ := to_ask(account, due.get(at, account.start), reach[at]))
    }
    if not asked:
        return
    found = log.look(asked, LOOKED_AT_MOST)
    still = log.reach(sorted({at.topic for at in asked}))
    for at, each in found.items():
        oldest = still[at].first if at in still else each.at.highest + 1 if each.at else 0
        looked = replace(each, at=each.at - Offsets.between(0, oldest))
        proofs.remember(storage, at, looked.empty)
        accounts[at] = learned(accounts[at], looked)


def _end(accounts: Accounts, at: Partition) -> int:
    return accounts[at].settled.highest + 1 if at in accounts and accounts[at].settled else 0
