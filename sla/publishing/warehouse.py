"""The published table of one object: Apache Iceberg, one partition a period, files added and removed as a whole.

What a period holds changes in one commit of the table, so a reader sees all of it or nothing (Iceberg spec,
"Optimistic Concurrency"). Files that are there are never added twice: whoever loses a race looks again what is there,
which is why the client's own retries, which would add the same files to the winner's, are switched off.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
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
from pyiceberg.table import Table, TableProperties
from pyiceberg.transforms import IdentityTransform
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from sla.publishing import tables
from sla.publishing.tables import PARTITION, Snapshot
from sluice.contract.table import table_name
from sluice.terminal import Fault

OWNING_CONTRACT: Final = "sluice.contract"
OWNING_OBJECT: Final = "sluice.object"
TRIES: Final = 10
WHY_MAX: Final = 300
OURS_TO_RETRY: Final = {TableProperties.COMMIT_NUM_RETRIES: "0"}
LOST: Final = (CommitFailedException, ValidationException, TableAlreadyExistsError)
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The files that a table is to hold of a period; ``alone`` where it must hold no other."""

    uris: frozenset[str]
    alone: bool


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
        return frozenset(tables.files(table, period)) if table is not None else frozenset()

    def add(
        self,
        period: str,
        uris: Iterable[str],
        schema: pa.Schema,
        properties: Mapping[str, str],
        still_wanted: Callable[[], None] = lambda: None,
    ) -> int | None:
        """Add a period's files in one commit, those apart that are there; the snapshot that has them.

        Where all were there it is the one that says the same of itself; None where none does. Untakeable where a
        type changed in a way that Iceberg has not ("Schema Evolution"): nothing is committed then. ``still_wanted`` is
        asked with the table in hand, so that no commit comes in between unseen; what it raises stops it.
        """
        wanted = frozenset(uris)

        def once(table: Table) -> int | None:
            missing = sorted(wanted - tables.files(table, period).keys())
            if not missing:
                return tables.saying(table, properties)
            still_wanted()
            try:
                _append(table, missing, schema, properties)
            except FileNotFoundError:
                still_wanted()  # whoever deleted them had a reason, which is told first
                told = f"a typed file of period {period} is gone; `sluice ledger --period {period}` names it"
                raise Fault(f"{self.name} cannot take it: {told}") from None
            return tables.newest(table)

        return self._committed(once, schema)

    def remove(self, period: str, properties: Mapping[str, str]) -> int | None:
        """Take a period out in one commit, and no other; the snapshot, as for ``add`` where nothing of it was there."""

        def once(table: Table) -> int | None:
            if not tables.files(table, period):
                return tables.saying(table, properties)
            table.delete(tables.of(period), snapshot_properties=dict(properties))
            return tables.newest(table)

        return self._committed(once, None) if self.table() is not None else None

    def settle(self, period: str, wanted: Callable[[], Wanted], properties: Mapping[str, str]) -> None:
        """Let the table hold what is wanted, by a commit that is made even where it changes nothing.

        So whoever prepared a commit on the table as it was before has to look again. ``wanted`` is asked with the
        table in hand, as for ``add``. Nothing happens where there is no table yet.
        """

        def once(table: Table) -> None:
            asked = wanted()
            held = tables.files(table, period)
            with table.transaction() as change:
                with change.update_snapshot(snapshot_properties=dict(properties)).overwrite() as gone:
                    for uri, file in held.items():
                        if asked.alone and uri not in asked.uris:
                            gone.delete_data_file(file)
                if missing := sorted(asked.uris - held.keys()):
                    change.add_files(missing, snapshot_properties=dict(properties), check_duplicate_files=False)

        if self.table() is not None:
            self._committed(once, None)

    def periods(self) -> frozenset[str]:
        """The periods that the table holds rows of."""
        table = self.table()
        with warehouse_faults(self.name):
            return tables.periods(table) if table is not None else frozenset()

    def snapshots(self, before: datetime) -> tuple[Snapshot, ...]:
        """Those made before an instant that no branch or tag names, the oldest first."""
        table = self.table()
        return tables.unnamed(table, before) if table is not None else ()

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


def _append(table: Table, uris: list[str], schema: pa.Schema, properties: Mapping[str, str]) -> None:
    """The files may have columns that the contract has no more, and that the table never had."""
    with table.transaction() as change, _fitting():
        for each in (schema, *tables.columns(table, uris)):
            with change.update_schema() as columns:
                columns.union_by_name(each)
        change.add_files(uris, snapshot_properties=dict(properties), check_duplicate_files=False)


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
