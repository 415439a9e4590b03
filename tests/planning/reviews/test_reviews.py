"""Reviews over HTTP: opened filled in, closed only with an answer to every red gap, then frozen; actions go on."""

from datetime import timedelta
from typing import Any

import httpx

from shared.core.clock import utc_now
from tests.planning.initiatives.initiative_calls import add_need, move, propose
from tests.planning.measured import Tell
from tests.planning.plans.plan_calls import a_cycle, a_unit, good, problem
from tests.planning.reviews.review_calls import a_person, a_short_february, open_review, patch, step


async def test_a_review_opens_with_what_is_short_and_why(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tell: Tell
) -> None:
    planned = await a_short_february(planning, approver, tell)
    review = await open_review(planning, planned, "2025-02")
    (found,) = review["prefill"]["gaps"]
    assert (found["ref"], found["status"], found["performance"]) == ("net_revenue", "red", "217150")
    assert (found["suggested_cause"], found["driver_effect"]) == ("conversion", "-208206.86")
    assert (review["due_date"], review["status"]) == ("2025-03-10", "prefilled")
    assert review["unanswered"] == [{"gap_ref": "net_revenue", "lacks": ["cause", "action"]}]
    listed = (await planning.get("/reviews", params={"month": "2025-02"})).json()["items"]
    assert listed == [{name: value for name, value in review.items() if name != "unanswered"}]


async def test_a_review_closes_only_when_red_gaps_have_cause_and_action_with_owner_and_day(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tell: Tell
) -> None:
    """Invariant 13."""
    planned = await a_short_february(planning, approver, tell)
    path = f"/reviews/{(await open_review(planning, planned, '2025-02'))['id']}"
    assert problem(await step(planning, path, to="closed")) == (409, "illegal-transition")
    good(await step(planning, path, to="discussed"))
    assert problem(await step(planning, path, to="closed")) == (409, "gaps-unanswered")
    cause = {"gap_ref": "net_revenue", "cause": "conversion", "text": "The main picture was changed."}
    finding = good(await planning.post(f"{path}/findings", json=cause), 201)
    assert finding["driver_effect"] == "-208206.86"
    unowned = {"gap_ref": "net_revenue", "text": "Bring the picture back."}
    action = good(await planning.post(f"{path}/actions", json=unowned), 201)
    refused = await step(planning, path, to="closed")
    assert (problem(refused), refused.json()["parameters"]["count"]) == ((409, "gaps-unanswered"), 1)
    owner = await a_person(planning, planned)
    good(await patch(planning, f"/review-actions/{action['id']}", owner_id=owner, due_date="2025-03-20"))
    closed = good(await step(planning, path, to="closed"))
    assert (closed["status"], closed["unanswered"]) == ("closed", [])
    assert closed["snapshot_id"] is not None


async def test_what_is_closed_is_frozen_but_its_actions_go_on(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tell: Tell
) -> None:
    planned = await a_short_february(planning, approver, tell)
    review = await open_review(planning, planned, "2025-01")
    path = f"/reviews/{review['id']}"
    action = good(await planning.post(f"{path}/actions", json={"text": "Order lamps."}), 201)
    finding = good(await planning.post(f"{path}/findings", json={"text": "We order late."}), 201)
    for state in ("discussed", "closed"):
        good(await step(planning, path, to=state))
    refused = (
        await planning.post(f"{path}/findings", json={"text": "One more."}),
        await planning.post(f"{path}/actions", json={"text": "One more."}),
        await patch(planning, path, habits="Order earlier."),
        await patch(planning, f"/review-findings/{finding['id']}", text="Otherwise."),
        await planning.delete(f"/review-findings/{finding['id']}", headers={"If-Match": '"v1"'}),
    )
    assert {problem(answer) for answer in refused} == {(409, "review-closed")}
    done = good(await step(planning, f"/review-actions/{action['id']}", to="done", outcome="Five hundred."))
    assert (done["status"], done["outcome"]) == ("done", "Five hundred.")
    assert problem(await patch(planning, f"/review-actions/{action['id']}", text="More.")) == (409, "action-ended")


async def test_the_next_month_opens_with_what_was_promised(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tell: Tell
) -> None:
    planned = await a_short_february(planning, approver, tell)
    january = await open_review(planning, planned, "2025-01")
    owner = await a_person(planning, planned)
    promised = {"text": "Order lamps.", "owner_id": owner, "due_date": "2025-02-10"}
    kept = good(await planning.post(f"/reviews/{january['id']}/actions", json=promised), 201)
    ended = good(await planning.post(f"/reviews/{january['id']}/actions", json={"text": "Call them."}), 201)
    assert problem(await step(planning, f"/review-actions/{ended['id']}", to="dropped")) == (422, "reason-missing")
    good(await step(planning, f"/review-actions/{ended['id']}", to="dropped", outcome="They called."))
    february = await open_review(planning, planned, "2025-02")
    (carried,) = february["prefill"]["carried"]
    assert (carried["action_id"], carried["is_overdue"]) == (kept["id"], True)


