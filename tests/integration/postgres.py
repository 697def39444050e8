"""A real PostgreSQL of a test's own: a fresh cluster on a free port of the loopback, deleted at the end.

with postgres() as url:
    ...  # postgresql://sluice:PASSWORD@127.0.0.1:PORT/sluice
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local_stack.ports import LOOPBACK, free_port
from local_stack.processes import Command
from tests.integration.debian import program
from tests.integration.served import served

DEBIANS = Path("/usr/lib/postgresql")
USER = "sluice"
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root


@contextmanager
def postgres() -> Iterator[str]:
    """Its URL with user, password and an empty database; nothing of it survives, so nothing is flushed to disk."""
    home = Path(tempfile.mkdtemp(prefix="sluice-postgres-"))
    try:
        password = secrets.token_urlsafe(18)
        (home / "password").write_text(password)
        if os.geteuid() == 0:
            for path in (home, home / "password"):
                shutil.chown(path, UNPRIVILEGED)
        _made(home)
        port = free_port()
        with served("postgres", _command(home, port), lambda: _answers(port)) as running:
            url = f"postgresql://{USER}:{password}@{LOOPBACK}:{port}"
            create = f'CREATE DATABASE "{USER}"'
            subprocess.run([_program("psql"), "-qc", create, f"{url}/postgres"], check=True, timeout=30)
            yield f"{url}/{USER}"
            os.kill(running.pid, signal.SIGINT)  # by SIGTERM it would wait for clients that forgot to leave
    finally:
        shutil.rmtree(home)


def _made(home: Path) -> None:
    options = ("-D", home / "data", "-U", USER, "--pwfile", home / "password", "-A", "scram-sha-256", "-E", "UTF8")
    told = subprocess.run(
        [*_unprivileged(), _program("initdb"), *options, "--no-locale", "--no-sync"],
        cwd=home,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert told.returncode == 0, f"initdb failed: {told.stderr}"


def _command(home: Path, port: int) -> Command:
    settings = {"listen_addresses": LOOPBACK, "port": port, "unix_socket_directories": "", "fsync": "off"}
    return Command(
        arguments=(
            *_unprivileged(),
            _program("postgres"),
            *("-D", home / "data"),
            *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
        ),
        environment={},
        folder=home,
    )


def _answers(port: int) -> bool:
    told = subprocess.run([_program("pg_isready"), "-q", "-h", LOOPBACK, "-p", str(port)], timeout=15, check=False)
    return told.returncode == 0


def _unprivileged() -> tuple[str, ...]:
    """What makes the rest of a command another user's where we are root; it becomes that command, so the pid stays."""
    if os.geteuid() != 0:
        return ()
    other = pwd.getpwnam(UNPRIVILEGED)
    return (
        str(program("setpriv", "util-linux")),
        f"--reuid={other.pw_uid}",
        f"--regid={other.pw_gid}",
        "--clear-groups",
    )


def _program(name: str) -> Path:
    return program(name, "postgresql", *sorted(DEBIANS.glob("*/bin")))
