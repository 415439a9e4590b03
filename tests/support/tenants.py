"""Fresh tenants with principals and keys, so that tests which commit never see each other's rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from deploy.keys import ALL_SCOPES, create_key, ensure_principal, ensure_tenant
from deploy.service_keys import ensure_service_keys
from shared.core.clock import utc_now
from shared.core.ids import new_id
from tests.support.connections import lent_connection

# From this the keys follow with which services ask each other in tests.
SERVICE_KEY_SECRET = "for tests alone: 0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Tenant:
    """A tenant of one test: `key` is the clear text of a key with `scopes`."""

    id: UUID
    handle: str
    principal_id: UUID
    key: str
    scopes: tuple[str, ...]
    owner_url: str

    @property
    def headers(self) -> dict[str, str]:
        """The request headers of this tenant's caller."""
        return {"Authorization": f"Bearer {self.key}"}

    async def make_key(
        self,
        scopes: Sequence[str] = ALL_SCOPES,
        *,
        principal: str | None = None,
        role: str = "owner",
        expires_at: datetime | None = None,
        now: datetime | None = None,
    ) -> str:
        """Another key of this tenant, by default of a new principal with the role."""
        now = now or utc_now()
        async with lent_connection(self.owner_url) as owner:
            principal_id = await ensure_principal(
                owner, self.id, principal or f"caller {new_id()}", kind="person", role=role, now=now
            )
            key = await create_key(owner, self.id, principal_id, scopes=scopes, expires_at=expires_at, now=now)
        return key.text


async def create_tenant(
    owner_url: str, *, scopes: Sequence[str] = ALL_SCOPES, role: str = "owner", handle: str | None = None
) -> Tenant:
    """A new tenant with one principal and one key that expires in an hour."""
    now = utc_now()
    handle = handle or f"tenant-{new_id()}"
    async with lent_connection(owner_url) as owner:
        tenant_id = await ensure_tenant(owner, handle, now)
        principal_id = await ensure_principal(owner, tenant_id, "first caller", kind="person", role=role, now=now)
        key = await create_key(
            owner, tenant_id, principal_id, scopes=scopes, expires_at=now + timedelta(hours=1), now=now
        )
        await ensure_service_keys(owner, tenant_id, SERVICE_KEY_SECRET, now)
    return Tenant(tenant_id, handle, principal_id, key.text, tuple(scopes), owner_url)
