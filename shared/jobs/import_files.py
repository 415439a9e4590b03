"""Files that were sent: what is known of one before anybody looks inside, and how its bytes are kept."""

import asyncio
import gzip
import hashlib
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.core.ids import new_id
from shared.db.engine import Database
from shared.db.platform import ImportFileChunkRow, ImportFileRow
from shared.files.problems import FileProblem

HEAD_BYTES = 256 * 1024
PIECE_BYTES = 4 * 1024 * 1024
GZIP_MARK = b"\x1f\x8b"
IN_MEMORY_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file that lies on disk: what is known of it before anybody looks inside."""

    stream: BinaryIO
    name: str
    sha256: bytes
    size_bytes: int
    lines: int
    head: bytes = field(repr=False)

    @property
    def is_text(self) -> bool:
        return not self.head.startswith(b"PK")


def inspect_upload(stream: BinaryIO, name: str) -> Upload:
    """Hash, size and number of lines of a stream, in one pass; blocks, so call it in a thread."""
    stream.seek(0)
    digest, size, lines, head = hashlib.sha256(), 0, 0, b""
    while piece := stream.read(1024 * 1024):
        head = head or piece[:HEAD_BYTES]
        digest.update(piece)
        size += len(piece)
        lines += piece.count(b"\n")
    return Upload(stream, name, digest.digest(), size, lines, head)


def unpacked(stream: BinaryIO, name: str, most_bytes: int, room: BinaryIO) -> tuple[BinaryIO, str]:
    """The stream and its name, unpacked into `room` where it is gzip, as Amazon's reporting APIs give reports.

    Blocks. FileProblem where it unpacks to more than `most_bytes`, or ends before it should.
    """
    stream.seek(0)
    if stream.read(len(GZIP_MARK)) != GZIP_MARK:
        return stream, name
    stream.seek(0)
    size = 0
    try:
        with gzip.GzipFile(fileobj=stream, mode="rb") as packed:
            while piece := packed.read(IN_MEMORY_BYTES):
                size += len(piece)
                if size > most_bytes:
                    most = most_bytes // 1_000_000
                    raise FileProblem("too_large", f"Unpacked, a file may have {most} MB; send it in parts.")
                room.write(piece)
    except (gzip.BadGzipFile, EOFError, zlib.error) as damage:
        raise FileProblem("damaged_gzip", "The file is gzip, but damaged or not whole.") from damage
    return room, name[:-3] if name.lower().endswith(".gz") else name


async def store_file(session: AsyncSession, tenant_id: UUID, upload: Upload, now: datetime) -> UUID:
    """The id under which this content is kept, stored in pieces when it is new to the tenant."""
    file_id: UUID | None = await session.scalar(
        upsert(ImportFileRow)
        .values(tenant_id=tenant_id, id=new_id(), sha256=upload.sha256, size_bytes=upload.size_bytes, created_at=now)
        .on_conflict_do_nothing(index_elements=["tenant_id", "sha256"])
        .returning(ImportFileRow.id)
    )
    if file_id is None:
        known = await session.scalars(
            select(ImportFileRow.id).where(ImportFileRow.tenant_id == tenant_id, ImportFileRow.sha256 == upload.sha256)
        )
        return known.one()
    await asyncio.to_thread(upload.stream.seek, 0)
    position = 0
    while piece := await asyncio.to_thread(upload.stream.read, PIECE_BYTES):
        await session.execute(
            insert(ImportFileChunkRow).values(tenant_id=tenant_id, file_id=file_id, position=position, content=piece)
        )
        position += 1
    return file_id


async def read_pieces(database: Database, tenant_id: UUID, file_id: UUID) -> AsyncIterator[bytes]:
    """The bytes of a kept file, piece by piece, each in a short transaction of its own."""
    position = 0
    while True:
        async with database.reader(tenant_id) as connection:
            piece: bytes | None = await connection.fetchval(
                "SELECT content FROM platform.import_file_chunk"
                " WHERE tenant_id = $1 AND file_id = $2 AND position = $3",
                tenant_id,
                file_id,
                position,
            )
        if piece is None:
            return
        yield piece
        position += 1
