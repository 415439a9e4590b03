"""Reads by which codes people name what scopes name by id: units, parts of the portfolio, initiatives."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.scope import Scope, ScopeKey
from services.planning.tables import InitiativeRow, OrganisationUnitRow, PortfolioNodeRow

_NAMED: dict[ScopeKey, type[OrganisationUnitRow] | type[PortfolioNodeRow] | type[InitiativeRow]] = {
    ScopeKey.ORG_UNIT_ID: OrganisationUnitRow,
    ScopeKey.NODE_ID: PortfolioNodeRow,
    ScopeKey.INITIATIVE_ID: InitiativeRow,
}


@dataclass(frozen=True, slots=True)
class ScopeNames:
    """For each key that has codes: `ids` by the code as it is compared, `codes` by the id."""

    ids: Mapping[ScopeKey, Mapping[str, str]]
    codes: Mapping[ScopeKey, Mapping[str, str]]

    def to_ids(self, named: Scope) -> tuple[Scope, tuple[ScopeKey, ...]]:
        """The scope with ids for codes, and the keys whose code nothing has; these stay as they were written. An id
        counts as a name of its own."""
        known = {
            key: self.ids[key].get(code.casefold(), code if code in self.codes[key] else None)
            for key, code in named.keys.items()
            if key in self.ids
        }
        ids = {key.value: known.get(key) or code for key, code in named.keys.items()}
        return Scope(**ids), tuple(key for key, found in known.items() if found is None)

    def unknown_ids(self, scope: Scope) -> tuple[ScopeKey, ...]:
        """The keys of a scope whose id nothing has. An id in another spelling would make another scope."""
        return tuple(key for key, value in scope.keys.items() if key in self.codes and value not in self.codes[key])

    def to_codes(self, scope: Scope) -> Scope:
        """The scope with codes for ids; what is no more keeps its id."""
        return Scope(**{key.value: self.codes.get(key, {}).get(value, value) for key, value in scope.keys.items()})


async def load_scope_names(session: AsyncSession, tenant_id: UUID) -> ScopeNames:
    """All codes of a company."""
    ids: dict[ScopeKey, dict[str, str]] = {}
    codes: dict[ScopeKey, dict[str, str]] = {}
    for key, row in _NAMED.items():
        found = await session.execute(select(row.id, row.code_key, row.code).where(row.tenant_id == tenant_id))
        listed = found.all()
        ids[key] = {code_key: str(each) for each, code_key, _ in listed}
        codes[key] = {str(each): code for each, _, code in listed}
    return ScopeNames(ids, codes)
