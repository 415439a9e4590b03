"""How complete the loop of a cycle is, over HTTP: what is missing has a name for programs and a title for people."""

import httpx

from tests.planning.measured import Tell, reading
from tests.planning.plans.plan_calls import a_unit, good
from tests.planning.reviews.test_gaps import ALL_YEAR, US, a_released_plan, months


async def test_what_is_missing_has_a_title(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tell: Tell
) -> None:
    lights = {"code": "LIGHTS", "name": "Lights", "kind": "category"}
    node = good(await planning.post("/portfolio-nodes", json=lights), 201)
    unit = await a_unit(planning, active_from_date="2025-01-01")
    lines = months("net_revenue", [100] * 12, node_id=node["id"], **US)
    planned = await a_released_plan(planning, approver, lines, unit=unit)
    await tell(reading("net_revenue", ALL_YEAR, 600, "USD", node_id=node["id"], **US))
    body = good(await planning.get(f"/cycles/{planned['cycle']['id']}/isor"))
    steps = {each["step"]: {one["name"]: one["title"] for one in each["missing"]} for each in body["steps"]}
    assert (steps["insight"]["return_rate"], steps["insight"]["five_looks"]) == ("Return rate", "Five looks")
    gap = f"net_revenue~node_id={node['id']};marketplace=US;channel=amazon"
    assert steps["strategy"] == {gap: "Net revenue, LIGHTS, US, amazon"}
    called = f"{unit['name']} ({unit['code']})"
    assert steps["objectives"][unit["id"]] == called
    assert steps["review"][f"{unit['id']} 2025-02"] == f"{called}, 2025-02"
