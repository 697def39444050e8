from pathlib import Path

import pytest

from alerting.store.database import Database
from sluice.terminal import Fault
from tests.unit.alerting.store_suite import OpenDatabase, StoreSuite

pytestmark = pytest.mark.thorough


@pytest.fixture
def database(tmp_path: Path) -> OpenDatabase:
    return lambda: Database(f"sqlite:///{tmp_path / 'alerts' / 'alerting.sqlite'}")


class TestSqlite(StoreSuite):
    pass


def test_a_database_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "alerting.sqlite").write_bytes(b"this is no database, and long enough to be seen as none" * 20)
    with pytest.raises(Fault, match=r"the alerts' database sqlite:///.* fails"):
        Database(f"sqlite:///{tmp_path / 'alerting.sqlite'}")
