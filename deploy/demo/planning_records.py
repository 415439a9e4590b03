"""Decides how the demo writes through planning's API without doing anything twice: look first, then add."""

from typing import Any

from shared.client.tradewind import TradewindClient
from shared.core.ids import new_id

Record = dict[str, Any]


class Records:
    """Planning as one person uses it: every change is of the version that was just read."""

    def __init__(self, client: TradewindClient) -> None:
        self.client = client

    async def known(self, path: str, by: str = "code", **wanted: str) -> dict[str, Record]:
        """Everything of a list, by one of its fields."""
        return {str(each[by]): each async for each in self.client.list_all(path, **wanted)}

    async def add(self, path: str, body: Record) -> Record:
        """A new resource."""
        made: Record = await self.client.post(path, body)
        return made

    async def ensure(self, path: str, body: Record, known: dict[str, Record], by: str = "code") -> Record:
        """The resource that is known by this field of the body, made when it is not."""
        name = str(body[by])
        if name not in known:
            known[name] = await self.add(path, body)
        return known[name]

    async def step(self, path: str, noun: str, body: Record | None = None) -> Record:
        """A step of a resource at its present version."""
        headers = {"If-Match": await self._version(path), "Idempotency-Key": str(new_id())}
        answer = await self.client.send("POST", f"{path}/{noun}", headers=headers, content=lambda: {"json": body or {}})
        done: Record = answer.json()
        return done

    async def put(self, path: str, part: str, body: Record) -> None:
        """All of a part of a resource."""
        headers = {"If-Match": await self._version(path)}
        await self.client.send("PUT", f"{path}/{part}", headers=headers, content=lambda: {"json": body})

    async def change(self, path: str, **changes: Any) -> None:
        """Changes of a resource."""
        headers = {"If-Match": await self._version(path), "Content-Type": "application/merge-patch+json"}
        await self.client.send("PATCH", path, headers=headers, content=lambda: {"json": changes})

    async def _version(self, path: str) -> str:
        found: Record = await self.client.get(path)
        return f'"v{found["version"]}"'
