"""S3-compatible storage by boto3: conditional writes where others may write too."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from connections.settings import Lake
from connections.storage.folder import HIDDEN
from connections.storage.model import Entry, Leftover, StorageMissing
from sluice.terminal import Fault

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

ATTEMPTS: Final = 5
CONNECT_SECONDS: Final = 5
READ_SECONDS: Final = 60
NOT_FOUND: Final = frozenset({"NoSuchKey", "NoSuchUpload"})  # a bare 404 is no storage's word for an object
LOST: Final = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
REFUSED: Final = {
    "InvalidAccessKeyId": "does not know the access key",
    "SignatureDoesNotMatch": "refuses the secret key",
    "AccessDenied": "does not let us",
    "NoSuchBucket": "has no such bucket",
}


class S3Storage:
    """Objects below ``s3://bucket/prefix``."""

    def __init__(self, client: "S3Client", bucket: str, prefix: str = "") -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self.root = f"s3://{bucket}/{self._prefix}".rstrip("/")

    @classmethod
    def of(cls, lake: Lake) -> "S3Storage":
        """The storage of the settings; nothing is asked of it yet."""
        bucket, _, prefix = lake.root.removeprefix("s3://").partition("/")
        return cls(client_of(lake), bucket, prefix)

    def list(self, prefix: str) -> Iterator[Entry]:
        """Page by page; what a writer has not completed does not show."""
        with self._faults(prefix):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix + prefix
            )
            for page in pages:
                for found in page.get("Contents", ()):
                    path = found["Key"].removeprefix(self._prefix)
                    if not path.rpartition("/")[2].startswith(HIDDEN) and not path.endswith("/"):
                        yield Entry(
                            path=path, size=found["Size"], version=found["ETag"], modified=found["LastModified"]
                        )

    def get(self, path: str) -> tuple[bytes, str]:
        """The whole object; its ETag is the version."""
        with self._faults(path):
            found = self._client.get_object(Bucket=self._bucket, Key=self._prefix + path)
            if "ETag" not in found:  # every object of S3 has one
                raise Fault(f"what answers for {self.root} is no S3 storage; lake.endpoint is the address of its API")
            return found["Body"].read(), found["ETag"]

    def put_new(self, path: str, data: bytes) -> bool:
        """PUT with ``If-None-Match: *``.

        A retry whose first try was written after all reads as "exists": the caller's bytes are there, or another's.
        """
        return self._put(path, data, {"IfNoneMatch": "*"})

    def swap(self, path: str, data: bytes, version: str) -> bool:
        """PUT with ``If-Match``."""
        return self._put(path, data, {"IfMatch": version})

    def delete(self, path: str) -> None:
        """DELETE, which succeeds where there is none."""
        with self._faults(path):
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + path)

    def leftovers(self, prefix: str, before: datetime) -> Iterator[Leftover]:
        """Multipart uploads that nobody has completed: a killed writer's parts are kept, and paid for, for good."""
        with self._faults(prefix):
            pages = self._client.get_paginator("list_multipart_uploads").paginate(
                Bucket=self._bucket, Prefix=self._prefix + prefix
            )
            for page in pages:
                for found in page.get("Uploads", ()):
                    if found["Initiated"] < before:
                        path = found["Key"].removeprefix(self._prefix)
                        yield Leftover(path=path, started=found["Initiated"], upload=found["UploadId"])

    def discard(self, leftover: Leftover) -> None:
        """Abort the upload; what was completed since has no such upload any more."""
        with suppress(StorageMissing), self._faults(leftover.path):
            self._client.abort_multipart_upload(
                Bucket=self._bucket, Key=self._prefix + leftover.path, UploadId=leftover.upload
            )

    def uri(self, path: str) -> str:
        """``s3://bucket/prefix/path``."""
        return f"{self.root}/{path}"

    def _put(self, path: str, data: bytes, condition: dict[str, Any]) -> bool:
        try:
            with self._faults(path):
                self._client.put_object(Bucket=self._bucket, Key=self._prefix + path, Body=data, **condition)
        except (_LostError, StorageMissing):  # If-Match of what was deleted answers 404
            return False
        return True

    @contextmanager
    def _faults(self, path: str) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in NOT_FOUND:
                raise StorageMissing(path) from None
            if code in LOST:
                raise _LostError from None
            raise Fault(f"the storage at {self.root} {REFUSED.get(code, f'answers {code}')} ({path or '/'})") from None
        except BotoCoreError as error:
            raise Fault(f"the storage at {self.root} does not answer ({type(error).__name__}); is it up?") from None


class _LostError(Exception):
    """The condition of a write did not hold."""


def client_of(lake: Lake) -> "S3Client":
    """A client of the settings; where they hold no key, boto3 looks where AWS's own tools look."""
    keys = (lake.access_key, lake.secret_key)
    access, secret = (key.get_secret_value() if key else None for key in keys)
    return boto3.client(
        "s3",
        endpoint_url=lake.endpoint,
        region_name=lake.region,
        aws_access_key_id=access,
        aws_secret_access_key=secret,
        config=Config(
            retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            s3={"addressing_style": "path" if lake.path_style else "virtual"},
            request_checksum_calculation="when_required",  # servers other than Amazon's do not all know the new ones
            response_checksum_validation="when_required",
        ),
    )
