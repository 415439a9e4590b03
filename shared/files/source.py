"""Opens what a reader is given: the bytes of a file, or the path of one."""

import io
from pathlib import Path
from typing import BinaryIO

Source = bytes | Path

HEAD_BYTES = 256 * 1024


def open_source(source: Source) -> BinaryIO:
    """A fresh binary stream at the start of the source; the caller closes it."""
    return io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")


def source_bytes(source: Source) -> int:
    """The size of the source in bytes."""
    return len(source) if isinstance(source, bytes) else source.stat().st_size


def read_head(source: Source, count: int = HEAD_BYTES) -> bytes:
    """The first `count` bytes."""
    if isinstance(source, bytes):
        return source[:count]
    with source.open("rb") as stream:
        return stream.read(count)
