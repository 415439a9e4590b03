"""Asking for a scoring run: what it may be about."""

from uuid import uuid4

import httpx

from tests.ads.builders import an_advertised_account
from tests.support.tenants import Tenant


async def test_a_run_is_about_accounts_that_exist(ads: httpx.AsyncClient, tenant: Tenant) -> None:
    made = await an_advertised_account(ads, tenant)
    accounts = [made["ad_account_id"], str(uuid4())]
    for asked, status in ((accounts, 422), (accounts[:1], 202)):
        answer = await ads.post(
            "/scoring-runs", json={"ad_account_ids": asked}, headers={"Idempotency-Key": str(uuid4())}
        )
        assert answer.status_code == status, answer.text
        if status == 422:
            [problem] = answer.json()["errors"]
            assert (problem["pointer"], problem["code"]) == ("#/ad_account_ids/1", "unknown_account")
