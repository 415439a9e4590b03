"""Values as they leave the services: alike whether Postgres or pydantic wrote the JSON."""

import json
from datetime import datetime

import pytest
from pydantic import TypeAdapter

from shared.web.schemas import Instant
from tests.conftest import Connection

INSTANT = TypeAdapter(Instant)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-29T10:39:52+00:00",
        "2026-11-29T10:39:00+00:00",
        "2026-11-29T10:39:52.029440+00:00",
        "2026-11-29T10:39:52.100000+00:00",
        "2026-11-29T10:39:52.000001+00:00",
    ],
)
async def test_an_instant_is_written_as_postgres_writes_it(owner: Connection, text: str) -> None:
    instant = datetime.fromisoformat(text)
    written = await owner.fetchval("SELECT json_build_object('at', $1::timestamptz)::text", instant)
    assert json.loads(INSTANT.dump_json(instant)) == json.loads(written)["at"]
