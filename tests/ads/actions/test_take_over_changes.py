"""What is known of bids, budgets, states and modifiers: the latest moment counts, not the file that comes last."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from shared.db.engine import Database
from tests.ads.actions.advertised import Account, an_account, keyed
from tests.ads.importing import import_file
from tests.support.tenants import Tenant

TARGETS = "Date,Currency,Campaign Name,Ad Group Name,Targeting,Match Type,Impressions,Clicks,Spend"
CAMPAIGNS = "Date,Currency,Campaign Name,Impressions,Clicks,Spend"
APPLIED = "2026-02-10T12:00:00+00:00"


async def known_account(ads: httpx.AsyncClient, tenant: Tenant) -> Account:
    """An account whose files were of the first of February."""
    account = await an_account(ads, tenant)
    for table in ("campaign", "target", "placement_modifier"):
        await account.run(f"UPDATE ads.{table} SET as_of = '2026-02-01' WHERE tenant_id = $1")
    return account


async def applied(
    ads: httpx.AsyncClient, account: Account, kind: str, subject: str, value: float | None, at: str = APPLIED
) -> None:
    """A change of the subject's value as made at Amazon."""
    proposal = await account.add_proposal(kind, account.id(subject))
    level = "target" if subject == "target_id" else "campaign"
    await account.run(
        "UPDATE ads.ad_proposal SET old_value = NULL, new_value = $3, level = $4,"
        " placement = CASE WHEN kind = 'placement_modifier' THEN 'top_of_search' END WHERE tenant_id = $1 AND id = $2",
        proposal,
        value,
        level,
    )
    answer = await ads.post(
        f"/ad-proposals/{proposal}/application", json={"applied_at": at}, headers=keyed() | {"If-Match": '"v1"'}
    )
    assert answer.status_code == 200, answer.text


async def told(
    ads: httpx.AsyncClient, database: Database, account: Account, as_of: str, day: int = 1, **columns: object
) -> None:
    """A report of one day of February; `columns` are those beside the figures."""
    code = (await ads.get(f"/ad-accounts/{account.id('ad_account_id')}")).json()["code"]
    is_target = set(columns) <= {"Bid"}
    header = ",".join([TARGETS if is_target else CAMPAIGNS, *columns])
    what = "Kettle,Main,Kettle,BROAD" if is_target else "Kettle"
    values = "".join(f",{value}" for value in columns.values())
    content = f'{header}\n"Feb {day:02}, 2026",USD,{what},100,5,1.00{values}\n'.encode()
    done = await import_file(database, account.tenant, content, marketplace="US", as_of=as_of, account=code)
    assert (done.operation.state, done.errors) == ("succeeded", []), done.operation.problem


async def target(ads: httpx.AsyncClient, account: Account) -> dict[str, Any]:
    """The target as it is read."""
    found: dict[str, Any] = (await ads.get(f"/targets/{account.id('target_id')}")).json()
    return found


async def change_of(ads: httpx.AsyncClient, subject: UUID) -> str:
    """The change of the subject that was applied at the moment."""
    items = (await ads.get("/ad-changes", params={"subject_id": str(subject)})).json()["items"]
    [found] = [each["id"] for each in items if each["applied_at"] == APPLIED]
    return str(found)


async def test_an_applied_bid_is_known_at_once_with_the_change_that_set_it(
    ads: httpx.AsyncClient, tenant: Tenant
) -> None:
    account = await known_account(ads, tenant)
    await applied(ads, account, "bid_down", "target_id", 0.62)
    found = await target(ads, account)
    assert found["bid"] == {"amount": "0.62", "currency": "USD"}
    assert found["bid_known_at"] == APPLIED
    assert found["bid_change_id"] == await change_of(ads, account.id("target_id"))
    assert found["bid_before_stock"] is None


