"""Decides what the demo seller wants to reach: objectives of company, modules and teams, and how each is measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from deploy.demo.planning_company import COMPANY, DemoCompany
from deploy.demo.planning_figures import PlannedMonth
from deploy.demo.planning_records import Record, Records


@dataclass(frozen=True, slots=True)
class DemoObjective:
    """An objective of a unit, for the year or the running quarter, below another one by title."""

    unit: str
    title: str
    why: str
    key_results: tuple[Record, ...]
    parent: str | None = None
    mode: str = "contributes"
    is_of_year: bool = False
    ambition: str = "committed"
    confidence: float = 0.7
    blocker: str | None = None


def demo_objectives(months: Sequence[PlannedMonth], company: DemoCompany) -> tuple[DemoObjective, ...]:
    """The tree, parents first; what is planned for the year and the quarter are the targets of revenue."""
    year, quarter = company.year, company.quarter
    growth, us, de = "Grow and keep the margin", "Win the season in America", "Earn money in Germany"
    stock = "What sells is there"
    return (
        DemoObjective(
            COMPANY,
            growth,
            "Rivals grow by a tenth a year, and our margin pays for the next products.",
            (
                _revenue("Net revenue of the year as planned", months, year, owner="iris"),
                _hold("Gross margin of 79 % in every month", "gross_margin", "at_least", "0.79", owner="iris"),
                {
                    "title": "Ready to sell in the United Kingdom",
                    "kind": "milestone",
                    "owner": "jonas",
                    "milestones": [
                        {"title": "Tax number", "weight": "2"},
                        {"title": "Safety papers of what sells most", "weight": "3"},
                        {"title": "Safety papers of all the rest", "weight": "5"},
                    ],
                },
            ),
            is_of_year=True,
            confidence=0.6,
        ),
        DemoObjective(
            "americas",
            us,
            "Two thirds of all sales, and the gap to the leader is widest here.",
            (
                _revenue("Net revenue US as planned", months, year, "US", owner="tom"),
                _hold("A tenth of US visits buy, every month", "conversion", "at_least", "0.1", "US", owner="tom"),
            ),
            parent=growth,
            is_of_year=True,
        ),
        DemoObjective(
            "europe",
            de,
            "Germany pays its own warehouse only from 230,000 a year on.",
            (
                _revenue("Net revenue DE as planned", months, year, "DE", owner="jonas"),
                _hold("9 % of DE visits buy, every month", "conversion", "at_least", "0.09", "DE", owner="jonas"),
            ),
            parent=growth,
            is_of_year=True,
            confidence=0.8,
        ),
        DemoObjective(
            "supply",
            stock,
            "The best lamp was sold out for ten days in its best weeks.",
            (
                _hold("At most 12 days without stock in a month", "stockout_days", "at_most", "12", owner="wei"),
                _cover("Between 30 and 90 days of stock in the US", "US", owner="wei"),
            ),
            parent=growth,
            mode="supports",
            confidence=0.5,
        ),
        DemoObjective(
            "us-store",
            "A season without a dip",
            "A third of the year is sold in this quarter.",
            (
                _revenue("Net revenue US of the quarter as planned", months, quarter, "US", owner="tom"),
                _reach("Units sold US as planned", "units_sold", _planned(months, "units_sold", quarter, "US"), "US"),
            ),
            parent=us,
            confidence=0.6,
        ),
        DemoObjective(
            "us-ads",
            "Less spent for the same sales",
            "A quarter of what ads cost brought nothing.",
            (
                _hold("Ads cost at most 11 % of US revenue", "tacos", "at_most", "0.11", "US", owner="mei"),
                _hold("At least 7 % of clicks buy", "ad_conversion", "at_least", "0.07", "US", owner="mei"),
            ),
            parent=us,
            ambition="stretch",
            confidence=0.4,
        ),
        DemoObjective(
            "de-store",
            "Germany's best quarter",
            "Lights and mugs carry it, and both were short last year.",
            (
                _revenue("Net revenue DE of the quarter as planned", months, quarter, "DE", owner="jonas"),
                _hold("Ads cost at most 9 % of DE revenue", "tacos", "at_most", "0.09", "DE", owner="jonas"),
            ),
            parent=de,
            confidence=0.8,
        ),
        DemoObjective(
            "purchasing",
            "Order before it is late",
            "Ships take 44 days, and we look at stock when it is gone.",
            (
                _hold("The reading lamp is never out of stock", "stockout_days", "at_most", "0", owner="wei")
                | {"scope": {"product_ref": "HR-LAMP"}},
                {
                    "title": "Stock is reviewed every Monday",
                    "kind": "milestone",
                    "owner": "wei",
                    "milestones": [
                        {"title": "Reorder days agreed for every product"},
                        {"title": "Four Mondays in a row"},
                    ],
                },
            ),
            parent=stock,
            confidence=0.3,
            blocker="The mould is late, and the lamp's maker has no second line.",
        ),
    )


# Milestones that are done, by key result and place.
_DONE = {"Ready to sell in the United Kingdom": (1, 2), "Stock is reviewed every Monday": (1,)}


def _reach(title: str, code: str, target: Decimal, marketplace: str | None = None, **more: str) -> Record:
    scope = {} if marketplace is None else {"marketplace": marketplace}
    body = {"title": title, "kind": "reach", "metric_code": code, "scope": scope, "start": "0", "target": str(target)}
    return {"owner": "tom", **body, **more}


def _revenue(
    title: str, months: Sequence[PlannedMonth], cycle: Record, marketplace: str | None = None, *, owner: str
) -> Record:
    target = _planned(months, "net_revenue", cycle, marketplace)
    return _reach(title, "net_revenue", target, marketplace, currency="USD", owner=owner)


def _hold(title: str, code: str, bound: str, target: str, marketplace: str | None = None, *, owner: str) -> Record:
    scope = {} if marketplace is None else {"marketplace": marketplace}
    body = {"title": title, "kind": "hold", "metric_code": code, "scope": scope, "bound": bound, "target": target}
    return {"owner": owner, **body}


def _cover(title: str, marketplace: str, *, owner: str) -> Record:
    return _hold(title, "days_of_cover", "within", "90", marketplace, owner=owner) | {"start": "30"}


def _planned(months: Sequence[PlannedMonth], code: str, cycle: Record, marketplace: str | None) -> Decimal:
    first, last = (date.fromisoformat(cycle[name]) for name in ("start_date", "end_date"))
    return sum(
        (
            each.values[code]
            for each in months
            if first <= each.month <= last and marketplace in (None, each.marketplace)
        ),
        Decimal(0),
    )


async def set_goals(
    records: Records, company: DemoCompany, months: Sequence[PlannedMonth], today: date
) -> Mapping[str, str]:
    """Make what is missing of the objectives and their key results, and agree on them; their ids by title."""
    ids: dict[str, str] = {}
    known = {
        title: found
        for cycle in (company.year, company.quarter)
        for title, found in (await records.known("/objectives", by="title", cycle_id=cycle["id"])).items()
    }
    for each in demo_objectives(months, company):
        body = {
            "unit_id": company.units[each.unit],
            "cycle_id": (company.year if each.is_of_year else company.quarter)["id"],
            "title": each.title,
            "why": each.why,
            "parent_id": None if each.parent is None else ids[each.parent],
            "parent_mode": each.mode,
            "ambition": each.ambition,
        }
        objective = await records.ensure("/objectives", body, known, by="title")
        ids[each.title] = str(objective["id"])
        if objective["status"] == "draft":
            await _agree(records, company, each, f"/objectives/{objective['id']}", today)
    return ids


async def _agree(records: Records, company: DemoCompany, each: DemoObjective, path: str, today: date) -> None:
    """Say how it is measured, agree on it, and say how sure its people are."""
    known = await records.known(f"{path}/key-results", by="title")
    for wanted in each.key_results:
        body = {name: value for name, value in wanted.items() if name != "owner"}
        owner = {"owner_id": company.units[wanted["owner"]]}
        await records.ensure(f"{path}/key-results", body | owner, known, by="title")
    await records.step(path, "activations")
    for title, found in known.items():
        for place in _DONE.get(title, ()):
            await records.put(f"/key-results/{found['id']}", f"milestones/{place}", {"done_date": today.isoformat()})
        said = {"confidence": each.confidence, "blocker": each.blocker}
        await records.client.post(f"/key-results/{found['id']}/check-ins", said)
