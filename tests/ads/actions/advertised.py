"""A scored account with what approving and giving out needs, written as imports and runs leave it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx

from shared.core.ids import new_id
from tests.ads.builders import a_scored_account
from tests.support.builders import run_as_owner
from tests.support.tenants import Tenant


@dataclass(frozen=True, slots=True)
class Account:
    """The tenant and the ids of its account; statements have the tenant as `$1`."""

    tenant: Tenant
    ids: dict[str, str]

    def id(self, name: str) -> UUID:
        """One of the ids."""
        return UUID(self.ids[name])

    async def run(self, statement: str, *values: Any) -> None:
        """As the owner of the tables."""
        await run_as_owner(self.tenant, statement, *values)

    async def add_term(self, text: str) -> UUID:
        """A search term of the target."""
        identifier = new_id()
        await self.run(
            "INSERT INTO ads.search_term (tenant_id, id, target_id, text, text_key, is_asin)"
            " VALUES ($1, $2, $3, $4, $4, false)",
            identifier,
            self.id("target_id"),
            text,
        )
        return identifier

    async def add_proposal(self, kind: str, subject: UUID, words: str | None = None, state: str = "approved") -> UUID:
        """A proposal of the run about a term or, without words, about a target."""
        identifier = new_id()
        await self.run(
            "INSERT INTO ads.ad_proposal (tenant_id, id, run_id, kind, level, subject_id, campaign_id, ad_group_id,"
            " target_id, words, currency, old_value, new_value, waste_saved, sales_at_risk, sales_gained, confidence,"
            " reasons, cooldown_ends_at, state, version, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7,"
            " $8, $9, $10, 'USD', 0.9, 0.8, 1, 0, 0, 0.9, '[]', now(), $11, 1, now(), now())",
            identifier,
            self.id("run_id"),
            kind,
            "target" if words is None else "search_term",
            subject,
            self.id("campaign_id"),
            self.id("ad_group_id"),
            self.id("target_id"),
            words,
            state,
        )
        return identifier

    async def add_target(
        self,
        ad_group: UUID,
        text: str,
        amazon_id: str | None,
        state: str | None = "paused",
        kind: str = "keyword",
    ) -> UUID:
        """An exact keyword, or a product, of a file of the first of February."""
        identifier = new_id()
        await self.run(
            "INSERT INTO ads.target (tenant_id, id, ad_group_id, kind, text, text_key, match_type, amazon_target_id,"
            " state, bid_amount, bid_currency, as_of) VALUES ($1, $2, $3, $4, $5, lower($5), $6, $7, $8, 0.5, 'USD',"
            " '2026-02-01')",
            identifier,
            ad_group,
            kind,
            text,
            "exact" if kind == "keyword" else "none",
            amazon_id,
            state,
        )
        return identifier

    async def add_destination(self) -> dict[str, UUID]:
        """A running campaign of exact keywords with an ad of the same product."""
        campaign, group = new_id(), new_id()
        await self.run(
            "INSERT INTO ads.campaign (tenant_id, id, ad_account_id, marketplace, ad_product, amazon_campaign_id, name,"
            " name_key, targeting_type, state, as_of, version, created_at, updated_at) VALUES ($1, $2, $3, 'US',"
            " 'sponsored_products', '700', 'Exact', 'exact', 'manual', 'enabled', now(), 1, now(), now())",
            campaign,
            self.id("ad_account_id"),
        )
        await self.run(
            "INSERT INTO ads.ad_group (tenant_id, id, campaign_id, amazon_ad_group_id, name, name_key, as_of)"
            " VALUES ($1, $2, $3, '800', 'Keywords', 'keywords', now())",
            group,
            campaign,
        )
        await self.run(
            "INSERT INTO ads.target (tenant_id, id, ad_group_id, kind, text, text_key, match_type, as_of)"
            " VALUES ($1, $2, $3, 'keyword', 'Pot', 'pot', 'exact', now())",
            new_id(),
            group,
        )
        await self.run(
            "INSERT INTO ads.product_ad (tenant_id, id, ad_group_id, advertised_product_id, seller_sku, as_of)"
            " VALUES ($1, $2, $3, $4, 'KETTLE', now())",
            new_id(),
            group,
            self.id("product_id"),
        )
        return {"campaign": campaign, "ad_group": group}


async def an_account(client: httpx.AsyncClient, tenant: Tenant) -> Account:
    """A scored account whose ad group Amazon's id is known of."""
    account = Account(tenant, await a_scored_account(client, tenant))
    await account.run("UPDATE ads.ad_group SET amazon_ad_group_id = '600' WHERE tenant_id = $1")
    return account


def keyed() -> dict[str, str]:
    """Headers of a write that is sent once."""
    return {"Idempotency-Key": str(uuid4())}