async def test_a_file_of_an_earlier_moment_that_comes_later_does_not_bring_the_old_bid_back(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    account = await known_account(ads, tenant)
    await applied(ads, account, "bid_down", "target_id", 0.62)
    await told(ads, ads_database, account, "2026-02-10T11:59:00Z", day=10, Bid=0.8)
    assert (await target(ads, account))["bid"]["amount"] == "0.62"


async def test_a_report_tells_of_the_end_of_its_last_day_whenever_it_was_made(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    account = await known_account(ads, tenant)
    await applied(ads, account, "bid_down", "target_id", 0.62, at="2026-02-10T12:00:00Z")
    await told(ads, ads_database, account, "2026-02-12T06:00:00Z", day=9, Bid=0.8)
    found = await target(ads, account)
    assert (found["bid"]["amount"], found["bid_known_at"]) == ("0.62", APPLIED)
    # The tenth ends in Los Angeles at eight o'clock of the eleventh, UTC.
    await told(ads, ads_database, account, "2026-02-12T07:00:00Z", day=10, Bid=0.8)
    found = await target(ads, account)
    assert (found["bid"]["amount"], found["bid_known_at"]) == ("0.8", "2026-02-11T08:00:00+00:00")
    assert found["bid_change_id"] is None


async def test_a_later_file_without_the_field_leaves_what_was_applied(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    account = await known_account(ads, tenant)
    await told(ads, ads_database, account, "2026-02-20T06:00:00Z", day=19)
    await applied(ads, account, "bid_down", "target_id", 0.62)
    assert (await target(ads, account))["bid"]["amount"] == "0.62"
    await told(ads, ads_database, account, "2026-02-21T06:00:00Z", day=20)
    assert (await target(ads, account))["bid"]["amount"] == "0.62"


async def test_a_later_file_that_says_the_same_bid_leaves_the_trace_and_another_bid_ends_it(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    account = await known_account(ads, tenant)
    await applied(ads, account, "throttle", "target_id", 0.4)
    await told(ads, ads_database, account, "2026-02-12T06:00:00Z", day=11, Bid=0.4)
    found = await target(ads, account)
    assert found["bid_known_at"] == "2026-02-12T06:00:00+00:00"
    assert found["bid_change_id"] is not None
    assert found["bid_before_stock"] == {"amount": "0.8", "currency": "USD"}
    await told(ads, ads_database, account, "2026-02-14T06:00:00Z", day=13, Bid=0.5)
    found = await target(ads, account)
    assert (found["bid"]["amount"], found["bid_change_id"], found["bid_before_stock"]) == ("0.5", None, None)


async def test_what_stock_lowers_twice_was_as_before_the_first_time_and_any_other_change_ends_that(
    ads: httpx.AsyncClient, tenant: Tenant
) -> None:
    account = await known_account(ads, tenant)
    await applied(ads, account, "throttle", "target_id", 0.6, at="2026-02-10T12:00:00Z")
    await applied(ads, account, "throttle", "target_id", 0.4, at="2026-02-14T12:00:00Z")
    assert (await target(ads, account))["bid_before_stock"]["amount"] == "0.8"
    await applied(ads, account, "bid_down", "target_id", 0.35, at="2026-02-18T12:00:00Z")
    found = await target(ads, account)
    assert (found["bid"]["amount"], found["bid_before_stock"]) == ("0.35", None)


async def test_a_change_of_before_a_file_that_says_the_field_changes_nothing(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    account = await known_account(ads, tenant)
    await told(ads, ads_database, account, "2026-02-20T06:00:00Z", day=20, Bid=0.7)
    await applied(ads, account, "bid_down", "target_id", 0.62)
    found = await target(ads, account)
    assert (found["bid"]["amount"], found["bid_change_id"]) == ("0.7", None)


@pytest.mark.parametrize(
    ("kind", "value", "field", "seen", "columns"),
    [
        ("budget", 12.75, "daily_budget", {"amount": "12.75", "currency": "USD"}, {"Budget": 30, "Status": "ENABLED"}),
        ("pause", None, "state", "paused", {"Budget": 20, "Status": "ENABLED"}),
        ("resume", None, "state", "enabled", {"Budget": 20, "Status": "PAUSED"}),
    ],
)
async def test_budgets_and_states_of_campaigns_are_known_as_bids_are(
    ads: httpx.AsyncClient,
    ads_database: Database,
    tenant: Tenant,
    kind: str,
    value: float | None,
    field: str,
    seen: object,
    columns: dict[str, object],
) -> None:
    account = await known_account(ads, tenant)
    if kind == "resume":
        await account.run("UPDATE ads.campaign SET state = 'paused' WHERE tenant_id = $1")
    before = (await ads.get(f"/campaigns/{account.id('campaign_id')}")).json()
    await applied(ads, account, kind, "campaign_id", value)
    await told(ads, ads_database, account, "2026-02-10T08:00:00Z", day=9, **columns)
    found = (await ads.get(f"/campaigns/{account.id('campaign_id')}")).json()
    assert before[field] != seen
    assert (found[field], found[f"{field}_known_at"]) == (seen, APPLIED)
    assert found[f"{field}_change_id"] == await change_of(ads, account.id("campaign_id"))
    assert found["version"] > before["version"]
    await told(ads, ads_database, account, "2026-02-12T06:00:00Z", day=11, **columns)
    found = (await ads.get(f"/campaigns/{account.id('campaign_id')}")).json()
    assert found[field] != seen
    assert found[f"{field}_change_id"] is None


async def test_a_paused_target_and_a_modifier_of_a_placement_are_known_too(
    ads: httpx.AsyncClient, tenant: Tenant
) -> None:
    account = await known_account(ads, tenant)
    await applied(ads, account, "pause", "target_id", None)
    await applied(ads, account, "placement_modifier", "campaign_id", 75)
    found = await target(ads, account)
    assert (found["state"], found["state_known_at"]) == ("paused", APPLIED)
    [place] = (await ads.get("/placements", params={"campaign_id": account.ids["campaign_id"]})).json()["items"]
    assert (place["percentage"], place["percentage_known_at"]) == (75, APPLIED)
    assert place["percentage_change_id"] == await change_of(ads, account.id("campaign_id"))


async def test_a_modifier_of_a_placement_that_no_file_named_is_made(ads: httpx.AsyncClient, tenant: Tenant) -> None:
    account = await known_account(ads, tenant)
    await account.run("DELETE FROM ads.placement_modifier WHERE tenant_id = $1")
    await applied(ads, account, "placement_modifier", "campaign_id", 75)
    [place] = (await ads.get("/placements", params={"campaign_id": account.ids["campaign_id"]})).json()["items"]
    assert (place["placement"], place["percentage"]) == ("top_of_search", 75)
