"""The key of this installation that tells masked segments apart: made at first use, kept, and never told."""

from secrets import token_hex

from sqlalchemy import Connection, insert, select

from alerting.store.tables import MARK_KEY

_ONLY = 1


def mark_key(connection: Connection) -> bytes:
    """The key that is kept here, made where there is none; within ``Database.alone``, so that there is one."""
    found: str | None = connection.execute(select(MARK_KEY.c.value)).scalar()
    if found is None:
        found = token_hex(32)
        connection.execute(insert(MARK_KEY).values(id=_ONLY, value=found))
    return bytes.fromhex(found)
