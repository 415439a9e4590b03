"""What scripts do with a service of ours: send files, wait for long work, read lists."""

import asyncio
import mimetypes
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from shared.client.base import ApiClient
from shared.core.ids import new_id

FINISHED = ("succeeded", "failed", "cancelled")
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 1.0

Operation = dict[str, Any]
OnProgress = Callable[[Operation], None]


class OperationFailed(Exception):
    """Long work ended without its result; `operation` says why."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        problem = operation.get("problem") or {}
        super().__init__(problem.get("detail") or f"The operation {operation['id']} was {operation['state']}.")


class TradewindClient(ApiClient):
    """One service with one key: `TradewindClient("http://localhost:8001/v1", key)`."""

    async def import_file(
        self,
        path: Path,
        *,
        on_progress: OnProgress | None = None,
        key: str | None = None,
        wait: bool = True,
        **facts: str | bool | None,
    ) -> dict[str, Any]:
        """Send a file and, unless told otherwise, wait until it is applied; the import as the service knows it then.

        `facts` are the form's fields (`marketplace`, `date_from`, `validate_only` …). OperationFailed when the
        file turns out not to be readable, ApiError when it is refused at once.
        """
        fields = {name: _form_text(value) for name, value in facts.items() if value is not None}
        media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        with ExitStack() as opened:

            def content() -> dict[str, Any]:
                # Opened anew for each attempt: an earlier one may have read half of it.
                file = opened.enter_context(path.open("rb"))
                return {"files": {"file": (path.name, file, media_type)}, "data": fields}

            response = await self.send(
                "POST", "/imports", headers={"Idempotency-Key": key or str(new_id())}, content=content
            )
        sent: dict[str, Any] = response.json()
        if not wait:
            return sent
        await self.wait_for(f"/operations/{sent['operation_id']}", on_progress)
        applied: dict[str, Any] = await self.get(f"/imports/{sent['id']}")
        return applied

    async def start(self, path: str, body: Any = None, *, key: str | None = None) -> str:
        """Begin long work by a POST; the address of its operation, for `wait_for`."""
        response = await self.send(
            "POST", path, headers={"Idempotency-Key": key or str(new_id())}, content=lambda: {"json": body}
        )
        return response.headers["location"]

    async def wait_for(self, operation: str, on_progress: OnProgress | None = None) -> Operation:
        """The operation once it has succeeded; OperationFailed when it ended otherwise.

        `operation` is its path or URL, as `Location` names it. `on_progress` is told every state that is seen.
        """
        pause = _FIRST_PAUSE
        while True:
            found: Operation = await self.get(operation)
            if on_progress is not None:
                on_progress(found)
            if found["state"] == "succeeded":
                return found
            if found["state"] in FINISHED:
                raise OperationFailed(found)
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    async def cancel(self, operation_id: str) -> Operation:
        """Ask that an operation end; it may take a moment."""
        return dict(await self.post(f"/operations/{operation_id}/cancellation"))


def _form_text(value: str | bool) -> str:
    return value if isinstance(value, str) else str(value).lower()
