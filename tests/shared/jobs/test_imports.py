"""Imports: every good row once, every bad row named, whole chunks or nothing, in bounded memory."""

import asyncio
import io
import os
import resource
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from deploy.roles import DatabaseUrls
from shared.core.clock import utc_now
from shared.db.engine import Database
from shared.db.platform import ImportRow, OperationRow
from shared.jobs import import_run
from shared.jobs.import_files import PIECE_BYTES, inspect_upload, read_pieces
from shared.jobs.imports import FactsMissing, KindMismatch, UnreadableFile, recognise_upload, start_import
from tests.shared.jobs.test_operations import attempt, cancel, ended, has_done, read, worker_process
from tests.support.fake_jobs import REGISTRY, working
from tests.support.tenants import Tenant


def items_file(count: int, *, first: int = 0, header: str = "code,units") -> bytes:
    return f"{header}\n".encode() + b"".join(b"item-%07d,%d\n" % (n, n % 97) for n in range(first, first + count))


async def send(
    database: Database,
    seller: Tenant,
    content: bytes,
    *,
    kind: str = "items",
    validate_only: bool = False,
    parameters: Mapping[str, Any] | None = None,
) -> ImportRow:
    upload = inspect_upload(io.BytesIO(content), "items.csv")
    async with database.session(seller.id) as session:
        row, _ = await start_import(
            session,
            REGISTRY,
            upload,
            tenant_id=seller.id,
            kind=kind,
            parameters=parameters or {},
            validate_only=validate_only,
            created_by=seller.principal_id,
            now=utc_now(),
        )
    return row


async def imported(
    database: Database, seller: Tenant, content: bytes, **options: Any
) -> tuple[ImportRow, OperationRow]:
    """The import and its operation after one undisturbed attempt."""
    row = await send(database, seller, content, **options)
    await attempt(database, seller, row.operation_id)
    return await look(database, seller, row.id), await read(database, seller, row.operation_id)


async def look(database: Database, seller: Tenant, import_id: UUID) -> ImportRow:
    async with database.session(seller.id) as session:
        return await session.get_one(ImportRow, (seller.id, import_id))


async def items(database: Database, seller: Tenant) -> dict[str, int]:
    async with database.session(seller.id) as session:
        rows = await session.execute(
            text("SELECT code, units FROM inventory.fake_item WHERE tenant_id = :t"), {"t": seller.id}
        )
        return {row.code: row.units for row in rows}


async def fetch(database: Database, seller: Tenant, query: str, *values: Any) -> list[Any]:
    async with database.reader(seller.id) as connection:
        return [tuple(row) for row in await connection.fetch(query, *values)]


async def chunks(database: Database, seller: Tenant, import_id: UUID) -> list[tuple[int, int, int]]:
    return await fetch(
        database,
        seller,
        "SELECT position, attempt, rows_applied FROM platform.import_chunk WHERE import_id = $1 ORDER BY position",
        import_id,
    )


async def test_every_row_is_applied_once_and_the_totals_are_kept(jobs_database: Database, seller: Tenant) -> None:
    row, operation = await imported(jobs_database, seller, items_file(2_500))
    assert operation.state == "succeeded"
    assert operation.result_url == f"/imports/{row.id}"
    assert operation.progress_done == operation.progress_total == 2_501
    assert (row.rows_applied, row.rows_unchanged, row.rows_rejected) == (2_500, 0, 0)
    assert row.totals == {"units": sum(n % 97 for n in range(2_500))}
    assert row.warnings == [
        {"code": "read", "message": "Read to the end.", "line": None, "column": None, "value": None}
    ]
    assert len(await items(jobs_database, seller)) == 2_500
    assert await chunks(jobs_database, seller, row.id) == [(0, 1, 1_000), (1, 1, 1_000), (2, 1, 500)]


async def test_the_original_bytes_are_kept(jobs_database: Database, seller: Tenant) -> None:
    content = items_file(1) + os.urandom(PIECE_BYTES + 17)
    row = await send(jobs_database, seller, content)
    assert b"".join([piece async for piece in read_pieces(jobs_database, seller.id, row.file_id)]) == content


async def test_the_same_file_twice_changes_nothing(jobs_database: Database, seller: Tenant) -> None:
    first, _ = await imported(jobs_database, seller, items_file(10))
    second, operation = await imported(jobs_database, seller, items_file(10))
    assert second.duplicate_of == first.id
    assert (operation.state, operation.attempt) == ("succeeded", 0)
    assert (second.rows_applied, second.file_id) == (0, first.file_id)


async def test_another_file_with_the_same_rows_finds_them_unchanged(jobs_database: Database, seller: Tenant) -> None:
    await imported(jobs_database, seller, items_file(10))
    row, _ = await imported(jobs_database, seller, items_file(11))
    assert row.duplicate_of is None
    assert (row.rows_applied, row.rows_unchanged) == (1, 10)


