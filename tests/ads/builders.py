"""Makes the objects of ads that the tests generated from the OpenAPI document need."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import httpx

from shared.core.clock import utc_now
from shared.core.ids import new_id
from shared.db.tenancy import set_tenant_statement
from tests.support.builders import builds, fills, made, run_as_owner
from tests.support.connections import lent_connection
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
            " '2026-02-01', $2, $3, $4, 100, 3, 2.5, 1, 29.99)",
            (campaign, ids["search_term_id"], pull),
        ),
    ]
    await _execute(tenant, statements)
    return {name: str(value) for name, value in ids.items()} | {"pull_id": str(pull)}


async def _execute(tenant: Tenant, statements: Sequence[tuple[str, tuple[Any, ...]]]) -> None:
    """The statements in one transaction of the owner; `$1` is the tenant."""
    async with lent_connection(tenant.owner_url) as connection, connection.transaction():
        await connection.execute(set_tenant_statement(tenant.id))
        for statement, values in statements:
            await connection.execute(statement, tenant.id, *values)


async def a_scored_account(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """An advertised account with a scoring run, its scores, proposals in all states but applied, and a sheet."""
    ids = await an_advertised_account(client, tenant)
    run, sheet, applied = new_id(), new_id(), new_id()
    proposals = {state: new_id() for state in ("proposed", "approved", "exported")}
    money = json.dumps({"amount": "2.5", "currency": "USD"})
    totals = json.dumps(
        {
            "markets": [
                {"ad_account_id": ids["ad_account_id"], "marketplace": "US", "score": 61.5}
                | dict.fromkeys(
                    ("cost", "sales", "wasted_spend", "waste_saved", "sales_at_risk", "sales_gained"),
                    json.loads(money),
                )
            ],
            "proposals": [{"kind": "negate", "count": 1}],
            **dict.fromkeys(("alarms", "campaigns", "search_terms", "targets", "products"), 1),
        }
    )
    reason = '{"code": "loses_money", "parameters": {"p_unprofitable": 0.95}, "sentence": "It loses money."}'
    steps = ("ask", "read", "layout", "score", "propose", "words", "child", "write")
    parameters = json.dumps(
        {"as_of_date": "2026-03-01", "window_days": 60, "tau": 0.9, "marketplaces": None, "ad_account_ids": None}
    )
    finding = json.dumps(
        [
            {"kind": "wasted_spend", "campaign_id": ids["campaign_id"], "text": None, "reason": json.loads(reason)}
            | dict.fromkeys(("amount", "saved"), json.loads(money))
        ]
    )
    statements: list[tuple[str, tuple[Any, ...]]] = [
        (
            "INSERT INTO ads.scoring_run (tenant_id, id, operation_id, as_of_date, window_days, tau, parameters,"
            " inventory_state, completeness, completeness_learned, subjects_count, proposals_count, totals, findings,"
            " notes, timings, created_by, created_at, completed_at) VALUES ($1, $2, $3, '2026-03-01', 60, 0.9, $4,"
            " 'silent', '[0.55, 0.72, 0.81, 0.87, 0.9, 0.94, 0.97, 1]', false, 2, 3, $5, $6, '[]', $7, $8, now(),"
            " now())",
            (
                run,
                new_id(),
                parameters,
                totals,
                finding,
                json.dumps({f"{step}_seconds": 0.1 for step in steps}),
                tenant.principal_id,
            ),
        ),
        *(
            (
                "INSERT INTO ads.score (tenant_id, run_id, level, subject_id, ad_account_id, campaign_id, marketplace,"
                " currency, impressions, clicks, effective_clicks, cost, orders, sales, order_value, break_even_acos,"
                " target_acos, expected_cvr, cvr_low, cvr_high, p_unprofitable, p_target, p_below_benchmark, evidence,"
                " score, cap, wasted_spend, action, parts, diagnosis, alarm, reasons) VALUES ($1, $2, $3, $4, $5, $6,"
                " 'US', 'USD', 100, 30, 29.5, 2.5, 1, 29.99, 29.99, 0.3, 0.27, 0.05, 0.02, 0.09, 0.95, 0.02, 0.8, 0.5,"
                " 21.5, 100, 1.75, $7, $8, $9, $10, $11)",
                (
                    run,
                    level,
                    UUID(ids[name]),
                    UUID(ids["ad_account_id"]),
                    UUID(ids["campaign_id"]),
                    "negate" if level == "search_term" else None,
                    '[{"part": "profit", "value": 0.05, "points": 40, "lost": 38}]',
                    json.dumps({"remedy": "lower_bid", **json.loads(reason)}) if level == "campaign" else None,
                    '{"orders": 1, "expected": 4, "window_days": 10, "probability": 0.002, "rate_ratio": 0.25}'
                    if level == "campaign"
                    else None,
                    f"[{reason}]",
                ),
            )
            for level, name in (("campaign", "campaign_id"), ("search_term", "search_term_id"))
        ),
        (
            "INSERT INTO ads.bulk_sheet (tenant_id, id, ad_account_id, marketplace, proposals_count, rows_count,"
            " left_out, sha256, content, created_by, created_at) VALUES ($1, $2, $3, 'US', 1, 1, '[]',"
            " sha256('PK'), 'PK', $4, now())",
            (sheet, UUID(ids["ad_account_id"]), tenant.principal_id),
        ),
        *(
            (
                "INSERT INTO ads.ad_proposal (tenant_id, id, run_id, kind, level, subject_id, campaign_id, ad_group_id,"
                " target_id, words, currency, old_value, new_value, waste_saved, sales_at_risk, sales_gained,"
                " confidence, reasons, cooldown_ends_at, state, decided_by, decided_at, bulk_sheet_id, version,"
                " created_at, updated_at) VALUES ($1, $2, $3, 'bid_down', 'target', $4, $5, $6, $7, 'Kettle', 'USD',"
                " 0.8, 0.62, 1.5, 0.4, 0, 0.9, $8, now(), $9, $10, $11, $12, 1, now(), now())",
                (
                    identifier,
                    run,
                    new_id(),
                    UUID(ids["campaign_id"]),
                    UUID(ids["ad_group_id"]),
                    UUID(ids["target_id"]),
                    f"[{reason}]",
                    state,
                    None if state == "proposed" else tenant.principal_id,
                    None if state == "proposed" else utc_now(),
                    sheet if state == "exported" else None,
                ),
            )
            for state, identifier in (*proposals.items(), ("applied", applied))
        ),
        (
            "INSERT INTO ads.ad_proposal_event (tenant_id, id, proposal_id, from_state, to_state, reason, decided_by,"
            " decided_at) VALUES ($1, $2, $3, 'rejected', 'proposed', 'Looked at again.', $4, now())",
            (new_id(), proposals["proposed"], tenant.principal_id),
        ),
        (
            "INSERT INTO ads.ad_change (tenant_id, id, proposal_id, kind, level, subject_id, campaign_id, currency,"
            " old_value, new_value, origin, applied_at, applied_by) VALUES ($1, $2, $2, 'bid_down', 'target', $3, $4,"
            " 'USD', 0.8, 0.62, 'stated', now(), $5)",
            (applied, UUID(ids["target_id"]), UUID(ids["campaign_id"]), tenant.principal_id),
        ),
        (
            "INSERT INTO ads.ad_change_effect (tenant_id, change_id, run_id, days, first_date, clicks_before,"
            " clicks_after, effective_clicks_before, effective_clicks_after, orders_before, orders_after, cost_before,"
            " cost_after, sales_before, sales_after, profit_before, profit_after, probability_better) VALUES ($1, $2,"
            " $3, 7, '2026-02-15', 30, 22, 30, 20.5, 1, 2, 24, 13.64, 29.99, 59.98, -15, 4.3, 0.91)",
            (applied, run),
        ),
    ]
    await _execute(tenant, statements)
    return ids | {"run_id": str(run), "proposal_id": str(proposals["proposed"]), "sheet_id": str(sheet)}


for parameter in ("run_id", "proposal_id", "sheet_id"):

    @builds("ads", parameter)
    async def build_scored(client: httpx.AsyncClient, tenant: Tenant, name: str = parameter) -> dict[str, str]:
        """One of a scored account."""
        return {name: (await a_scored_account(client, tenant))[name]}


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


@fills("ads", "/advertising-history")
async def a_history(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A day of figures of not long ago."""
    await an_advertised_account(client, tenant)
    await run_as_owner(
        tenant,
        "UPDATE ads.pull_day SET date_from = current_date - 9, date_to = current_date - 9 WHERE tenant_id = $1",
    )
    return {}


