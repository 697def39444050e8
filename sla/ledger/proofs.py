"""Which offsets hold no record: told once by a committed read of Kafka, and remembered for good.

What was proven is a fact about the topic, whichever contract it belongs to, and outlives the records in Kafka.
"""

import hashlib
from typing import Final
from urllib.parse import quote

from connections.storage import Storage
from sluice.ledger.balance import Partition
from sluice.ledger.offsets import Offsets

PROOFS: Final = "state/ledger/"


def folder(partition: Partition) -> str:
    """Where those of a partition are."""
    return f"{PROOFS}{quote(partition.topic, safe='')}/{partition.number}/"


def recall(storage: Storage, partition: Partition) -> Offsets:
    """All that was ever proven empty of a partition."""
    found = Offsets()
    for entry in storage.list(folder(partition)):
        found |= Offsets.of_text(storage.get(entry.path)[0].decode())
    return found


def remember(storage: Storage, partition: Partition, proven: Offsets) -> None:
    """Keep what was proven just now; twice is as good as once."""
    if proven:
        text = proven.text()
        named = f"{proven.lowest:020d}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
        storage.put_new(folder(partition) + named, text.encode())