async def test_the_same_file_with_other_facts_is_not_a_duplicate(jobs_database: Database, seller: Tenant) -> None:
    await imported(jobs_database, seller, items_file(10), parameters={"marketplace": "DE"})
    row, _ = await imported(jobs_database, seller, items_file(10), parameters={"marketplace": "FR"})
    assert row.duplicate_of is None


async def test_a_file_whose_import_failed_is_not_a_duplicate(jobs_database: Database, seller: Tenant) -> None:
    broken = items_file(3) + b"!broken,0\n"
    await imported(jobs_database, seller, broken)
    row, operation = await imported(jobs_database, seller, broken)
    assert row.duplicate_of is None
    assert operation.state == "failed"


async def test_an_earlier_snapshot_sent_again_counts_once_a_later_one_came_between(
    jobs_database: Database, seller: Tenant
) -> None:
    old, new = items_file(3), items_file(4)
    await imported(jobs_database, seller, old, kind="item_snapshot")
    again, _ = await imported(jobs_database, seller, old, kind="item_snapshot")
    assert again.duplicate_of is not None
    await imported(jobs_database, seller, new, kind="item_snapshot")
    back, _ = await imported(jobs_database, seller, old, kind="item_snapshot")
    assert back.duplicate_of is None


async def test_bad_rows_are_named_and_good_ones_applied(jobs_database: Database, seller: Tenant) -> None:
    content = b"code,units\na,1\nb,many\nc,3\nx-unknown,4\n"
    row, operation = await imported(jobs_database, seller, content)
    assert operation.state == "succeeded"
    assert (row.rows_applied, row.rows_rejected) == (2, 2)
    assert await items(jobs_database, seller) == {"a": 1, "c": 3}
    errors = await fetch(
        jobs_database,
        seller,
        'SELECT line, "column", code, value FROM platform.import_row_error WHERE import_id = $1 ORDER BY position',
        row.id,
    )
    assert errors == [(3, "units", "not_a_number", "many"), (5, "code", "unknown_code", "x-unknown")]


async def test_errors_beyond_the_limit_are_counted_but_not_kept(
    jobs_database: Database, seller: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_run, "MAX_STORED_ERRORS", 1_500)
    # The reader ends a chunk by its good rows.
    part = b"".join(b"a%d,1\n" % n + b"b,many\n" * (n % 10 < 7) for n in range(4_000))
    row, _ = await imported(jobs_database, seller, b"code,units\n" + part)
    assert row.rows_rejected == 2_800
    stored = await fetch(
        jobs_database, seller, "SELECT count(*) FROM platform.import_row_error WHERE import_id = $1", row.id
    )
    assert 1_500 <= stored[0][0] < 1_500 + 1_000


async def test_validating_writes_no_row_but_finds_every_error(jobs_database: Database, seller: Tenant) -> None:
    content = b"code,units\na,1\nb,many\nx-unknown,4\n"
    row, operation = await imported(jobs_database, seller, content, validate_only=True)
    assert operation.state == "succeeded"
    assert (row.rows_applied, row.rows_rejected) == (1, 2)
    assert await items(jobs_database, seller) == {}
    real, _ = await imported(jobs_database, seller, content)
    assert real.duplicate_of is None
    assert await items(jobs_database, seller) == {"a": 1}


async def test_a_file_damaged_in_the_middle_keeps_whole_chunks_and_says_why(
    jobs_database: Database, seller: Tenant
) -> None:
    row, operation = await imported(jobs_database, seller, items_file(1_500) + b"!broken,0\n")
    assert operation.state == "failed"
    assert operation.problem is not None
    assert operation.problem["type"] == "urn:tradewind:problem:unreadable-file"
    assert operation.problem["detail"] == "The file ends in the middle."
    assert operation.problem["parameters"] == {"code": "broken", "line": 1502}
    assert len(await items(jobs_database, seller)) == row.rows_applied == 1_000


async def test_a_damaged_snapshot_is_not_applied_at_all(jobs_database: Database, seller: Tenant) -> None:
    content = items_file(1_500, header="snapshot,units") + b"!broken,0\n"
    row, operation = await imported(jobs_database, seller, content, kind="item_snapshot")
    assert operation.state == "failed"
    assert row.rows_applied == 0
    assert await items(jobs_database, seller) == {}
    assert await chunks(jobs_database, seller, row.id) == []


async def test_a_snapshot_is_applied_whole(jobs_database: Database, seller: Tenant) -> None:
    row, operation = await imported(jobs_database, seller, items_file(2_500), kind="item_snapshot")
    assert operation.state == "succeeded"
    assert row.rows_applied == len(await items(jobs_database, seller)) == 2_500


