"""A company with cycles and objectives, made and moved over HTTP; readings are written as a feed leaves them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx

from services.planning.domain.period import Period
from services.planning.domain.readings import Reading
from services.planning.domain.scope import Scope
from shared.db.engine import Database
from tests.planning.queries.reading_rows import write_readings
from tests.support.tenants import Tenant

Json = dict[str, Any]
# Over long since, so that it can be graded whenever a test runs.
QUARTER = ("2025-10-01", "2025-12-31")


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:tradewind:problem:")


def pointers(answer: httpx.Response) -> list[tuple[str, str]]:
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


@dataclass(slots=True)
class Okrs:
    """What a test of objectives does."""

    client: httpx.AsyncClient
    tenant: Tenant
    database: Database

    async def add(self, path: str, body: Json) -> Json:
        answer = await self.client.post(path, json=body)
        assert answer.status_code == 201, answer.text
        made: Json = answer.json()
        return made

    async def read(self, path: str, **params: Any) -> Json:
        answer = await self.client.get(path, params={name: value for name, value in params.items() if value})
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    async def unit(self, level: str = "company", parent_id: str | None = None) -> str:
        body = {"code": f"unit-{uuid4()}", "name": level, "level": level, "active_from_date": "2024-01-01"}
        return str((await self.add("/organisation-units", body | {"parent_id": parent_id}))["id"])

    async def cycle(
        self, days: tuple[str, str] = QUARTER, kind: str = "quarter", *, status: str = "open", **more: Any
    ) -> str:
        body = {"code": f"c-{uuid4()}", "name": "A cycle", "kind": kind, "start_date": days[0], "end_date": days[1]}
        made = await self.add("/cycles", body | more)
        for step in ("open", "grading", "closed")[: ("preparing", "open", "grading", "closed").index(status)]:
            await self.move_cycle(made["id"], step)
        return str(made["id"])

    async def move_cycle(self, cycle_id: str, to: str) -> None:
        cycle = await self.read(f"/cycles/{cycle_id}")
        answer = await self.step(f"/cycles/{cycle_id}/transitions", cycle, to=to)
        assert answer.status_code == 200, answer.text

    async def objective(self, unit_id: str, cycle_id: str, **more: Any) -> Json:
        body = {"unit_id": unit_id, "cycle_id": cycle_id, "title": "Lead the market", "why": "We lag behind."}
        return await self.add("/objectives", body | more)

    async def key_result(self, objective: Json, **more: Any) -> Json:
        """By default a `reach` of units sold from 0 to 100."""
        body: Json = {"title": "Units", "kind": "reach", "owner_id": objective["unit_id"]}
        if more.get("kind", "reach") == "reach":
            body |= {"metric_code": "units_sold", "start": "0", "target": "100"}
        return await self.add(f"/objectives/{objective['id']}/key-results", body | more)

    async def step(self, path: str, row: Json, **body: Any) -> httpx.Response:
        headers = {"If-Match": f'"v{row["version"]}"', "Idempotency-Key": str(uuid4())}
        return await self.client.post(path, json=body, headers=headers)

    async def objective_step(self, objective: Json, noun: str, **body: Any) -> httpx.Response:
        """A step of an objective at whatever version it is."""
        present = await self.read(f"/objectives/{objective['id']}")
        return await self.step(f"/objectives/{objective['id']}/{noun}", present, **body)

    async def activate(self, objective: Json) -> Json:
        answer = await self.objective_step(objective, "activations")
        assert answer.status_code == 200, answer.text
        active: Json = answer.json()
        return active

    async def grade(self, key_result: Json, **body: Any) -> httpx.Response:
        present = await self.read(f"/key-results/{key_result['id']}")
        return await self.step(f"/key-results/{key_result['id']}/grades", present, **body)

    async def patch(self, path: str, row: Json, **changes: Any) -> httpx.Response:
        headers = {"If-Match": f'"v{row["version"]}"', "Content-Type": "application/merge-patch+json"}
        return await self.client.patch(f"{path}/{row['id']}", json=changes, headers=headers)

    async def check_in(self, key_result: Json, **body: Any) -> httpx.Response:
        return await self.client.post(f"/key-results/{key_result['id']}/check-ins", json=body)

    async def progress(self, objective: Json, as_of: str | None = None) -> Json:
        return await self.read(f"/objectives/{objective['id']}/progress", as_of=as_of)

    async def readings(self, *readings: Reading) -> None:
        """Writes all readings of a series at once: a series is written only once in a test."""
        async with self.database.session(self.tenant.id) as session:
            await write_readings(session, self.tenant.id, readings, datetime.now(UTC))


def reading(
    code: str,
    days: str | tuple[str, str],
    value: str,
    *,
    observed: str | None = None,
    currency: str | None = None,
    **scope: str,
) -> Reading:
    """What a metric was on a day or over days, observed at the end of the last one unless told otherwise."""
    first, last = (days, days) if isinstance(days, str) else days
    end = date.fromisoformat(last)
    seen = datetime.combine(end, time(23), UTC) if observed is None else datetime.fromisoformat(observed)
    return Reading(code, Scope(**scope), Period(date.fromisoformat(first), end), Decimal(value), seen, currency)


def daily(code: str, values: Iterable[tuple[str, str]], **more: Any) -> list[Reading]:
    """A reading for each (day, value)."""
    return [reading(code, day, value, **more) for day, value in values]
