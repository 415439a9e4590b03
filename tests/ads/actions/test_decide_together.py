"""Modifiers of placements and the base bids that fall for them are decided together, alone, in batches, in sheets."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import httpx
import pytest

from shared.core.ids import new_id
from tests.ads.actions.advertised import Account, an_account, keyed
from tests.support.http import problem_slug
from tests.support.tenants import Tenant


async def bundled(account: Account, state: str = "proposed") -> tuple[UUID, UUID, UUID]:
    """A modifier of the campaign, the target's bid that falls for it, and their bundle."""
    modifier = await account.add_proposal("placement_modifier", account.id("campaign_id"), state=state)
    bid = await account.add_proposal("bid_down", account.id("target_id"), state=state)
    bundle = new_id()
    await account.run("UPDATE ads.campaign SET amazon_campaign_id = '500' WHERE tenant_id = $1")
    await account.run(
        "UPDATE ads.ad_proposal SET bundle_id = $2 WHERE tenant_id = $1 AND id = ANY ($3)", bundle, [modifier, bid]
    )
    await account.run(
        "UPDATE ads.ad_proposal SET level = 'campaign', ad_group_id = NULL, target_id = NULL, old_value = 50,"
        " new_value = 80, placement = 'top_of_search' WHERE tenant_id = $1 AND id = $2",
        modifier,
    )
    return modifier, bid, bundle


async def states(ads: httpx.AsyncClient, bundle: UUID) -> list[str]:
    items = (await ads.get("/ad-proposals", params={"bundle_id": str(bundle)})).json()["items"]
    assert len(items) == 2
    return sorted(item["state"] for item in items)


async def decided(
    ads: httpx.AsyncClient, proposal: UUID, decision: str, version: int = 1, **body: Any
) -> httpx.Response:
    return await ads.post(
        f"/ad-proposals/{proposal}/{decision}", json=body, headers=keyed() | {"If-Match": f'"v{version}"'}
    )


async def batch(ads: httpx.AsyncClient, *decisions: dict[str, Any]) -> Sequence[dict[str, Any]]:
    sent = [{"version": 1, "decision": "approve"} | each for each in decisions]
    answer = await ads.post("/ad-proposal-decisions", json={"decisions": sent}, headers=keyed())
    assert answer.status_code == 207, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def sheet(ads: httpx.AsyncClient, *proposals: UUID) -> httpx.Response:
    return await ads.post("/bulk-sheets", json={"proposal_ids": [str(each) for each in proposals]}, headers=keyed())


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize(
    ("decision", "body", "state"), [("approval", {}, "approved"), ("rejection", {"reason": "No."}, "rejected")]
)
async def test_one_alone_is_refused_and_names_the_others_and_all_are_decided_on_wish(
    ads: httpx.AsyncClient, tenant: Tenant, which: int, decision: str, body: dict[str, Any], state: str
) -> None:
    account = await an_account(ads, tenant)
    modifier, bid, bundle = await bundled(account)
    one, other = (modifier, bid) if which == 0 else (bid, modifier)
    answer = await decided(ads, one, decision, **body)
    assert (answer.status_code, problem_slug(answer)) == (409, "decided-together")
    assert str(other) in answer.json()["errors"][0]["detail"]
    assert await states(ads, bundle) == ["proposed", "proposed"]
    answer = await decided(ads, one, decision, with_bundle=True, **body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["bundle_id"] == str(bundle)
    assert await states(ads, bundle) == [state, state]
    events = (await ads.get(f"/ad-proposals/{other}/events")).json()["items"]
    assert [event["to_state"] for event in events] == [state]


async def test_an_approval_is_taken_back_together(ads: httpx.AsyncClient, tenant: Tenant) -> None:
    account = await an_account(ads, tenant)
    modifier, _, bundle = await bundled(account, state="approved")
    assert problem_slug(await decided(ads, modifier, "rejection", reason="No.")) == "decided-together"
    assert (await decided(ads, modifier, "rejection", reason="No.", with_bundle=True)).status_code == 200
    assert await states(ads, bundle) == ["rejected", "rejected"]


async def test_nothing_of_a_bundle_is_set_higher_than_the_others_pay_for(
    ads: httpx.AsyncClient, tenant: Tenant
) -> None:
    account = await an_account(ads, tenant)
    modifier, _, bundle = await bundled(account)
    answer = await decided(ads, modifier, "approval", value="81", reason="More.", with_bundle=True)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "not_paid_for")
    answer = await decided(ads, modifier, "approval", value="60", reason="Less.", with_bundle=True)
    assert (answer.status_code, answer.json()["edited_value"]) == (200, "60")
    assert await states(ads, bundle) == ["approved", "approved"]