async def test_a_cancelled_import_leaves_whole_chunks_only(
    jobs_database: Database, jobs_urls: DatabaseUrls, seller: Tenant
) -> None:
    row = await send(jobs_database, seller, items_file(20_000), parameters={"pause": "0.3"})
    async with working(jobs_urls.inventory):
        await has_done(2_000, jobs_database, seller, row.operation_id)
        await cancel(jobs_database, seller, row.operation_id)
        assert (await ended(jobs_database, seller, row.operation_id)).state == "cancelled"
    row = await look(jobs_database, seller, row.id)
    done = await chunks(jobs_database, seller, row.id)
    assert row.rows_applied == len(await items(jobs_database, seller)) == 1_000 * len(done)
    assert 2 <= len(done) < 20


async def test_an_interrupted_import_goes_on_behind_the_chunks_that_are_applied(
    jobs_database: Database, jobs_urls: DatabaseUrls, seller: Tenant
) -> None:
    content = items_file(20_000) + b"b,many\n"
    row = await send(jobs_database, seller, content, parameters={"pause": "0.05"})
    with worker_process(jobs_urls) as first:
        await has_done(5_000, jobs_database, seller, row.operation_id)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    before = await chunks(jobs_database, seller, row.id)
    async with working(jobs_urls.inventory):
        operation = await ended(jobs_database, seller, row.operation_id, 60)
    row = await look(jobs_database, seller, row.id)
    after = await chunks(jobs_database, seller, row.id)
    assert (operation.state, operation.attempt) == ("succeeded", 2)
    assert after[: len(before)] == before
    assert {attempt for _, attempt, _ in after} == {1, 2}
    assert (row.rows_applied, row.rows_rejected) == (20_000, 1)
    assert len(await items(jobs_database, seller)) == 20_000
    assert row.totals == {"units": sum(n % 97 for n in range(20_000))}


async def test_a_chunk_is_not_applied_by_two_attempts_at_once(jobs_database: Database, seller: Tenant) -> None:
    row = await send(jobs_database, seller, items_file(3_000), parameters={"pause": "0.3"})
    first = asyncio.create_task(attempt(jobs_database, seller, row.operation_id))
    await asyncio.sleep(0.5)
    second = asyncio.create_task(attempt(jobs_database, seller, row.operation_id))
    await asyncio.gather(first, second, return_exceptions=True)
    while (await read(jobs_database, seller, row.operation_id)).state == "running":
        await attempt(jobs_database, seller, row.operation_id)
    row = await look(jobs_database, seller, row.id)
    assert row.rows_applied == len(await items(jobs_database, seller)) == 3_000
    assert [position for position, *_ in await chunks(jobs_database, seller, row.id)] == [0, 1, 2]


@pytest.mark.slow
async def test_memory_does_not_grow_with_the_file(jobs_database: Database, seller: Tenant, tmp_path: Path) -> None:
    await imported(jobs_database, seller, items_file(1_000))
    path = tmp_path / "items.csv"
    with path.open("wb") as file:
        file.write(b"code,units\n")
        file.writelines(b"item-%07d-%s,%d\n" % (n, b"y" * 900, n % 97) for n in range(60_000))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with path.open("rb") as file:
        upload = inspect_upload(file, "items.csv")
        async with jobs_database.session(seller.id) as session:
            row, _ = await start_import(
                session,
                REGISTRY,
                upload,
                tenant_id=seller.id,
                kind="items",
                parameters={},
                validate_only=False,
                created_by=seller.principal_id,
                now=utc_now(),
            )
    await attempt(jobs_database, seller, row.operation_id)
    assert (await look(jobs_database, seller, row.id)).rows_applied == 60_000
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    # Of a file of 55 MB: pieces of 4 MB and chunks of 3,000 rows, each a few times over.
    assert path.stat().st_size > 50_000_000
    assert grown < 40_000_000


@pytest.mark.parametrize(
    ("content", "kind", "parameters", "problem"),
    [
        (b"sku,quantity\n", None, {}, UnreadableFile),
        (b"code,units\n", "item_snapshot", {}, KindMismatch),
        (b"snapshot,units\n", None, {"marketplace": "DE"}, FactsMissing),
        (b"snapshot,units\n", None, {"as_of": "2026-01-01T00:00:00Z"}, FactsMissing),
    ],
)
def test_a_file_that_is_unknown_or_says_too_little_is_refused(
    content: bytes, kind: str | None, parameters: dict[str, str], problem: type[Exception]
) -> None:
    with pytest.raises(problem):
        recognise_upload(REGISTRY, inspect_upload(io.BytesIO(content), "f"), kind, parameters)


def test_a_workbook_too_large_for_memory_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.jobs.imports.MOST_WORKBOOK_BYTES", 10)
    with pytest.raises(UnreadableFile) as caught:
        recognise_upload(REGISTRY, inspect_upload(io.BytesIO(b"PK" + bytes(20)), "f.xlsx"), None, {})
    assert caught.value.parameters == {"code": "too_large"}


def test_a_refusal_names_every_missing_fact() -> None:
    with pytest.raises(FactsMissing) as caught:
        recognise_upload(REGISTRY, inspect_upload(io.BytesIO(b"snapshot,units\n"), "f"), None, {})
    assert [error.pointer for error in caught.value.errors] == ["/as_of", "/marketplace"]
