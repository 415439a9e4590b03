"""Metrics over HTTP: a standard catalogue that a company changes and adds to, and that stays computable."""

from typing import Any

import httpx

OWN: dict[str, Any] = {
    "code": "newsletter_readers",
    "name": "Readers of the newsletter",
    "unit": "count",
    "better": "higher",
    "fold": "last",
    "source": "manual",
    "freshness_hours": 1080,
}


async def a_metric(planning: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    response = await planning.post("/metrics", json=OWN | fields)
    assert response.status_code == 201, response.text
    return dict(response.json())


async def patch(planning: httpx.AsyncClient, path: str, body: dict[str, Any], etag: str) -> httpx.Response:
    headers = {"If-Match": etag, "Content-Type": "application/merge-patch+json"}
    return await planning.patch(path, json=body, headers=headers)


def faults(response: httpx.Response) -> set[tuple[str, str]]:
    assert response.status_code == 422, response.text
    return {(each["pointer"], each["code"]) for each in response.json()["errors"]}


async def test_a_company_begins_with_the_standard_catalogue(planning: httpx.AsyncClient) -> None:
    listed = (await planning.get("/metrics", params={"limit": 200})).json()["items"]
    assert {each["origin"] for each in listed} == {"standard"}
    by_code = {each["code"]: each for each in listed}
    assert by_code["tacos"]["numerator"] == "ad_spend"
    assert by_code["ad_conversion"]["band_low"] == "0.07"
    assert by_code["net_revenue"]["name"] == "Net revenue"
    for code in ("net_revenue", "acos", "days_of_cover"):
        assert (await planning.get(f"/metrics/{code}")).json() == by_code[code]
    headlines = (await planning.get("/metrics", params={"is_headline": "true", "source": "feed"})).json()["items"]
    assert [each["code"] for each in headlines] == ["days_of_cover", "net_revenue", "stockout_days", "units_sold"]


async def test_a_company_adds_metrics_of_its_own(planning: httpx.AsyncClient) -> None:
    made = await a_metric(planning)
    assert (made["origin"], made["version"]) == ("own", 1)
    own = (await planning.get("/metrics", params={"origin": "own"})).json()["items"]
    at = "updated_at"  # written with fewer digits in lists
    assert [{**each, at: None} for each in own] == [{**made, at: None}]
    assert (await planning.post("/metrics", json=OWN)).status_code == 409
    assert (await planning.post("/metrics", json=OWN | {"code": "net_revenue"})).status_code == 409
    change = (await planning.get("/changes", params={"subject_kind": "metric"})).json()["items"][0]
    assert (change["action"], change["changes"]["code"]["new"]) == ("created", "newsletter_readers")


async def test_a_standard_metric_is_changed_and_brought_back(planning: httpx.AsyncClient) -> None:
    before = await planning.get("/metrics/net_revenue")
    patched = await patch(planning, "/metrics/net_revenue", {"source": "manual"}, before.headers["ETag"])
    assert patched.status_code == 200, patched.text
    assert (patched.json()["origin"], patched.json()["source"], patched.json()["version"]) == ("own", "manual", 2)
    stale = await patch(planning, "/metrics/net_revenue", {"name": "Sales"}, before.headers["ETag"])
    assert stale.status_code == 412
    again = await patch(planning, "/metrics/net_revenue", {"name": "Sales"}, patched.headers["ETag"])
    assert again.json()["version"] == 3
    gone = await planning.delete("/metrics/net_revenue", headers={"If-Match": again.headers["ETag"]})
    assert gone.status_code == 204
    assert (await planning.get("/metrics/net_revenue")).json() == before.json()
    refused = await planning.delete("/metrics/net_revenue", headers={"If-Match": before.headers["ETag"]})
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "standard-metric")