async def test_a_batch_decides_all_of_a_bundle_or_none_and_leaves_the_rest_alone(
    ads: httpx.AsyncClient, tenant: Tenant
) -> None:
    account = await an_account(ads, tenant)
    modifier, bid, bundle = (str(each) for each in await bundled(account))
    alone = str(await account.add_proposal("negate", account.id("search_term_id"), "red kettle", state="proposed"))
    first, second = await batch(ads, {"proposal_id": modifier}, {"proposal_id": alone})
    assert (first["status"], second["status"]) == (409, 200)
    assert first["problem"]["type"].endswith("decided-together")
    mixed = await batch(ads, {"proposal_id": modifier}, {"proposal_id": bid, "decision": "reject", "reason": "No."})
    assert [item["status"] for item in mixed] == [409, 409]
    stale = await batch(ads, {"proposal_id": modifier}, {"proposal_id": bid, "version": 7})
    assert [item["status"] for item in stale] == [409, 412]
    assert stale[0]["problem"]["type"].endswith("decided-together")
    twice = await batch(ads, {"proposal_id": modifier}, {"proposal_id": bid}, {"proposal_id": bid})
    assert [item["status"] for item in twice] == [409, 409, 409]
    assert await states(ads, UUID(bundle)) == ["proposed", "proposed"]
    both = await batch(ads, {"proposal_id": bid}, {"proposal_id": modifier})
    assert [(item["status"], item["state"], item["version"]) for item in both] == [(200, "approved", 2)] * 2
    assert await states(ads, UUID(bundle)) == ["approved", "approved"]


async def test_a_sheet_says_whether_the_least_bid_is_verified(ads: httpx.AsyncClient, tenant: Tenant) -> None:
    account = await an_account(ads, tenant)
    await account.run("UPDATE ads.campaign SET amazon_campaign_id = '500' WHERE tenant_id = $1")
    paid = await account.add_proposal("bid_down", account.id("target_id"))
    made = (await sheet(ads, paid)).json()
    assert (made["least_bid"], made["is_least_bid_verified"]) == ({"amount": "0.02", "currency": "USD"}, True)
    await account.run("UPDATE ads.bulk_sheet SET marketplace = 'SE' WHERE tenant_id = $1 AND id = $2", UUID(made["id"]))
    read = (await ads.get(f"/bulk-sheets/{made['id']}")).json()
    assert (read["least_bid"], read["is_least_bid_verified"]) == ({"amount": "0.18", "currency": "SEK"}, False)


async def test_a_sheet_holds_all_of_a_bundle_or_nothing_of_it(ads: httpx.AsyncClient, tenant: Tenant) -> None:
    account = await an_account(ads, tenant)
    modifier, bid, bundle = await bundled(account, state="approved")
    answer = await sheet(ads, modifier)
    assert (answer.status_code, problem_slug(answer)) == (409, "decided-together")
    assert str(bid) in answer.json()["errors"][0]["detail"]
    # Amazon cannot be told of the bid without the target's id: the modifier stays out with it.
    await account.run("UPDATE ads.target SET amazon_target_id = NULL WHERE tenant_id = $1")
    negate = await account.add_proposal("negate", account.id("search_term_id"), "red kettle")
    made = await sheet(ads, modifier, bid, negate)
    assert made.status_code == 201, made.text
    assert {(each["proposal_id"], each["code"]) for each in made.json()["left_out"]} == {
        (str(modifier), "decided_together"),
        (str(bid), "target_id_unknown"),
    }
    assert await states(ads, bundle) == ["approved", "approved"]
    await account.run("UPDATE ads.target SET amazon_target_id = '123' WHERE tenant_id = $1")
    made = await sheet(ads, bid, modifier)
    assert (made.status_code, made.json()["rows_count"]) == (201, 2)
    assert await states(ads, bundle) == ["exported", "exported"]