async def test_only_an_action_that_is_not_late_answers_for_the_next_month(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tell: Tell
) -> None:
    planned = await a_short_february(planning, approver, tell)
    february = await open_review(planning, planned, "2025-02")
    owner = await a_person(planning, planned)
    body = {"gap_ref": "net_revenue", "text": "A new picture.", "owner_id": owner}
    late, soon = "2025-03-20", str((utc_now() + timedelta(days=30)).date())
    action = good(await planning.post(f"/reviews/{february['id']}/actions", json=body | {"due_date": late}), 201)
    march = await open_review(planning, planned, "2025-03")
    assert march["unanswered"] == []  # nothing is known of March, so no gap is red
    again = await open_review(planning, planned, None, kind="annual")
    assert again["unanswered"][0]["lacks"] == ["cause", "action"]
    good(await patch(planning, f"/review-actions/{action['id']}", due_date=soon))
    assert good(await planning.get(f"/reviews/{again['id']}"))["unanswered"][0]["lacks"] == ["cause"]


async def test_a_month_is_reviewed_once_and_only_when_it_is_over(planning: httpx.AsyncClient) -> None:
    today = utc_now().date()
    unit = await a_unit(planning)
    year = {"start_date": f"{today.year}-01-01", "end_date": f"{today.year}-12-31", "name": "This year"}
    planned = {"unit": unit, "cycle": await a_cycle(planning, **year)}
    body = {"unit_id": unit["id"], "cycle_id": planned["cycle"]["id"], "kind": "monthly"}
    running = body | {"month": f"{today:%Y-%m}"}
    assert problem(await planning.post("/reviews", json=running)) == (409, "not-reviewable")
    outside = await planning.post("/reviews", json=body | {"month": "2019-01"})
    assert outside.json()["errors"][0]["code"] == "outside_cycle"
    assert (await planning.post("/reviews", json=body)).json()["errors"][0]["code"] == "missing"
    past = {"unit": unit, "cycle": await a_cycle(planning)} | {"cycle": await a_cycle(planning, **_year(2025))}
    await open_review(planning, past, "2025-02")
    again = {"unit_id": unit["id"], "cycle_id": past["cycle"]["id"], "kind": "monthly", "month": "2025-02"}
    assert problem(await planning.post("/reviews", json=again)) == (409, "duplicate-key")


def _year(year: int) -> dict[str, Any]:
    return {"name": f"The year {year}", "start_date": f"{year}-01-01", "end_date": f"{year}-12-31"}


async def test_findings_and_actions_are_about_gaps_of_the_review(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tell: Tell
) -> None:
    planned = await a_short_february(planning, approver, tell)
    path = f"/reviews/{(await open_review(planning, planned, '2025-02'))['id']}"
    for noun in ("findings", "actions"):
        answer = await planning.post(f"{path}/{noun}", json={"gap_ref": "units_sold", "text": "Something."})
        assert answer.json()["errors"][0]["pointer"] == "#/gap_ref"
    targeted = {"text": "Move it.", "target_kind": "initiative"}
    answer = await planning.post(f"{path}/actions", json=targeted)
    assert answer.json()["errors"][0]["pointer"] == "#/initiative_id"
    habit = good(await planning.post(f"{path}/findings", json={"text": "We look at stock on Fridays only."}), 201)
    assert (habit["gap_ref"], habit["cause"], habit["driver_effect"]) == (None, None, None)
    changed = await patch(planning, path, habits="Look every morning.", assumptions="Rivals keep their prices.")
    assert good(changed)["habits"] == "Look every morning."


async def test_a_gap_that_is_not_pursued_is_not_asked_about(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tell: Tell
) -> None:
    planned = await a_short_february(planning, approver, tell)
    decision = {"cycle_id": planned["cycle"]["id"], "unit_id": planned["unit"]["id"], "metric_code": "net_revenue"}
    good(await planning.post("/unpursued-gaps", json=decision | {"reason": "The market is being left."}), 201)
    assert (await open_review(planning, planned, "2025-02"))["prefill"]["gaps"] == []


async def test_work_that_was_late_and_over_before_the_month_is_no_news_of_it(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tell: Tell
) -> None:
    planned = await a_short_february(planning, approver, tell)
    for code, end in (("before", "2025-01-20"), ("within", "2025-02-20")):
        late = {"planned": {"start_date": "2025-01-01"}, "committed": {"end_date": "2025-01-10"}}
        made = await propose(planning, code=code, title=code, kind="campaign", unit_id=planned["unit"]["id"], **late)
        await add_need(planning, made)
        for to, day in (("planned", "2025-01-01"), ("running", "2025-01-01"), ("done", end)):
            good(await move(planning, made, to, on_date=day))
    review = await open_review(planning, planned, "2025-02")
    assert [each["title"] for each in review["prefill"]["slipped"]] == ["within"]
