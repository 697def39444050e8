"""The published table of one object: Apache Iceberg, one partition a period, files added and removed as a whole.

What a period holds changes in one commit of the table, so a reader sees all of it or nothing (Iceberg spec,
"Optimistic Concurrency"). Files that are there are never added twice: whoever loses a race looks again what is there,
which is why the client's own retries, which would add the same files to the winner's, are switched off.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeVar

import pyarrow as pa
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import (
    CommitFailedException,
    NamespaceAlreadyExistsError,
    NoSuchTableError,
    RESTError,
    TableAlreadyExistsError,
    ValidationError,
    ValidationException,
)
from pyiceberg.expressions import EqualTo
from pyiceberg.table import Table, TableProperties
from pyiceberg.transforms import IdentityTransform
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from sluice.contract.table import table_name
from sluice.terminal import Fault

PARTITION: Final = "_period"
OWNING_CONTRACT: Final = "sluice.contract"
OWNING_OBJECT: Final = "sluice.object"
TRIES: Final = 10
WHY_MAX: Final = 300
OURS_TO_RETRY: Final = {TableProperties.COMMIT_NUM_RETRIES: "0"}
LOST: Final = (CommitFailedException, ValidationException, TableAlreadyExistsError)
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A state of the table that can still be read; ``at`` is when it was committed (UTC)."""

    id: int
    at: datetime


class Untakeable(Exception):  # noqa: N818 - an answer about files, after which a period is held
    """The table cannot hold rows of this shape beside those that it has; the message says which column, and why."""


class Published:
    """The table of one object of one contract; Fault for whatever is asked of one that is another object's."""

    def __init__(self, catalog: Catalog, namespace: str, contract: str, described: str) -> None:
        self._catalog = catalog
        self._owner = {OWNING_CONTRACT: contract, OWNING_OBJECT: described}
        self.identifier = (namespace, table_name(contract, described))

    @property
    def name(self) -> str:
        """As catalogues write it."""
        return ".".join(self.identifier)

    def table(self) -> Table | None:
        """The table as it is now, None before the first promotion."""
        with warehouse_faults(self.name):
            try:
                return self._owned(self._catalog.load_table(self.identifier))
            except NoSuchTableError:
                return None

    def files(self, period: str) -> frozenset[str]:
        """The addresses of the files that the table holds of a period."""
        table = self.table()
        return _files(table, period) if table is not None else frozenset()

    def add(self, period: str, uris: Iterable[str], schema: pa.Schema, properties: Mapping[str, str]) -> int | None:
        """Add a period's files in one commit, those apart that are there; the snapshot that has them.

        Where all were there it is the one that says the same of itself; None where none does. Untakeable where a
        type changed in a way that Iceberg has not ("Schema Evolution"): nothing is committed then.
        """
        wanted = frozenset(uris)

        def once(table: Table) -> int | None:
            missing = sorted(wanted - _files(table, period))
            if not missing:
                return _saying(table, properties)
            with table.transaction() as change, _fitting():
                with change.update_schema() as columns:
                    columns.union_by_name(schema)
                change.add_files(missing, snapshot_properties=dict(properties), check_duplicate_files=False)
            return _snapshot(table)

        return self._committed(once, schema)

    def remove(self, period: str, properties: Mapping[str, str]) -> int | None:
        """Take a period out in one commit, and no other; the snapshot, as for ``add`` where nothing of it was there."""

        def once(table: Table) -> int | None:
            if not _files(table, period):
                return _saying(table, properties)
            table.delete(_of(period), snapshot_properties=dict(properties))
            return _snapshot(table)

        return self._committed(once, None) if self.table() is not None else None

    def periods(self) -> frozenset[str]:
        """The periods that the table holds rows of."""
        table = self.table()
        with warehouse_faults(self.name):
            tasks = table.scan().plan_files() if table is not None else ()
            return frozenset(str(task.file.partition[0]) for task in tasks)

    def snapshots(self, before: datetime) -> tuple[Snapshot, ...]:
        """Those made before an instant that no branch or tag names, the oldest first."""
        table = self.table()
        if table is None:
            return ()
        named = {ref.snapshot_id for ref in table.metadata.refs.values()}
        found = (each for each in table.metadata.snapshots if each.snapshot_id not in named)
        told = (
            Snapshot(id=each.snapshot_id, at=datetime.fromtimestamp(each.timestamp_ms / 1000, UTC)) for each in found
        )
        return tuple(sorted((each for each in told if each.at < before), key=lambda each: each.at))

    def expire(self, snapshots: Iterable[Snapshot]) -> int:
        """Forget snapshots: nobody reads the table as of them any more. How many were there to be forgotten."""
        wanted = {each.id for each in snapshots}

        def once(table: Table) -> int:
            there = sorted(wanted & {each.snapshot_id for each in table.metadata.snapshots})
            if there:
                table.maintenance.expire_snapshots().by_ids(there).commit()
            return len(there)

        return self._committed(once, None) if wanted else 0

    def _committed(self, once: Callable[[Table], Made], schema: pa.Schema | None) -> Made:
        """Try on the newest table until nobody else committed in between."""
        with warehouse_faults(self.name):
            for _ in range(TRIES):
                try:
                    return once(self._table_for(schema))
                except LOST:
                    continue
        raise Fault(f"the table {self.name} changes under our hands: {TRIES} commits were refused")

    def _table_for(self, schema: pa.Schema | None) -> Table:
        if schema is not None:
            self._create(schema)
        table = self._owned(self._catalog.load_table(self.identifier))
        ours = {**OURS_TO_RETRY, **self._owner}
        if any(table.properties.get(name) != value for name, value in ours.items()):
            with table.transaction() as change:  # before anything else: a commit goes by what the table had before it
                change.set_properties(ours)
        return table

    def _owned(self, table: Table) -> Table:
        """The table, if it is ours; one that says nothing is: it was made before tables said so, or for us by hand."""
        theirs = {name: table.properties.get(name, ours) for name, ours in self._owner.items()}
        if theirs != self._owner:
            raise Fault(
                f"the table {self.name} is that of object '{theirs[OWNING_OBJECT]}' of contract"
                f" '{theirs[OWNING_CONTRACT]}', and object '{self._owner[OWNING_OBJECT]}' of contract"
                f" '{self._owner[OWNING_CONTRACT]}' would come to the same name; rename the object, or give each estate"
                " a namespace of its own (sla.namespace)"
            )
        return table

    def _create(self, schema: pa.Schema) -> None:
        if self._catalog.table_exists(self.identifier):
            return
        with suppress(NamespaceAlreadyExistsError, IntegrityError):  # the latter where two runs are the first
            self._catalog.create_namespace(self.identifier[0])
        with (
            self._catalog.create_table_transaction(
                self.identifier, schema=schema, properties={**OURS_TO_RETRY, **self._owner}
            ) as made,
            made.update_spec() as spec,
        ):
            spec.add_field(PARTITION, IdentityTransform(), PARTITION)


