"""Files in a bucket of S3 or of what speaks like it. The one door to boto3."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast

from caddy.config import Settings
from caddy.domain.errors import CaddyError
from caddy.storage.names import checked, is_name

PREFIX = "files/"
CHUNK = 256 * 1024
MISSING = frozenset({"404", "NoSuchKey", "NotFound"})
Answer = TypeVar("Answer")


class StorageAway(CaddyError):
    """The files cannot be reached just now, or what came back is not what was stored."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            "storage_away", "The files cannot be reached just now. Try again in a minute."
        )


class Bucket:
    """A bucket in which each file is an object, `files/` and its checksum.

    The store puts an object there whole or not at all, so that the same file from two at
    once is one file. What comes back is compared with its checksum before it is used.
    """

    def __init__(self, client: Any, name: str) -> None:
        self.client = client
        self.name = name

    def _asked(self, ask: Callable[[], Answer]) -> Answer:
        """Ask the store; say FileNotFoundError or StorageAway for its own errors."""
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return ask()
        except ClientError as error:
            if str(error.response.get("Error", {}).get("Code")) in MISSING:
                raise FileNotFoundError("this file is not in the bucket") from error
            raise StorageAway from error
        except (BotoCoreError, Boto3Error) as error:
            raise StorageAway from error

    def put(self, complete: Path, sha256: str) -> None:
        key = PREFIX + checked(sha256)
        self._asked(lambda: self.client.upload_file(str(complete), self.name, key))

    def open(self, sha256: str) -> BinaryIO:
        """Return a file as a temporary one of this machine, which is gone when it is closed."""
        key = PREFIX + checked(sha256)
        local = cast("BinaryIO", tempfile.TemporaryFile(prefix="caddy-file-"))  # noqa: SIM115 - the caller closes it
        digest = hashlib.sha256()
        try:
            self._asked(lambda: self.client.download_fileobj(self.name, key, local))
            local.seek(0)
            while chunk := local.read(CHUNK):
                digest.update(chunk)
            if digest.hexdigest() != sha256:
                raise StorageAway
            local.seek(0)
        except BaseException:
            local.close()
            raise
        return local

    def is_there(self, sha256: str) -> bool:
        return self.stored_at(sha256) is not None

    def stored_at(self, sha256: str) -> datetime | None:
        key = PREFIX + checked(sha256)
        try:
            head = self._asked(lambda: self.client.head_object(Bucket=self.name, Key=key))
        except FileNotFoundError:
            return None
        return cast("datetime", head["LastModified"]).astimezone(UTC)

    def names(self) -> Iterator[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.name, Prefix=PREFIX
        )
        rounds = iter(pages)
        while (page := self._asked(lambda: next(rounds, None))) is not None:
            names = (str(one["Key"]).removeprefix(PREFIX) for one in page.get("Contents", []))
            yield from (name for name in names if is_name(name))

    def remove(self, sha256: str) -> None:
        key = PREFIX + checked(sha256)
        self._asked(lambda: self.client.delete_object(Bucket=self.name, Key=key))


def bucket_of(settings: Settings) -> Bucket:
    """Return the bucket of an installation; each process has connections of its own."""
    return _bucket(settings, os.getpid())


@lru_cache(maxsize=2)
def _bucket(settings: Settings, _process: int) -> Bucket:
    import boto3
    from botocore.config import Config

    key, secret = (
        one.get_secret_value() or None for one in (settings.s3_access_key, settings.s3_secret_key)
    )
    client = boto3.client(
        "s3",
        endpoint_url=settings.s3_endpoint or None,
        region_name=settings.s3_region,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=Config(
            connect_timeout=5,
            read_timeout=60,
            retries={"max_attempts": 3, "mode": "standard"},
            # Stores that only speak like S3 may not know its newer checksums.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )
    return Bucket(client, settings.s3_bucket)
