"""The stateless scoring call over HTTP."""

import copy
import gzip
from typing import Any

import httpx
import orjson

from services.ads.schemas.scoring_call import REQUEST_EXAMPLES
from shared.web.app import ServiceApp
from tests.support.http import client_of, problem_slug
from tests.support.tenants import Tenant

JSON = {"Content-Type": "application/json"}


def body() -> dict[str, Any]:
    value: dict[str, Any] = copy.deepcopy(REQUEST_EXAMPLES["with_stock_and_days"]["value"])
    return value


async def test_scores_are_answered_at_once_and_the_same_again(ads: httpx.AsyncClient) -> None:
    answer = await ads.post("/scores", json=body())
    assert answer.status_code == 200
    assert [each["id"] for each in answer.json()["terms"]] == ["steel kettle", "electric kettle 1.7 l"]
    assert (await ads.post("/scores", json=body())).content == answer.content


async def test_a_compressed_request_is_the_same_request(ads: httpx.AsyncClient) -> None:
    content = orjson.dumps(body())
    packed = await ads.post("/scores", content=gzip.compress(content), headers=JSON | {"Content-Encoding": "gzip"})
    assert packed.content == (await ads.post("/scores", json=body())).content
    other = await ads.post("/scores", content=content, headers=JSON | {"Content-Encoding": "br"})
    assert (other.status_code, problem_slug(other)) == (415, "unsupported-media-type")


async def test_a_wrong_request_names_the_field(ads: httpx.AsyncClient) -> None:
    wrong = body()
    wrong["terms"][1]["campaign_id"] = "unheard of"
    answer = await ads.post("/scores", json=wrong)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/terms/1/campaign_id"
    wrong["terms"][0]["clicks"] = "34"
    answer = await ads.post("/scores", json=wrong)
    assert answer.json()["errors"][0]["pointer"] == "#/terms/0/clicks"


async def test_a_request_is_json(ads: httpx.AsyncClient) -> None:
    answer = await ads.post("/scores", content=b"{}", headers={"Content-Type": "text/plain"})
    assert problem_slug(answer) == "unsupported-media-type"
    assert problem_slug(await ads.post("/scores", content=b"{", headers=JSON)) == "bad-request"


async def test_fifty_megabytes_are_read_and_more_is_refused(ads: httpx.AsyncClient) -> None:
    content = orjson.dumps(body())
    assert (await ads.post("/scores", content=content + b" " * 50_000_000, headers=JSON)).status_code == 200
    larger = await ads.post("/scores", content=content + b" " * 70_000_000, headers=JSON)
    assert (larger.status_code, problem_slug(larger)) == (413, "content-too-large")


async def test_a_key_that_may_read_ads_is_needed(ads_app: ServiceApp, tenant: Tenant) -> None:
    async with client_of(ads_app) as stranger:
        assert (await stranger.post("/scores", json=body())).status_code == 401
    async with client_of(ads_app, key=await tenant.make_key(["inventory.read"])) as other:
        assert (await other.post("/scores", json=body())).status_code == 403
