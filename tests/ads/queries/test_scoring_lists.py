"""How lists of scores are ordered, and with which run another is compared."""

from uuid import UUID

import httpx
import pytest

from tests.ads.actions.advertised import an_account
from tests.ads.builders import some_score_changes
from tests.support.builders import run_as_owner
from tests.support.tenants import Tenant


@pytest.mark.parametrize("ratio", ["acos", "cvr", "cpc"])
async def test_scores_are_ordered_by_ratios_with_the_unknown_as_least(
    ads: httpx.AsyncClient, tenant: Tenant, ratio: str
) -> None:
    account = await an_account(ads, tenant)
    await account.run("UPDATE ads.score SET clicks = 0, sales = 0 WHERE tenant_id = $1 AND level = 'campaign'")
    path = f"/scoring-runs/{account.ids['run_id']}/scores"
    found = (await ads.get(path, params={"sort": f"-{ratio}"})).raise_for_status().json()["items"]
    assert [(each["level"], each[ratio] is None) for each in found] == [("search_term", False), ("campaign", True)]
    first = (await ads.get(path, params={"sort": ratio, "limit": 1})).json()
    assert first["items"][0]["level"] == "campaign"
    assert (await ads.get(first["next"])).json()["items"][0]["level"] == "search_term"


async def test_runs_over_other_windows_are_not_compared(ads: httpx.AsyncClient, tenant: Tenant) -> None:
    run = (await some_score_changes(ads, tenant))["run_id"]
    assert (await ads.get(f"/scoring-runs/{run}/changes")).json()["items"]
    wider = "UPDATE ads.scoring_run SET window_days = 90 WHERE tenant_id = $1 AND id = $2"
    await run_as_owner(tenant, wider, UUID(run))
    assert (await ads.get(f"/scoring-runs/{run}/changes")).json()["items"] == []


async def test_a_run_of_a_later_day_is_not_the_run_before(ads: httpx.AsyncClient, tenant: Tenant) -> None:
    run = (await some_score_changes(ads, tenant))["run_id"]
    earlier = "UPDATE ads.scoring_run SET as_of_date = as_of_date - 30 WHERE tenant_id = $1 AND id = $2"
    await run_as_owner(tenant, earlier, UUID(run))
    assert (await ads.get(f"/scoring-runs/{run}/changes")).json()["items"] == []