def _files(table: Table, period: str) -> frozenset[str]:
    return frozenset(task.file.file_path for task in table.scan(row_filter=_of(period)).plan_files())


def _of(period: str) -> EqualTo:
    # mypy knows the fields of the model alone, and not its constructor.
    return EqualTo(PARTITION, period)  # type: ignore[call-arg, arg-type]


def _snapshot(table: Table) -> int | None:
    snapshot = table.current_snapshot()
    return snapshot.snapshot_id if snapshot else None


def _saying(table: Table, properties: Mapping[str, str]) -> int | None:
    """The newest snapshot whose summary says all of this."""
    if not properties:
        return None
    for snapshot in sorted(table.metadata.snapshots, key=lambda each: each.timestamp_ms, reverse=True):
        told = snapshot.summary
        if told is not None and all(told[name] == value for name, value in properties.items()):
            return snapshot.snapshot_id
    return None


@contextmanager
def _fitting() -> Iterator[None]:
    """What pyiceberg says of columns that do not go together, as Untakeable."""
    try:
        yield
    except (ValidationError, ValueError, TypeError) as why:
        raise Untakeable(" ".join(str(why).split())[:WHY_MAX]) from None


@contextmanager
def warehouse_faults(name: str) -> Iterator[None]:
    """What catalogue and storage refuse, as a Fault that shows no address and no secret."""
    try:
        yield
    except (OSError, ConnectionError, SQLAlchemyError, RESTError) as error:
        raise Fault(f"the warehouse of {name} does not answer: {type(error).__name__}") from None
