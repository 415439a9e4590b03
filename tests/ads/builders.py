"""Makes the objects of ads that the tests generated from the OpenAPI document need."""

from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from shared.core.ids import new_id
from shared.db.tenancy import set_tenant_statement
from tests.support.builders import builds, fills, made, run_as_owner
from tests.support.tenants import Tenant


@builds("ads", "ad_account_id")
async def an_ad_account(client: httpx.AsyncClient, _: Tenant) -> dict[str, str]:
    """An account whose code no other test uses."""
    body = {"code": f"account-{uuid4()}", "name": "An account"}
    return {"ad_account_id": made(await client.post("/ad-accounts", json=body))}


@builds("ads", "import_id")
async def an_import(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """An import that no worker has taken."""
    account = await an_ad_account(client, tenant)
    code = (await client.get(f"/ad-accounts/{account['ad_account_id']}")).json()["code"]
    content = f"Date,Currency,Campaign Name,Impressions,Clicks,Spend\r\n2026-01-31,USD,{uuid4()},9,2,1.50\r\n"
    answer = await client.post(
        "/imports",
        files={"file": ("campaigns.csv", content.encode(), "text/csv")},
        data={"marketplace": "US", "account": code},
        headers={"Idempotency-Key": str(uuid4())},
    )
    return {"import_id": made(answer), "operation_id": str(answer.json()["operation_id"])}


@builds("ads", "operation_id")
async def an_operation(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """The pending operation of an import."""
    return await an_import(client, tenant)


@fills("ads", "/imports/{import_id}/row-errors")
async def a_row_error(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A refused row, written as a worker would."""
    values = await an_import(client, tenant)
    await run_as_owner(
        tenant,
        'INSERT INTO platform.import_row_error (tenant_id, import_id, position, line, "column", code, message, value)'
        " VALUES ($1, $2, 0, 2, 'clicks', 'not_a_number', 'This is not a number.', 'abc')",
        values["import_id"],
    )
    return values


async def an_advertised_account(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A campaign with one of everything below it, and a day of its figures, as an import leaves them."""
    ids: dict[str, Any] = {
        name: new_id()
        for name in ("campaign_id", "ad_group_id", "target_id", "search_term_id", "product_id", "placement_id")
    }
    ids |= await an_ad_account(client, tenant)
    pull, campaign, ad_group = new_id(), ids["campaign_id"], ids["ad_group_id"]
    statements: list[tuple[str, tuple[Any, ...]]] = [
        (
            "INSERT INTO ads.campaign (tenant_id, id, ad_account_id, marketplace, ad_product, amazon_campaign_id, name,"
            " name_key, portfolio, targeting_type, state, daily_budget_amount, daily_budget_currency,"
            " bidding_strategy, start_date, as_of, version, created_at, updated_at) VALUES ($1, $2, $3, 'US',"
            " 'sponsored_products', $4, 'Kettle', 'kettle', 'Kitchen', 'manual', 'enabled', 20, 'USD', 'down_only',"
            " '2026-01-01', now(), 1, now(), now())",
            (campaign, ids["ad_account_id"], str(campaign.int % 10**15)),
        ),
        (
            "INSERT INTO ads.ad_group (tenant_id, id, campaign_id, name, name_key, state, default_bid_amount,"
            " default_bid_currency, as_of) VALUES ($1, $2, $3, 'Main', 'main', 'enabled', 0.75, 'USD', now())",
            (ad_group, campaign),
        ),
        (
            "INSERT INTO ads.target (tenant_id, id, ad_group_id, kind, text, text_key, match_type, amazon_target_id,"
            " bid_amount, bid_currency, as_of)"
            " VALUES ($1, $2, $3, 'keyword', 'Kettle', 'kettle', 'broad', '123', 0.8, 'USD', now())",
            (ids["target_id"], ad_group),
        ),
        (
            "INSERT INTO ads.negative_target (tenant_id, id, campaign_id, ad_group_id, text, text_key, match_type,"
            " state, as_of) VALUES ($1, $2, $3, NULL, 'Teapot', 'teapot', 'negative_exact', 'enabled', now())",
            (new_id(), campaign),
        ),
        (
            "INSERT INTO ads.search_term (tenant_id, id, target_id, text, text_key, is_asin)"
            " VALUES ($1, $2, $3, 'Red kettle', 'red kettle', false)",
            (ids["search_term_id"], ids["target_id"]),
        ),
        (
            "INSERT INTO ads.placement_modifier (tenant_id, id, campaign_id, placement, percentage, as_of)"
            " VALUES ($1, $2, $3, 'top_of_search', 50, now())",
            (ids["placement_id"], campaign),
        ),
        (
            "INSERT INTO ads.advertised_product (tenant_id, id, ad_account_id, marketplace, product_key, seller_sku,"
            " asin, stage, currency, price_amount, inventory_said_at, inventory_price_amount,"
            " inventory_product_cost_amount, inventory_fees_amount, inventory_inbound_freight_amount, sellable_units,"
            " arriving_units, trailing_daily_units, lead_time_days, version, created_at, updated_at)"
            " VALUES ($1, $2, $3, 'US', 'sku:kettle', 'KETTLE', 'B000000001', 'growth', 'USD', 30, now(), 29, 8, 10,"
            " 1, 70, 0, 9.25, 14, 1, now(), now())",
            (ids["product_id"], ids["ad_account_id"]),
        ),
        (
            "INSERT INTO ads.product_ad (tenant_id, id, ad_group_id, advertised_product_id, seller_sku, asin, state,"
            " as_of) VALUES ($1, $2, $3, $4, 'KETTLE', 'B000000001', 'enabled', now())",
            (new_id(), ad_group, ids["product_id"]),
        ),
        (
            "INSERT INTO ads.report_pull (tenant_id, id, import_id, ad_account_id, marketplace, currency, report,"
            " granularity, date_from, date_to, as_of, attribution_days, row_count) VALUES ($1, $2, $3, $4, 'US',"
            " 'USD', 'search_terms', 'daily', '2026-02-01', '2026-02-01', now(), 7, 1)",
            (pull, new_id(), ids["ad_account_id"]),
        ),
        (
            "INSERT INTO ads.pull_day (tenant_id, report, granularity, date_from, date_to, campaign_id, pull_id,"
            " as_of, row_count, impressions, clicks, cost, orders, sales) VALUES ($1, 'search_terms', 'daily',"
            " '2026-02-01', '2026-02-01', $2, $3, now(), 1, 100, 3, 2.5, 1, 29.99)",
            (campaign, pull),
        ),
        (
            "INSERT INTO ads.performance (tenant_id, report, granularity, date_from, date_to, campaign_id, subject_id,"
            " pull_id, impressions, clicks, cost, orders, sales) VALUES ($1, 'search_terms', 'daily', '2026-02-01',"
            " '2026-02-01', $2, $3, $4, 100, 3, 2.5, NULL, 29.99)",
            (campaign, ids["search_term_id"], pull),
        ),
    ]
    connection = await asyncpg.connect(tenant.owner_url)
    try:
        async with connection.transaction():
            await connection.execute(set_tenant_statement(tenant.id))
            for statement, values in statements:
                await connection.execute(statement, tenant.id, *values)
    finally:
        await connection.close()
    return {name: str(value) for name, value in ids.items()} | {"pull_id": str(pull)}


def _one_of_all(name: str) -> None:
    @builds("ads", name)
    async def build(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
        return {name: (await an_advertised_account(client, tenant))[name]}


for parameter in ("campaign_id", "ad_group_id", "target_id", "search_term_id", "product_id", "pull_id"):
    _one_of_all(parameter)


@fills("ads", "/negative-targets")
@fills("ads", "/placements")
@fills("ads", "/product-ads")
@fills("ads", "/performance")
@fills("ads", "/performance-days")
async def some_advertising(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """Rows of everything that has no operation for the single row."""
    await an_advertised_account(client, tenant)
    return {}
