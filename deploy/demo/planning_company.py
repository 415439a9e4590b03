"""Decides who the demo seller's people are and how its portfolio is divided, and makes them through the API."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from deploy.demo.catalogue import BRAND
from deploy.demo.planning_records import Record, Records

COMPANY = "halden-reed"

# Code, name, level, the code of the unit above.
_UNITS = (
    (COMPANY, BRAND, "company", None),
    ("americas", "Americas", "module", COMPANY),
    ("europe", "Europe", "module", COMPANY),
    ("supply", "Products and supply", "module", COMPANY),
    ("us-store", "Store US", "team", "americas"),
    ("us-ads", "Advertising US", "team", "americas"),
    ("de-store", "Store DE", "team", "europe"),
    ("purchasing", "Purchasing", "team", "supply"),
    ("development", "Development", "team", "supply"),
    ("iris", "Iris Halden", "person", COMPANY),
    ("tom", "Tom Reed", "person", "americas"),
    ("mei", "Mei Lin", "person", "us-ads"),
    ("jonas", "Jonas Brandt", "person", "de-store"),
    ("wei", "Wei Zhang", "person", "purchasing"),
    ("lena", "Lena Fischer", "person", "development"),
)
# Code, name, kind, the code of the node above.
_NODES = (
    ("light", "Light", "category", None),
    ("reading-lamps", "Reading lamps", "series", "light"),
    ("lanterns", "Lanterns", "series", "light"),
    ("travel", "Travel", "category", None),
    ("packing-cubes", "Packing cubes", "series", "travel"),
    ("adapters", "Travel adapters", "series", "travel"),
    ("kitchen", "Kitchen and table", "category", None),
    ("mugs", "Mugs and bottles", "series", "kitchen"),
    ("sport", "Sport", "category", None),
    ("mats", "Mats and rollers", "series", "sport"),
    ("pets", "Dogs on the way", "category", None),
)


@dataclass(frozen=True, slots=True)
class DemoCompany:
    """The seller as planning knows it: ids of units, nodes and cycles by code. `year` and `quarter` are the cycles."""

    units: Mapping[str, str]
    nodes: Mapping[str, str]
    year: Record
    quarter: Record
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def company_id(self) -> str:
        """The unit above all others."""
        return self.units[COMPANY]


async def found_company(records: Records, today: date) -> DemoCompany:
    """Make what is missing of the organisation, the portfolio, and the cycles of the year."""
    units = await _tree(records, "/organisation-units", _UNITS, "level", active_from_date=f"{today.year - 2}-01-01")
    nodes = await _tree(records, "/portfolio-nodes", _NODES, "kind")
    year, quarter = await _cycles(records, _planned_day(today))
    names = {units[code]: name for code, name, _, _ in _UNITS}
    return DemoCompany(units, nodes, year, quarter, names)


def _planned_day(today: date) -> date:
    """A day of the year that is shown: in January nothing of the new one is over yet."""
    return date(today.year - 1, 12, 31) if today.month == 1 else today


async def _tree(
    records: Records, path: str, rows: tuple[tuple[str, str, str, str | None], ...], kind: str, **more: str
) -> dict[str, str]:
    known = await records.known(path)
    for code, name, level, above in rows:
        parent = {} if above is None else {"parent_id": known[above]["id"]}
        await records.ensure(path, {"code": code, "name": name, kind: level, **parent, **more}, known)
    return {code: str(known[code]["id"]) for code, *_ in rows}


async def _cycles(records: Records, day: date) -> tuple[Record, Record]:
    """The year and the quarter of a day, open."""
    known = await records.known("/cycles")
    year = await records.ensure(
        "/cycles",
        {
            "code": str(day.year),
            "name": f"The year {day.year}",
            "kind": "year",
            "start_date": f"{day.year}-01-01",
            "end_date": f"{day.year}-12-31",
        },
        known,
    )
    for number, last in enumerate(("03-31", "06-30", "09-30", "12-31"), start=1):
        await records.ensure(
            "/cycles",
            {
                "code": f"{day.year}-Q{number}",
                "name": f"Quarter {number} of {day.year}",
                "kind": "quarter",
                "start_date": f"{day.year}-{3 * number - 2:02}-01",
                "end_date": f"{day.year}-{last}",
                "parent_id": year["id"],
            },
            known,
        )
    opened = []
    for code in (str(day.year), f"{day.year}-Q{(day.month + 2) // 3}"):
        if known[code]["status"] == "preparing":
            known[code] = await records.step(f"/cycles/{known[code]['id']}", "transitions", {"to": "open"})
        opened.append(known[code])
    return opened[0], opened[1]
