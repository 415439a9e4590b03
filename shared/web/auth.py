"""Decides who is calling and whether they may: opaque keys in the Authorization header, one scope per operation."""

import hmac
import time
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request

from shared.core.api_key import ApiKey, parse_api_key
from shared.core.errors import Forbidden, Unauthorized
from shared.db.api_keys import KnownKey, find_live_key
from shared.db.engine import Database

RIGHTS = ("read", "write", "admin")


@dataclass(frozen=True, slots=True)
class Caller:
    """The principal on whose behalf a request is carried out, and what its key allows."""

    tenant_id: UUID
    principal_id: UUID
    key_id: str
    scopes: frozenset[str]

    def may(self, scope: str) -> bool:
        """Whether the key allows `<service>.<right>`: admin includes write, write includes read."""
        service, _, right = scope.rpartition(".")
        return any(f"{service}.{held}" in self.scopes for held in RIGHTS[RIGHTS.index(right) :])


class Requirement:
    """The mark on an operation that names the scope it needs; the check is made before its body is read."""

    def __init__(self, scope: str) -> None:
        service, _, right = scope.rpartition(".")
        if not service or right not in RIGHTS:
            raise ValueError(f"a scope is <service>.read, .write or .admin, not {scope!r}")
        self.scope = scope

    async def __call__(self) -> None:
        """Nothing is left to do when an endpoint's dependencies are solved."""


def requires(scope: str) -> Any:
    """For `dependencies=[…]` of an operation: its caller's key must allow `scope`."""
    return Depends(Requirement(scope))


async def get_caller(request: Request) -> Caller:
    """The caller that the edge has authenticated."""
    caller: Caller = request.scope["state"]["caller"]
    return caller


CallerDep = Annotated[Caller, Depends(get_caller)]


class KeyRing:
    """Remembers what never changes about the keys of this process's callers.

    An entry is believed only together with a statement that asks whether the key is still live, so
    revocation and expiry take effect with the next request. An entry lasts a minute, so that the key's last
    use is noted now and then.
    """

    def __init__(self, capacity: int = 10_000, seconds: float = 60.0) -> None:
        self._capacity, self._seconds = capacity, seconds
        self._known: dict[str, tuple[bytes, Caller, float]] = {}

    def recall(self, key: ApiKey) -> Caller | None:
        """The caller of a key seen before with this very secret."""
        entry = self._known.get(key.key_id)
        if entry is None or entry[2] < time.monotonic() or not hmac.compare_digest(entry[0], key.sha256):
            return None
        return entry[1]

    def remember(self, key: ApiKey, caller: Caller) -> None:
        """Keeps a key that has just been found live."""
        if len(self._known) >= self._capacity:
            self._known.clear()
        self._known[key.key_id] = (key.sha256, caller, time.monotonic() + self._seconds)

    def forget(self, key_id: str) -> None:
        """Drops a key that turned out not to be live."""
        self._known.pop(key_id, None)


def presented_key(header: bytes | None) -> ApiKey:
    """The key in an Authorization header; Unauthorized for anything that is not the form of a key."""
    if header is None:
        raise Unauthorized("Send a key: Authorization: Bearer tw_live_…")
    scheme, _, text = header.decode("latin-1").partition(" ")
    key = parse_api_key(text.strip()) if scheme.lower() == "bearer" else None
    if key is None:
        raise Unauthorized("The Authorization header does not hold a well-formed key.")
    return key


async def authenticate(database: Database, ring: KeyRing, key: ApiKey) -> tuple[Caller, KnownKey]:
    """Looks the key up; Unauthorized when it is unknown, wrong, revoked or expired (which one is not said)."""
    async with database.bare_connection() as connection:
        known = await find_live_key(connection, key)
    if known is None:
        ring.forget(key.key_id)
        raise Unauthorized("The key is unknown, expired or revoked.")
    caller = Caller(known.tenant_id, known.principal_id, known.key_id, known.scopes)
    ring.remember(key, caller)
    return caller, known


def check_scope(caller: Caller, scope: str) -> None:
    """Forbidden unless the caller's key allows `scope`."""
    if not caller.may(scope):
        raise Forbidden(f"This operation needs the scope {scope}.", required_scope=scope)
