"""What approved changes become in a sheet, and which cannot be in one."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

import httpx
import pytest

from services.ads.domain.vocabulary import MatchType, State
from services.ads.formats.bulk_row import BulkEntity, BulkEntityRow, BulkRecord, Operation
from services.ads.formats.kinds import KINDS
from shared.core.marketplaces import get_marketplace
from shared.db.engine import Database
from shared.files.facts import Facts
from shared.files.reading import read_whole
from tests.ads.actions.advertised import Account, an_account, keyed
from tests.ads.queries.test_scoring_inputs import gathered
from tests.support.http import problem_slug
from tests.support.tenants import Tenant

DAYS = Facts(marketplace=get_marketplace("US"), from_date=date(2026, 2, 1), to_date=date(2026, 2, 28))


async def asked(client: httpx.AsyncClient, proposals: Sequence[UUID]) -> httpx.Response:
    """The answer to a wish for a sheet."""
    body = {"proposal_ids": [str(each) for each in proposals]}
    return await client.post("/bulk-sheets", json=body, headers=keyed())


async def records_of(client: httpx.AsyncClient, proposals: Sequence[UUID]) -> list[BulkRecord]:
    """The rows of the sheet."""
    answer = await asked(client, proposals)
    assert answer.status_code == 201, answer.text
    file = await client.get(f"/bulk-sheets/{answer.json()['id']}/file")
    whole = read_whole(KINDS, file.content, DAYS)
    assert not whole.errors
    return [row.record for row in whole.rows if isinstance(row, BulkEntityRow)]


async def harvested_into(client: httpx.AsyncClient, account: Account) -> tuple[str | None, str | None]:
    """Campaign and ad group of the keyword that a harvest makes."""
    harvest = await account.add_proposal("harvest", account.id("search_term_id"), "red kettle")
    records = await records_of(client, [harvest])
    [keyword] = [each for each in records if each.entity is BulkEntity.KEYWORD]
    assert BulkEntity.NEGATIVE_KEYWORD in {each.entity for each in records}
    return keyword.campaign_id, keyword.ad_group_id


async def test_a_harvest_goes_where_exact_keywords_of_the_product_run(ads: httpx.AsyncClient, tenant: Tenant) -> None:
    account = await an_account(ads, tenant)
    await account.add_destination()
    assert await harvested_into(ads, account) == ("700", "800")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ads.campaign SET state = 'paused' WHERE tenant_id = $1 AND amazon_campaign_id = '700'",
        "UPDATE ads.ad_group SET state = 'paused' WHERE tenant_id = $1 AND amazon_ad_group_id = '800'",
        "UPDATE ads.product_ad AS a SET state = 'paused' FROM ads.ad_group AS g WHERE a.tenant_id = $1"
        " AND g.id = a.ad_group_id AND g.amazon_ad_group_id = '800'",
        "UPDATE ads.target AS t SET kind = 'product', match_type = 'none' FROM ads.ad_group AS g"
        " WHERE t.tenant_id = $1 AND g.id = t.ad_group_id AND g.amazon_ad_group_id = '800'",
        "UPDATE ads.campaign SET is_brand_defence = true WHERE tenant_id = $1 AND amazon_campaign_id = '700'",
        "INSERT INTO ads.negative_target (tenant_id, id, campaign_id, text, text_key, match_type, as_of)"
        " SELECT tenant_id, gen_random_uuid(), id, 'Kettle', 'kettle', 'negative_phrase', now() FROM ads.campaign"
        " WHERE tenant_id = $1 AND amazon_campaign_id = '700'",
        "INSERT INTO ads.negative_target (tenant_id, id, campaign_id, ad_group_id, text, text_key, match_type, as_of)"
        " SELECT tenant_id, gen_random_uuid(), campaign_id, id, 'Red kettle', 'red kettle', 'negative_exact', now()"
        " FROM ads.ad_group WHERE tenant_id = $1 AND amazon_ad_group_id = '800'",
    ],
    ids=["campaign", "ad_group", "ad", "products_only", "brand", "phrase", "exact"],
)
async def test_a_harvest_does_not_go_where_its_words_would_not_run(
    ads: httpx.AsyncClient, tenant: Tenant, statement: str
) -> None:
    account = await an_account(ads, tenant)
    await account.add_destination()
    await account.run(statement)
    campaign, group = await harvested_into(ads, account)
    assert (campaign != "700", group) == (True, "Main exact")


async def test_an_ad_group_is_made_by_one_sheet_only(ads: httpx.AsyncClient, tenant: Tenant) -> None:
    account = await an_account(ads, tenant)
    assert (await harvested_into(ads, account))[1] == "Main exact"
    second = await account.add_proposal("harvest", await account.add_term("blue kettle"), "blue kettle")
    answer = await asked(ads, [second])
    assert (answer.status_code, problem_slug(answer)) == (409, "nothing-to-export")
    assert [each["code"] for each in answer.json()["errors"]] == ["no_place_for_keyword"]
    await account.run("UPDATE ads.ad_proposal SET state = 'rejected' WHERE tenant_id = $1 AND state = 'exported'")
    assert (await asked(ads, [second])).status_code == 201


async def test_an_ad_group_that_exists_is_not_made_again(ads: httpx.AsyncClient, tenant: Tenant) -> None:
    account = await an_account(ads, tenant)
    await account.run(
        "INSERT INTO ads.ad_group (tenant_id, id, campaign_id, name, name_key, state, as_of)"
        " VALUES ($1, gen_random_uuid(), $2, 'Main exact', 'main exact', 'paused', now())",
        account.id("campaign_id"),
    )
    harvest = await account.add_proposal("harvest", account.id("search_term_id"), "red kettle")
    assert problem_slug(await asked(ads, [harvest])) == "nothing-to-export"


async def test_two_changes_of_one_subject_are_refused(ads: httpx.AsyncClient, tenant: Tenant) -> None:
    account = await an_account(ads, tenant)
    lower = await account.add_proposal("bid_down", account.id("target_id"))
    throttle = await account.add_proposal("throttle", account.id("target_id"))
    answer = await asked(ads, [lower, throttle])
    assert (answer.status_code, problem_slug(answer)) == (409, "contradicting-changes")
    [error] = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == ("#/proposal_ids/1", "changes_the_same")
    assert str(lower) in error["detail"]
    assert len(await records_of(ads, [lower])) == 1


async def test_the_same_negative_of_two_targets_is_one_row(ads: httpx.AsyncClient, tenant: Tenant) -> None:
    account = await an_account(ads, tenant)
    negates = [await account.add_proposal("negate", UUID(int=each), "blue kettle") for each in (1, 2)]
    assert len(await records_of(ads, negates)) == 1


@pytest.mark.parametrize(("value", "code"), [("0.625", "too_fine"), ("0.01", "out_of_range"), ("0.62", None)])
async def test_bids_that_people_set_are_what_amazon_takes(
    ads: httpx.AsyncClient, tenant: Tenant, value: str, code: str | None
) -> None:
    account = await an_account(ads, tenant)
    proposal = await account.add_proposal("bid_down", account.id("target_id"), state="proposed")
    answer = await ads.post(
        f"/ad-proposals/{proposal}/approval",
        json={"value": value, "reason": "As I like it."},
        headers=keyed() | {"If-Match": '"v1"'},
    )
    assert answer.status_code == (200 if code is None else 422)
    assert [each["code"] for each in answer.json().get("errors", [])] == ([] if code is None else [code])


async def test_where_a_sheet_takes_a_harvest_is_kept(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    account = await an_account(ads, tenant)

    async def kept() -> list[UUID | None]:
        async with ads_database.reader(tenant.id) as connection:
            found = await connection.fetch(
                "SELECT destination_campaign_id FROM ads.ad_proposal WHERE tenant_id = $1 AND kind = 'harvest'"
                " ORDER BY id",
                tenant.id,
            )
        return [row[0] for row in found]

    made = await account.add_proposal("harvest", account.id("search_term_id"), "red kettle")
    await records_of(ads, [made])
    assert await kept() == [account.id("campaign_id")], "in a new ad group of its own campaign"
    there = await account.add_destination()
    moved = await account.add_proposal("harvest", await account.add_term("blue kettle"), "blue kettle")
    await records_of(ads, [moved])
    assert await kept() == [account.id("campaign_id"), there["campaign"]]


UPDATED = (BulkEntity.KEYWORD, Operation.UPDATE, "700", "800", "900", None, None, State.ENABLED, Decimal("0.8"))
CREATED = (
    BulkEntity.KEYWORD, Operation.CREATE, "700", "800", None, "red kettle", MatchType.EXACT, State.ENABLED,
    Decimal("0.8"),
)  # fmt: skip


def what_it_does(record: BulkRecord) -> tuple[object, ...]:
    """The row of a keyword without what it leaves empty."""
    return (
        record.entity,
        record.operation,
        record.campaign_id,
        record.ad_group_id,
        record.keyword_id,
        record.keyword_text,
        record.match_type,
        record.state,
        record.bid,
    )


@pytest.mark.parametrize(
    ("state", "row"), [("paused", UPDATED), ("enabled", UPDATED), (None, UPDATED), ("archived", CREATED)]
)
async def test_a_keyword_that_the_destination_has_is_enabled_with_the_new_bid(
    ads: httpx.AsyncClient, tenant: Tenant, state: str | None, row: tuple[object, ...]
) -> None:
    account = await an_account(ads, tenant)
    there = await account.add_destination()
    await account.add_target(there["ad_group"], "Red Kettle", "900", state)
    harvest = await account.add_proposal("harvest", account.id("search_term_id"), "red kettle")
    keyword, negative = await records_of(ads, [harvest])
    assert what_it_does(keyword) == row
    assert (negative.entity, negative.operation) == (BulkEntity.NEGATIVE_KEYWORD, Operation.CREATE)


async def test_a_product_that_the_destination_has_is_enabled_too(ads: httpx.AsyncClient, tenant: Tenant) -> None:
    account = await an_account(ads, tenant)
    there = await account.add_destination()
    await account.run("DELETE FROM ads.target WHERE tenant_id = $1 AND ad_group_id = $2", there["ad_group"])
    await account.add_target(there["ad_group"], 'asin="B0ABCDEFGH"', "901", kind="product")
    term = await account.add_term("b0abcdefgh")
    await account.run("UPDATE ads.search_term SET is_asin = true WHERE tenant_id = $1 AND id = $2", term)
    product, negative = await records_of(ads, [await account.add_proposal("harvest", term, "b0abcdefgh")])
    assert (product.entity, product.operation) == (BulkEntity.PRODUCT_TARGETING, Operation.UPDATE)
    assert (product.product_targeting_id, product.targeting_expression, product.bid) == ("901", None, Decimal("0.8"))
    assert negative.operation is Operation.CREATE


async def test_a_harvest_goes_elsewhere_where_its_keyword_has_no_id_of_amazon(
    ads: httpx.AsyncClient, tenant: Tenant
) -> None:
    account = await an_account(ads, tenant)
    there = await account.add_destination()
    await account.add_target(there["ad_group"], "red kettle", None)
    assert (await harvested_into(ads, account))[1] == "Main exact"
    # Nor is there any other place for this one.
    await account.add_target(there["ad_group"], "blue kettle", None)
    second = await account.add_proposal("harvest", await account.add_term("blue kettle"), "blue kettle")
    answer = await asked(ads, [second])
    assert (answer.status_code, problem_slug(answer)) == (409, "nothing-to-export")
    assert [each["code"] for each in answer.json()["errors"]] == ["no_place_for_keyword"]


async def test_a_harvest_goes_elsewhere_where_something_else_changes_its_keyword(
    ads: httpx.AsyncClient, tenant: Tenant
) -> None:
    account = await an_account(ads, tenant)
    there = await account.add_destination()
    keyword = await account.add_target(there["ad_group"], "red kettle", "900", "enabled")
    await account.add_proposal("pause", keyword)
    assert (await harvested_into(ads, account))[1] == "Main exact"


async def test_what_a_sheet_did_to_a_keyword_for_a_harvest_is_known_once_it_is_applied(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    account = await an_account(ads, tenant)
    there = await account.add_destination()
    keyword = await account.add_target(there["ad_group"], "red kettle", "900")
    same = await account.add_term("red kettle ")
    await account.run(
        "UPDATE ads.search_term SET target_id = gen_random_uuid(), text_key = 'red kettle' WHERE tenant_id = $1"
        " AND id = $2",
        same,
    )
    first = await account.add_proposal("harvest", account.id("search_term_id"), "red kettle")
    second = await account.add_proposal("harvest", same, "red kettle")
    await account.run("UPDATE ads.ad_proposal SET new_value = 0.9 WHERE tenant_id = $1 AND id = $2", second)
    answer = await asked(ads, [first, second])
    assert (answer.json()["proposals_count"], answer.json()["rows_count"]) == (2, 2)
    assert keyword in (await gathered(ads_database, tenant)).changes, "it rests while the sheet is not applied"
    applied = await ads.post(f"/bulk-sheets/{answer.json()['id']}/application", json={}, headers=keyed())
    assert applied.status_code == 200, applied.text
    changes = (await ads.get("/ad-changes", params={"kind": "harvest"})).json()["items"]
    [change] = [each for each in changes if each["proposal_id"] == str(first)]
    assert (change["level"], change["subject_id"]) == ("search_term", account.ids["search_term_id"])
    found = (await ads.get(f"/targets/{keyword}")).json()
    assert (found["state"], found["bid"]) == ("enabled", {"amount": "0.8", "currency": "USD"})
    assert (found["state_change_id"], found["bid_change_id"]) == (change["id"], change["id"])
    assert found["bid_known_at"] == change["applied_at"]
    assert keyword in (await gathered(ads_database, tenant)).changes


async def test_a_harvest_that_was_made_otherwise_than_by_its_sheet_says_nothing_of_the_keyword(
    ads: httpx.AsyncClient, tenant: Tenant
) -> None:
    account = await an_account(ads, tenant)
    there = await account.add_destination()
    keyword = await account.add_target(there["ad_group"], "red kettle", "900")
    harvest = await account.add_proposal("harvest", account.id("search_term_id"), "red kettle")
    await records_of(ads, [harvest])
    answer = await ads.post(f"/ad-proposals/{harvest}/application", json={}, headers=keyed() | {"If-Match": '"v2"'})
    assert answer.status_code == 200, answer.text
    found = (await ads.get(f"/targets/{keyword}")).json()
    assert (found["state"], found["bid"]["amount"]) == ("paused", "0.5")
