"""Settings of the scheduled job."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field, SecretStr

from connections.settings import Lake, Section, Settings


class Sla(Section):
    """How landings are staged, judged and published."""

    contracts: Path = Path("contracts")
    grace: timedelta = timedelta(hours=1)  # how much longer than its allowed lateness a period waits for a partition
    ledger: bool = True  # whether publishing asks Kafka that nothing is missing
    batch_bytes: int = Field(default=128 << 20, ge=1 << 20)  # of bronze files staged together: ten times as much memory
    catalog_url: SecretStr | None = None  # of the Iceberg catalogue: SQLAlchemy's or http(s); it may hold a password
    catalog_url_file: Path | None = None
    catalog_warehouse: str = ""  # as a REST catalogue knows it; without one <lake>/warehouse
    catalog_credential: SecretStr | None = None  # of a REST catalogue: id:secret
    catalog_credential_file: Path | None = None
    catalog_file: Path = Path(".sluice/catalog.db")  # SQLite, where no address is given
    namespace: str = Field(default="sluice", pattern=r"^[a-z][a-z0-9_]*$")
    orphans_after: timedelta = timedelta(days=1)  # what a writer left unended for so long, retention takes
    snapshots_kept: timedelta = timedelta(days=30)  # of the published table, for reading as of then
    findings_kept: timedelta = timedelta(days=90)  # of runs, for whoever delivers them later
    metrics_file: Path | None = None  # for node_exporter's textfile collector; its name ends in .prom


class SlaSettings(Settings):
    """All that ``sluice sla`` needs."""

    lake: Lake = Field(default_factory=dict, validate_default=True)
    sla: Sla = Field(default_factory=Sla)
