"""The catalogue of the published tables, as the settings name it."""

from collections.abc import Mapping
from typing import Final

from pyiceberg.catalog import Catalog, load_catalog
from sqlalchemy.exc import DatabaseError

from connections.settings import Lake
from sla.publishing.warehouse import Published, warehouse_faults
from sla.settings import Sla
from sluice.terminal import Fault

TRIES: Final = 10
PLAIN_POSTGRES: Final = "postgresql://"
POSTGRES: Final = "postgresql+psycopg://"
THERE_BY_NOW: Final = "already exists"  # SQLite and PostgreSQL both say so


def published(lake: Lake, sla: Sla, contract: str, described: str) -> Published:
    """The published table of an object, in the catalogue of the settings."""
    secret = sla.catalog_url
    if secret is None:
        sla.catalog_file.parent.mkdir(parents=True, exist_ok=True)
    uri = secret.get_secret_value() if secret else f"sqlite:///{sla.catalog_file.absolute()}"
    with warehouse_faults(contract):
        catalog = _catalog(_properties(lake, sla, uri))
    return Published(catalog, sla.namespace, contract, described)


def _catalog(properties: Mapping[str, str]) -> Catalog:
    """The catalogue; its first runs may both make its tables, and who was second tries again."""
    for _ in range(TRIES):
        try:
            return load_catalog("sluice", **properties)
        except DatabaseError as error:
            if THERE_BY_NOW not in str(error.orig):
                raise
    raise Fault("the tables of the catalogue cannot be made: they are there, and they are not")


def _properties(lake: Lake, sla: Sla, uri: str) -> dict[str, str]:
    keys = {
        "s3.access-key-id": lake.access_key,
        "s3.secret-access-key": lake.secret_key,
        "credential": sla.catalog_credential,
    }
    if uri.startswith(PLAIN_POSTGRES):  # SQLAlchemy would look for psycopg2, which is not installed
        uri = f"{POSTGRES}{uri.removeprefix(PLAIN_POSTGRES)}"
    return {
        "type": "rest" if uri.startswith(("http://", "https://")) else "sql",
        "uri": uri,
        "warehouse": sla.catalog_warehouse or f"{lake.root}/warehouse",
        "s3.region": lake.region,
        **({"s3.endpoint": lake.endpoint} if lake.endpoint else {}),
        **{name: key.get_secret_value() for name, key in keys.items() if key},
    }