async def test_a_definition_that_cannot_be_computed_names_its_fields(planning: httpx.AsyncClient) -> None:
    async def post(**fields: Any) -> set[tuple[str, str]]:
        return faults(await planning.post("/metrics", json=OWN | fields))

    ratio = {"fold": "ratio", "source": "formula"}
    assert await post(**ratio, numerator="visits") == {("#/denominator", "operands_missing")}
    assert await post(**ratio, numerator="visits", denominator="nothing") == {("#/denominator", "operand_unknown")}
    assert await post(**ratio, numerator=OWN["code"], denominator="visits") == {("#/numerator", "computed_from_itself")}
    formula = {"fold": "formula", "source": "formula"}
    assert await post(**formula, formula="visits + ") == {("#/formula", "formula_not_understood")}
    assert await post(**formula, formula="nothing * 2") == {("#/formula", "operand_unknown")}
    assert await post(fold="sum", source="formula") == {("#/source", "source_does_not_fit")}
    assert await post(better="band") == {("#/band_low", "band_missing")}
    assert await post(better="band", band_low="2", band_high="1") == {("#/band_high", "band_reversed")}


async def test_metrics_are_never_computed_in_a_circle(planning: httpx.AsyncClient) -> None:
    computed = {"fold": "formula", "source": "formula", "freshness_hours": 48}
    await a_metric(planning, code="first", **computed, formula="visits * 2")
    await a_metric(planning, code="second", **computed, formula="first + 1")
    answer = await patch(planning, "/metrics/first", {"formula": "second - 1"}, '"v1"')
    assert faults(answer) == {("#/formula", "computed_from_itself")}
    # Gross profit is computed from revenue: revenue may be computed from it only while it is something else.
    etag = (await planning.get("/metrics/gross_profit")).headers["ETag"]
    manual = {"fold": "sum", "source": "manual", "formula": None}
    changed = await patch(planning, "/metrics/gross_profit", manual, etag)
    assert changed.status_code == 200, changed.text
    revenue = {"fold": "formula", "source": "formula", "formula": "gross_profit + cogs"}
    etag = (await planning.get("/metrics/net_revenue")).headers["ETag"]
    assert (await patch(planning, "/metrics/net_revenue", revenue, etag)).status_code == 200
    back = await planning.delete("/metrics/gross_profit", headers={"If-Match": changed.headers["ETag"]})
    assert back.status_code == 409
    assert "net_revenue" in back.json()["parameters"]["used_by"]


async def test_a_metric_in_use_is_not_deleted(planning: httpx.AsyncClient) -> None:
    made = await a_metric(planning)
    computed = {"fold": "formula", "source": "formula", "formula": f"{made['code']} * 2"}
    double = await a_metric(planning, code="double", **computed)

    async def delete(code: str) -> httpx.Response:
        etag = (await planning.get(f"/metrics/{code}")).headers["ETag"]
        return await planning.delete(f"/metrics/{code}", headers={"If-Match": etag})

    refused = await delete(made["code"])
    assert (refused.status_code, refused.json()["parameters"]) == (409, {"used_by": "double"})
    assert (await delete(double["code"])).status_code == 204
    body = {"items": [{"scope": {}, "period": {"start_date": "2026-10-01", "end_date": "2026-10-31"}, "value": "7"}]}
    assert (await planning.post(f"/metrics/{made['code']}/readings", json=body)).status_code == 207
    refused = await delete(made["code"])
    assert (refused.status_code, refused.json()["parameters"]) == (409, {"used_by": "metric_series"})
    unit = await patch(planning, f"/metrics/{made['code']}", {"unit": "money"}, '"v1"')
    assert unit.status_code == 409


async def test_metrics_are_of_their_company(planning: httpx.AsyncClient, other_planning: httpx.AsyncClient) -> None:
    made = await a_metric(planning)
    assert (await other_planning.get(f"/metrics/{made['code']}")).status_code == 404
    assert (await other_planning.get(f"/metrics/{made['code']}/readings")).status_code == 404
    assert (await other_planning.get("/metrics", params={"origin": "own"})).json()["items"] == []
