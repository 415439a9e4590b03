"""Decides how the demo shows what a scoring run found: what costs most, and what is proposed against it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table

from deploy.demo.show import WIDE

SHOWN_FINDINGS = 3
_WHAT = {
    "wasted_spend": "wasted spend",
    "missed_sales": "missed sales",
    "bought_twice": "own campaigns compete",
}
_VALUES = ("waste_saved", "sales_gained", "sales_at_risk")

Money = Mapping[str, str]


def print_scoring_run(console: Console, run: Mapping[str, Any]) -> None:
    """What a run looked at and what it found, a line for each market."""
    totals = run["totals"]
    console.print(
        f"[green]✓[/] scoring run of {run['as_of_date']} over {run['window_days']} days:"
        f" {totals['campaigns']} campaigns,"
        f" {totals['search_terms']:,} search terms, {run['proposals_count']} changes proposed"
    )
    if run["inventory_message"]:
        console.print(f"  {run['inventory_message']}")
    for market in totals["markets"]:
        console.print(
            f"  {market['marketplace']}: {_money(market['cost'])} spent for {_money(market['sales'])} of sales,"
            f" {_money(market['wasted_spend'])} wasted, of which the proposals save {_money(market['waste_saved'])}"
        )


def print_findings(
    console: Console,
    findings: Sequence[Mapping[str, Any]],
    proposals: Sequence[Mapping[str, Any]],
    campaigns: Mapping[str, str],
) -> None:
    """The dearest findings: campaign, what, how much, why, and what the proposals save or win."""
    shown = findings[:SHOWN_FINDINGS]
    table = Table(
        title=f"The {len(shown)} most expensive findings (of {len(findings)})",
        title_justify="left",
        title_style="bold",
    )
    names = ("campaign", "what", "amount", "proposals", "why")
    groups = ((0, 1), (2, 3), (4,)) if console.width < WIDE else tuple((each,) for each in range(5))
    for group in groups:
        table.add_column(
            ", ".join(names[each] for each in group),
            justify="right" if group[0] in (2, 3) else "left",
            no_wrap=group[0] in (1, 2, 3),
        )
    for each in shown:
        what = _WHAT.get(each["kind"], each["kind"].replace("_", " "))
        cells = (
            campaigns[each["campaign_id"]],
            f"{what} “{each['text']}”" if each["text"] else what,
            f"[red]{_money(each['amount'])}[/]",
            _remedy(each, proposals),
            each["reason"]["sentence"],
        )
        table.add_row(*("\n".join(cells[place] for place in group) for group in groups))
    console.print(table)


def print_ad_proposals(console: Console, proposals: Sequence[Mapping[str, Any]], url: str) -> None:
    """How many changes of each kind, what they save, win and put at risk, and where to read them."""
    kinds: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for each in proposals:
        kinds[each["kind"]].append(each)
    table = Table(title=f"Proposed changes: {len(proposals)}", title_justify="left", title_style="bold")
    for name in ("kind", "count", "waste saved", "sales gained", "sales at risk"):
        table.add_column(name, justify="left" if name == "kind" else "right", no_wrap=True)
    for kind, found in sorted(kinds.items(), key=lambda pair: -len(pair[1])):
        table.add_row(kind.replace("_", " "), str(len(found)), *(_sums(found, name) for name in _VALUES))
    console.print(table)
    for kind in sorted(kinds, key=lambda kind: -len(kinds[kind])):
        console.print(f"  {kind:18} {url}&kind={kind}", soft_wrap=True, highlight=False)


def _remedy(finding: Mapping[str, Any], proposals: Sequence[Mapping[str, Any]]) -> str:
    """What the proposals for the campaign save of it, or win of sales that are missed."""
    if finding["kind"] != "missed_sales":
        return f"save {_money(finding['saved'])}" if Decimal(finding["saved"]["amount"]) >= 1 else "-"
    mine = [each for each in proposals if each["campaign_id"] == finding["campaign_id"]]
    won = _sums(mine, "sales_gained")
    return "-" if won == "-" else f"win {won}"


def _sums(proposals: Sequence[Mapping[str, Any]], name: str) -> str:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for each in proposals:
        sums[each[name]["currency"]] += Decimal(each[name]["amount"])
    told = [f"{amount:,.0f} {currency}" for currency, amount in sorted(sums.items(), reverse=True) if round(amount)]
    return " + ".join(told) or "-"


def _money(money: Money) -> str:
    return f"{Decimal(money['amount']):,.0f} {money['currency']}"
