from collections.abc import Iterator

import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine, make_url, text

from alerting.store.database import Database
from sluice.terminal import Fault
from tests.integration.postgres import postgres
from tests.unit.alerting.store_suite import OpenDatabase, StoreSuite

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture
def database(server: str) -> OpenDatabase:
    url = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    address = url.set(password=None).render_as_string(hide_password=False)
    return lambda: Database(address, SecretStr(url.password or ""))


class TestPostgres(StoreSuite):
    pass


def test_a_wrong_password_is_one_sentence_without_it(server: str) -> None:
    address = make_url(server).set(drivername="postgresql+psycopg", password=None).render_as_string()
    with pytest.raises(Fault) as fault:
        Database(address, SecretStr("open-sesame"))
    assert "password authentication failed" in str(fault.value)
    assert "open-sesame" not in str(fault.value)
