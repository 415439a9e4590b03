"""Arrays and records reach a table by binary COPY as they are."""

from datetime import date

import numpy as np
import pytest
from sqlalchemy import text

from shared.core.ids import new_id
from shared.db.binary_rows import (
    packed_items,
    packed_records,
    packed_rows,
    unpacked_rows,
    unpacked_with_texts,
    uuid_column,
)
from shared.db.bulk import copy_binary, create_staging
from shared.db.engine import Database
from tests.support.tenants import Tenant


async def test_every_type_arrives_as_it_is(database: Database, tenant: Tenant) -> None:
    ids = [new_id(), new_id()]
    columns = [
        uuid_column(ids),
        np.array([-7, 32_000], dtype=np.int16),
        np.array([1, -(2**31)], dtype=np.int32),
        np.array([2**62, -1], dtype=np.int64),
        np.array([0.5, np.inf], dtype=np.float32),
        np.array([0.1, np.nan]),
        np.array([True, False]),
    ]
    names = ["id", "small", "middle", "large", "single", "double", "flag"]
    kinds = ["uuid", "smallint", "integer", "bigint", "real", "double precision", "boolean"]
    async with database.session(tenant.id) as session:
        await create_staging(session, "staged_row", [f"{name} {kind}" for name, kind in zip(names, kinds, strict=True)])
        assert await copy_binary(session, "staged_row", names, packed_rows(columns)) == 2
        found = (await session.execute(text("SELECT * FROM staged_row ORDER BY small"))).all()
    assert tuple(found[0]) == (ids[0], -7, 1, 2**62, 0.5, 0.1, True)
    assert tuple(found[1])[:5] == (ids[1], 32_000, -(2**31), -1, float("inf"))
    assert np.isnan(found[1].double)
    assert found[1].flag is False


async def test_texts_follow_the_numbers_of_their_rows(database: Database, tenant: Tenant) -> None:
    content = packed_rows([np.array([1, 2, 3], dtype=np.int32)], ["größer".encode(), None, b""])
    async with database.session(tenant.id) as session:
        await create_staging(session, "staged_row", ["number integer", "words text"])
        assert await copy_binary(session, "staged_row", ["number", "words"], content) == 3
        found = (await session.execute(text("SELECT * FROM staged_row ORDER BY number"))).all()
    assert [tuple(row) for row in found] == [(1, "größer"), (2, None), (3, "")]


async def test_no_rows_are_no_rows(database: Database, tenant: Tenant) -> None:
    async with database.session(tenant.id) as session:
        await create_staging(session, "staged_row", ["units integer"])
        assert await copy_binary(session, "staged_row", ["units"], packed_rows([np.zeros(0, dtype=np.int32)])) == 0


def test_columns_of_unequal_length_or_without_a_form_are_refused() -> None:
    with pytest.raises(ValueError, match="unequal"):
        packed_rows([np.zeros(1), np.zeros(2)])
    with pytest.raises(ValueError, match="unequal"):
        packed_rows([np.zeros(2)], [b"one"])
    with pytest.raises(TypeError, match="no binary form"):
        packed_rows([np.array(["text"])])


async def test_records_of_every_type_arrive_as_they_are(database: Database, tenant: Tenant) -> None:
    kinds = {
        "id": "uuid",
        "words": "text",
        "units": "integer",
        "share": "double precision",
        "day": "date",
        "reasons": "jsonb",
    }
    records = [
        (new_id(), "größer", -(2**31), 0.1, date(1999, 12, 31), b'[{"units": 1.5, "text": "gr\xc3\xb6\xc3\x9fer"}]'),
        (new_id(), "", 7, float("-inf"), date(2026, 6, 1), b"{}"),
        (new_id(), None, None, None, None, None),
    ]
    async with database.session(tenant.id) as session:
        await create_staging(session, "staged_row", [f"{name} {kind}" for name, kind in kinds.items()])
        content = packed_records(list(kinds.values()), records)
        assert await copy_binary(session, "staged_row", list(kinds), content) == 3
        found = (await session.execute(text("SELECT * FROM staged_row"))).all()
    assert tuple(found[0]) == (*records[0][:-1], [{"units": 1.5, "text": "größer"}])
    assert tuple(found[1]) == (*records[1][:-1], {})
    assert tuple(found[2]) == records[2]


