"""Files on object storage or a folder: listed, read, created once, swapped when nobody else did."""

from connections.settings import Lake
from connections.storage.folder import FolderStorage
from connections.storage.model import Entry, Leftover, Storage, StorageMissing

__all__ = ["Entry", "Leftover", "Storage", "StorageMissing", "storage_of"]


def storage_of(lake: Lake) -> Storage:
    """The storage that the settings name; Fault where its client is not installed."""
    if lake.folder is not None:
        return FolderStorage(lake.folder)
    from connections.storage.s3 import S3Storage  # noqa: PLC0415 - boto3 is of an extra; a folder needs none

    return S3Storage.of(lake)
