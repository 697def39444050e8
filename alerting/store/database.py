"""The database: opened, brought up to the newest tables, and written by one settling run at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError

from sluice.terminal import Fault

LOCK: Final = 5_177_041_903  # any number that nobody else locks in this database
BUSY_SECONDS: Final = 30


class Database:
    """A context manager; what the database refuses is a Fault without the address's password."""

    def __init__(self, address: str, password: SecretStr | None = None) -> None:
        url = make_url(address)
        self.name = url.render_as_string(hide_password=True)
        if password is not None:
            url = url.set(password=password.get_secret_value())
        self._sqlite = url.get_backend_name() == "sqlite"
        if self._sqlite and url.database:
            _make_folder(Path(url.database).parent)
        self._engine = _engine(url.render_as_string(hide_password=False), sqlite=self._sqlite)
        self._migrate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A short transaction; committed unless something raises."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise Fault(f"the alerts' database {self.name} fails: {_why(error)}") from None

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """A transaction that no other ``alone`` runs beside: what is read in it is still so when it is written."""
        with self.transaction() as connection:
            if not self._sqlite:  # SQLite's begin takes the only writer's place already
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            yield connection

    def _migrate(self) -> None:
        with self.alone() as connection:
            config = Config()
            config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations"))
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise Fault(f"the alerts' database {self.name} was made by a newer Sluice: {error}") from None


def _engine(address: str, *, sqlite: bool) -> Engine:
    if not sqlite:
        return create_engine(address, pool_pre_ping=True, connect_args={"connect_timeout": BUSY_SECONDS})
    engine = create_engine(address, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _ours(connection: Any, record: object) -> None:
        del record
        connection.isolation_level = None  # we begin ourselves, as writers: two readers that turn writers would fail
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Fault(f"{folder} cannot be made for the alerts' database: {error.strerror}") from None


def _why(error: DBAPIError) -> str:
    """The first line of the driver's own words: it names no password."""
    return str(error.orig).splitlines()[0][:300] if error.orig else type(error).__name__
