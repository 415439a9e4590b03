"""Decides that a request with an Idempotency-Key is carried out once, however often it is sent.

The key's row is written in the transaction of the effect: both exist or neither does. A second request with the
key waits for the first one's transaction, then replays its answer. Nothing is kept of a request that failed.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

import asyncpg
from fastapi import Depends, Header, Request
from pydantic import BaseModel
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from shared.core.clock import utc_now
from shared.core.errors import (
    BadRequest,
    IdempotencyKeyInFlight,
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    TradewindError,
)
from shared.web.auth import Caller, CallerDep
from shared.web.dependencies import SessionDep

KEY_PATTERN = r"^[\x21-\x7e]{1,200}$"
REPLAYED = "Idempotency-Replayed"

# What every keyed operation may answer: problem_responses(*KEYED).
KEYED: tuple[type[TradewindError], ...] = (
    BadRequest,
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    IdempotencyKeyInFlight,
)

# Made once: to make such a statement costs more than to run it.
_KEPT = text("""
    SELECT fingerprint, status, headers, body FROM platform.idempotency_key
    WHERE tenant_id = :tenant_id AND service = :service AND key = :key
""").columns(headers=JSONB)
_CLAIM = text("""
    INSERT INTO platform.idempotency_key (tenant_id, service, key, fingerprint, status, headers, body, created_at)
    VALUES (:tenant_id, :service, :key, :fingerprint, 0, '{}', '', :created_at)
    ON CONFLICT DO NOTHING RETURNING key
""")
_KEEP = text("""
    UPDATE platform.idempotency_key SET status = :status, headers = :headers, body = :body
    WHERE tenant_id = :tenant_id AND service = :service AND key = :key
""").bindparams(bindparam("headers", type_=JSONB))


@dataclass(slots=True)
class KeyedWrite:
    """A write that is done once per key: `return await write.once(produce, status=201, location=…)`."""

    session: AsyncSession
    caller: Caller
    service: str
    key: str | None
    fingerprint: bytes
    base_url: str

    async def once(
        self,
        produce: Callable[[], Awaitable[BaseModel | None]],
        *,
        status: int = 200,
        location: str | Callable[[Any], str] | None = None,
        etag: str | Callable[[Any], str] | None = None,
        headers: dict[str, str] | None = None,
        fingerprint: bytes | None = None,
    ) -> Response:
        """The answer of the first request with this key: made by `produce` now, or as it was kept.

        `location` is a path below /v1, or makes one from the body; it is sent as an absolute URL. `fingerprint`
        replaces the hash of the body where the body was not read whole, as with uploads.
        """
        fingerprint = (
            self.fingerprint if fingerprint is None else hashlib.sha256(self.fingerprint + fingerprint).digest()
        )
        if self.key is not None:
            kept = await self._claim(fingerprint)
            if kept is not None:
                return kept
        body = await produce()
        content = b"" if body is None else body.model_dump_json().encode()
        sent = dict(headers or {})
        if location is not None:
            sent["Location"] = self.base_url + (location if isinstance(location, str) else location(body))
        if etag is not None:
            sent["ETag"] = etag if isinstance(etag, str) else etag(body)
        if self.key is not None:
            await self.session.execute(_KEEP, self._named() | {"status": status, "headers": sent, "body": content})
        return _response(status, sent, content)

    def _named(self) -> dict[str, Any]:
        return {"tenant_id": self.caller.tenant_id, "service": self.service, "key": self.key}

    async def _claim(self, fingerprint: bytes) -> Response | None:
        """Takes the key, waiting for whoever holds it; or the answer that was kept for it."""
        try:
            taken = await self.session.scalar(
                _CLAIM, self._named() | {"fingerprint": fingerprint, "created_at": utc_now()}
            )
        except DBAPIError as error:
            if error.orig is not None and isinstance(error.orig.__cause__, asyncpg.LockNotAvailableError):
                raise IdempotencyKeyInFlight(retry_after_seconds=1) from error
            raise
        if taken is not None:
            return None
        row = (await self.session.execute(_KEPT, self._named())).one()
        if row.fingerprint != fingerprint:
            raise IdempotencyKeyReused
        return _response(row.status, {**row.headers, REPLAYED: "true"}, row.body)


def _response(status: int, headers: dict[str, str], content: bytes) -> Response:
    return Response(content, status, headers=headers, media_type="application/json" if content else None)


def parse_key(text: str) -> str:
    """The key, sent bare or as the quoted string of the IETF draft; BadRequest when it is neither."""
    key = text[1:-1] if len(text) >= 2 and text[0] == text[-1] == '"' else text
    if not re.fullmatch(KEY_PATTERN, key):
        raise BadRequest("An Idempotency-Key has 1 to 200 visible ASCII characters.")
    return key


async def fingerprint_of(request: Request, caller: Caller) -> bytes:
    """A hash of caller, method, path and body: what must be equal for two requests to be the same one."""
    digest = hashlib.sha256(f"{caller.principal_id} {request.method} {request.url.path}\0".encode())
    if not request.headers.get("content-type", "").startswith("multipart/"):
        digest.update(await request.body())
    return digest.digest()


_KeyHeader = Header(
    description="A value of your choice, unique per intended effect; a repeated request gets the first one's answer.",
    examples=["01939c2e-order-4711"],
    json_schema_extra={"pattern": KEY_PATTERN, "maxLength": 200, "minLength": 1},
)


async def get_write(
    request: Request,
    session: SessionDep,
    caller: CallerDep,
    idempotency_key: Annotated[str | None, _KeyHeader] = None,
) -> KeyedWrite:
    """A write whose Idempotency-Key is welcome but not needed."""
    settings = request.app.state.settings
    return KeyedWrite(
        session,
        caller,
        request.app.state.service,
        None if idempotency_key is None else parse_key(idempotency_key),
        await fingerprint_of(request, caller),
        settings.base_url,
    )


async def get_keyed_write(write: Annotated[KeyedWrite, Depends(get_write)]) -> KeyedWrite:
    """A write that moves stock or money, or starts work: refused without an Idempotency-Key."""
    if write.key is None:
        raise IdempotencyKeyMissing
    return write


WriteDep = Annotated[KeyedWrite, Depends(get_write)]
KeyedWriteDep = Annotated[KeyedWrite, Depends(get_keyed_write)]