@fills("ads", "/ad-changes")
async def some_changes(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """An applied change."""
    await a_scored_account(client, tenant)
    return {}


@fills("ads", "/scoring-runs/{run_id}/scores")
async def some_scores(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A run with scores."""
    return {"run_id": (await a_scored_account(client, tenant))["run_id"]}


@fills("ads", "/campaigns/{campaign_id}/scores")
async def a_score_history(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A campaign that was scored."""
    return {"campaign_id": (await a_scored_account(client, tenant))["campaign_id"]}


@fills("ads", "/ad-proposals/{proposal_id}/events")
async def some_events(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A proposal about which something was decided."""
    return {"proposal_id": (await a_scored_account(client, tenant))["proposal_id"]}


@fills("ads", "/scoring-runs/{run_id}/changes")
async def some_score_changes(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A run over campaigns that an earlier one had scored."""
    first = await a_scored_account(client, tenant)
    later = new_id()
    copied = ", ".join(
        [
            "level",
            "subject_id",
            "ad_account_id",
            "campaign_id",
            "marketplace",
            "currency",
            "clicks",
            "effective_clicks",
            "cost",
            "orders",
            "sales",
            "score",
            "diagnosis",
        ]
    )
    run = ", ".join(
        [
            "window_days",
            "tau",
            "parameters",
            "inventory_state",
            "completeness",
            "completeness_learned",
            "subjects_count",
            "proposals_count",
            "totals",
            "findings",
            "notes",
            "timings",
            "created_by",
            "created_at",
        ]
    )
    await _execute(
        tenant,
        [
            (
                f"INSERT INTO ads.scoring_run (tenant_id, id, operation_id, as_of_date, completed_at, {run})"
                f" SELECT tenant_id, $2, $2, as_of_date + 1, completed_at + interval '1 day', {run}"
                " FROM ads.scoring_run WHERE tenant_id = $1 AND id = $3",
                (later, UUID(first["run_id"])),
            ),
            (
                f"INSERT INTO ads.score (tenant_id, run_id, {copied}) SELECT tenant_id, $2, {copied} FROM ads.score"
                " WHERE tenant_id = $1 AND run_id = $3",
                (later, UUID(first["run_id"])),
            ),
        ],
    )
    return {"run_id": str(later)}
