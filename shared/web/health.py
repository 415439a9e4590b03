"""Decides whether a process is alive and whether it is ready: database, migrations, age of the queue."""

from typing import Any

import orjson
from sqlalchemy import Connection, text
from starlette.responses import Response

from shared.db import migrate
from shared.db.engine import Database

_QUEUE_AGE = (
    "SELECT coalesce(extract(epoch FROM now() - min(execute_after)), 0)::float"
    " FROM platform.pgqueuer WHERE status = 'queued' AND execute_after <= now()"
)


class Health:
    """The readiness of one process; `heads` are the newest revisions that this code knows."""

    def __init__(self, service: str, queue_age_limit_seconds: int) -> None:
        self._queue_age_limit = queue_age_limit_seconds
        self._heads = {chain: migrate.head(chain) for chain in ("platform", service)}

    async def ready(self, database: Database) -> Response:
        """200 when requests can be served: the database answers and is migrated as far as this code needs.

        An old queue is reported but keeps the service ready: taking the API away would not help its workers.
        """
        checks: dict[str, Any] = {}
        try:
            async with database.directory() as session:
                connection = await session.connection()
                current = await connection.run_sync(self._current)
                checks["database"] = {"status": "ok"}
                behind = sorted(chain for chain, head in self._heads.items() if current[chain] != head)
                checks["migrations"] = {"status": "failed" if behind else "ok", "behind": behind}
                if await session.scalar(text("SELECT to_regclass('platform.pgqueuer') IS NOT NULL")):
                    age = float(await session.scalar(text(_QUEUE_AGE)) or 0)
                    late = age > self._queue_age_limit
                    checks["queue"] = {"status": "late" if late else "ok", "age_seconds": round(age, 1)}
        except Exception:
            checks["database"] = {"status": "failed"}
        ready = all(check["status"] != "failed" for check in checks.values())
        return _answer({"status": "ready" if ready else "not_ready", "checks": checks}, 200 if ready else 503)

    def _current(self, connection: Connection) -> dict[str, str | None]:
        return {chain: migrate.current(connection, chain) for chain in self._heads}


def _answer(body: dict[str, Any], status: int) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")
