"""Translates between the ids in scopes and the codes that people know: of units, portfolio nodes and initiatives."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.scope import Scope, ScopeKey
from services.planning.tables import InitiativeRow, OrganisationUnitRow, PortfolioNodeRow

_NAMED: Mapping[ScopeKey, Any] = {
    ScopeKey.ORG_UNIT_ID: OrganisationUnitRow,
    ScopeKey.NODE_ID: PortfolioNodeRow,
    ScopeKey.INITIATIVE_ID: InitiativeRow,
}


@dataclass(frozen=True, slots=True)
class ScopeNames:
    """The codes of what scopes name by id, and the ids by code as codes are compared."""

    codes: Mapping[ScopeKey, Mapping[str, str]]
    ids: Mapping[ScopeKey, Mapping[str, str]]

    def in_codes(self, scope: Scope) -> Scope:
        """The scope as people write it; an id of something without a code stays."""
        keys = {key: self.codes.get(key, {}).get(value, value) for key, value in scope.keys.items()}
        return Scope(**{key.value: value for key, value in keys.items()})

    def in_ids(self, scope: Scope) -> tuple[Scope, tuple[ScopeKey, ...]]:
        """The scope by ids, and the keys that name nothing known. An id counts as its own name."""
        keys, unknown = {}, []
        for key, value in scope.keys.items():
            if key not in _NAMED:
                keys[key] = value
                continue
            found = self.ids[key].get(value.casefold())
            found = value if found is None and value in self.codes[key] else found
            if found is None:
                unknown.append(key)
            else:
                keys[key] = found
        return Scope(**{key.value: value for key, value in keys.items()}), tuple(unknown)


async def load_scope_names(session: AsyncSession, tenant_id: UUID) -> ScopeNames:
    """The names of all units, nodes and initiatives."""
    codes: dict[ScopeKey, dict[str, str]] = {}
    ids: dict[ScopeKey, dict[str, str]] = {}
    for key, row in _NAMED.items():
        found = await session.execute(select(row.id, row.code, row.code_key).where(row.tenant_id == tenant_id))
        codes[key], ids[key] = {}, {}
        for identifier, code, code_key in found:
            codes[key][str(identifier)] = code
            ids[key][code_key] = str(identifier)
    return ScopeNames(codes, ids)