def test_records_of_another_type_or_length_are_refused() -> None:
    assert packed_records(["integer"], []) == packed_rows([np.zeros(0, dtype=np.int32)])
    with pytest.raises(TypeError, match="numeric"):
        packed_records(["integer", "numeric"], [])
    with pytest.raises(ValueError, match="longer"):
        packed_records(["integer"], [(1, 2)])


async def test_rows_come_back_as_the_arrays_they_were(database: Database, tenant: Tenant) -> None:
    ids = [new_id(), new_id()]
    query = "SELECT id, number, share FROM unnest($1::uuid[], $2::integer[], $3::float8[]) AS t (id, number, share)"
    content = bytearray()

    async def keep(piece: bytes) -> None:
        content.extend(piece)

    async with database.reader(tenant.id) as connection:
        await connection.copy_from_query(query, ids, [7, -1], [0.25, 2.0], output=keep, format="binary")
        found = unpacked_rows(bytes(content), {"id": "V16", "number": "i4", "share": "f8"})
        content.clear()
        await connection.copy_from_query(query, ids, [7, None], [0.25, 2.0], output=keep, format="binary")
    assert found["id"].tobytes() == b"".join(each.bytes for each in ids)
    assert (found["number"].tolist(), found["share"].tolist()) == ([7, -1], [0.25, 2.0])
    with pytest.raises(ValueError, match="null"):
        unpacked_rows(bytes(content), {"id": "V16", "number": "i4", "share": "f8"})


async def test_rows_that_end_in_a_text_come_back_as_arrays_and_texts(database: Database, tenant: Tenant) -> None:
    content = bytearray()

    async def keep(piece: bytes) -> None:
        content.extend(piece)

    ids, words = [new_id() for _ in range(3)], ["größer", "", "two words"]
    query = "SELECT * FROM unnest($1::uuid[], $2::float8[], $3::text[])"
    async with database.reader(tenant.id) as connection:
        await connection.copy_from_query(query, ids, [0.5, -1.0, 3.0], words, output=keep, format="binary")
        found, texts = unpacked_with_texts(bytes(content), {"id": "V16", "share": "f8"})
        assert found["id"].tobytes() == b"".join(each.bytes for each in ids)
        assert (found["share"].tolist(), texts) == ([0.5, -1.0, 3.0], words)
        content.clear()
        await connection.copy_from_query(query, ids, [0.5, -1.0, 3.0], [*words[:2], None], output=keep, format="binary")
        with pytest.raises(ValueError, match="null"):
            unpacked_with_texts(bytes(content), {"id": "V16", "share": "f8"})
        content.clear()
        await connection.copy_from_query(query, [], [], [], output=keep, format="binary")
    found, texts = unpacked_with_texts(bytes(content), {"id": "V16", "share": "f8"})
    assert (found["id"].size, texts) == (0, [])


async def test_items_arrive_as_arrays_of_a_composite_type(database: Database, tenant: Tenant) -> None:
    columns = [np.array([7, 8, 9], dtype=np.int32), np.array([0.5, np.nan, -2.0], dtype=np.float32)]
    async with database.session(tenant.id) as session:
        # Every temporary table is a composite type.
        await create_staging(session, "staged_item", ["number integer", "share real"])
        await create_staging(session, "staged_block", ["place integer", "items staged_item[]"])
        item_type = await session.scalar(text("SELECT CAST(CAST('staged_item' AS regtype) AS oid)::bigint"))
        arrays = packed_items(columns, item_type, [0, 2])
        content = packed_rows([np.arange(2, dtype=np.int32)], arrays)
        await copy_binary(session, "staged_block", ["place", "items"], content)
        found = await session.execute(
            text("SELECT place, u.number, u.share::text FROM staged_block, unnest(items) AS u ORDER BY number")
        )
        assert [tuple(row) for row in found] == [(0, 7, "0.5"), (0, 8, "NaN"), (1, 9, "-2")]
    assert packed_items([column[:0] for column in columns], item_type, []) == []
    with pytest.raises(ValueError, match="unequal"):
        packed_items([columns[0], columns[1][:2]], item_type, [0])
