"""Decides how the demo shows plans, roadmap, objectives and gaps: tables for a terminal of any width."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table

from deploy.demo.planning_company import DemoCompany

Json = Mapping[str, Any]
_HEALTHS = {
    "on_track": "[green]on track[/]",
    "behind": "[yellow]behind[/]",
    "at_risk": "[red]at risk[/]",
    "no_data": "[dim]no data[/]",
    "stale": "[dim]stale[/]",
    "closed": "[dim]closed[/]",
}
_GRAVITY = {"red": "[red]red[/]", "amber": "[yellow]amber[/]", "green": "[green]green[/]"}
_SMALL = Decimal(10)
# Ads are known of the last months alone, so the profit after them is not.
_SHOWN = ("net_revenue", "gross_profit")


def print_plan(console: Console, plan: Json, statement: Json, today: date) -> None:
    """The plan in a line, and how far the months that are over kept to it."""
    total, currency = statement["total"], plan["currency"]
    console.print(
        f"[green]✓[/] {plan['title']} ({plan['status']}): net revenue {_value(total['net_revenue'])} {currency}, "
        f"operating profit {_value(total['operating_profit'])} {currency} ({total['operating_margin']:.1%})",
        highlight=False,
    )
    over = [each for each in statement["months"] if each["month"] < f"{today:%Y-%m}" and each["actual"] is not None]
    if over:
        parts = (
            f"{name.replace('_', ' ')} {_sum(over, 'actual', name)} of {_sum(over, 'plan', name)}" for name in _SHOWN
        )
        console.print(f"  {len(over)} months: {', '.join(parts)} {currency} planned", highlight=False)


def _sum(months: Sequence[Json], side: str, name: str) -> str:
    return f"{sum((Decimal(each[side][name]) for each in months), Decimal(0)):,.0f}"


def print_roadmap(console: Console, roadmap: Json) -> None:
    """A line for each initiative that is not over: promised, expected, slip, why."""
    open_bars = [each for each in roadmap["bars"] if each["status"] not in ("steady", "done", "retired", "killed")]
    table = Table(title=f"Roadmap: {len(open_bars)} initiatives in hand", title_justify="left", title_style="bold")
    for name in ("initiative", "stands at", "first promised", "promised", "expected", "slip", "why"):
        table.add_column(name, justify="right" if name == "slip" else "left", no_wrap=name not in ("why",))
    for each in open_bars:
        table.add_row(
            each["title"],
            each["status"].replace("_", " "),
            _day(each["baseline"]),
            _day(each["committed"]),
            _day(each["forecast"]),
            f"[red]{each['slip_days']} d[/]" if each["slip_days"] else "-",
            _why(each),
        )
    console.print(table)


def _why(bar: Json) -> str:
    if bar["slip_days"]:
        return f"waits for {bar['cause']['title']}" if bar["cause"] else "began late"
    return f"{bar['slack_days']} d to spare" if bar["slack_days"] else ""


def _day(dates: Json | None) -> str:
    """The launch, or the end of what is not launched."""
    finish = dates and (dates["launch_date"] or dates["end_date"])
    return f"{date.fromisoformat(finish):%d %b %Y}" if finish else "-"


def print_okr_tree(console: Console, tree: Json, names: Mapping[str, str]) -> None:
    """Objectives with their key results, each below the one it adds to: progress beside what was to be expected."""
    nodes = {each["id"]: each for each in tree["nodes"]}
    table = Table(
        title=f"Objectives: {len(nodes)}, measured by the seller's own figures",
        title_justify="left",
        title_style="bold",
    )
    table.add_column("objective, key result")
    table.add_column("of")
    for name in ("measured", "target", "progress", "expected"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("health", no_wrap=True)

    def show(node: Json, depth: int) -> None:
        indent = "  " * depth
        table.add_row(
            f"{indent}[bold]{node['title']}[/]",
            names.get(node["unit_id"], ""),
            "",
            "",
            _share(node["progress"]),
            _share(node["expected"]),
            _HEALTHS[node["health"]],
        )
        for each in node["key_results"]:
            table.add_row(
                f"{indent}  {each['title']}",
                "",
                _value(each["value"]),
                _value(each["target"]),
                _share(each["progress"]),
                _share(each["expected"]),
                _HEALTHS[each["health"]],
            )
        for child in nodes.values():
            if child["parent_id"] == node["id"]:
                show(child, depth + 1)

    for node in nodes.values():
        if node["parent_id"] not in nodes:
            show(node, 0)
    console.print(table)


def print_drivers(console: Console, month: str, gap: Json, drivers: Json | None, currency: str | None) -> None:
    """A gap of a month in a line, and below it what made it."""
    where = gap["scope"].get("marketplace") or "the company"
    name = gap["metric_code"].replace("_", " ")
    console.print(
        f"{_GRAVITY[gap['status']]} {month}, {name} of {where}: {_value(gap['actual'])} of {_value(gap['target'])} "
        f"planned, {abs(gap['relative_performance']):.1%} {'short' if gap['relative_performance'] > 0 else 'more'}",
        highlight=False,
    )
    if drivers is None or not drivers["effects"]:
        return
    parts = ", ".join(f"{each['driver']} {Decimal(each['amount']):+,.0f}" for each in drivers["effects"])
    against = drivers["comparison"].replace("_", " ")
    console.print(
        f"  why: {parts}; together {Decimal(drivers['change']):+,.0f} {currency} against the {against}"
        f" ({Decimal(drivers['after']['lost_units']):,.0f} units not sold for want of stock)",
        highlight=False,
    )


def print_pictures(
    console: Console, url: str, company: DemoCompany, plan: Json, baseline: Json, gap: Json | None, today: date
) -> None:
    """Where the pictures are; the roadmap's begins a quarter of a year ago, and the steps are those of the last gap."""
    since = today - timedelta(days=90)
    pictures = {
        "roadmap": f"/roadmap.svg?baseline_id={baseline['id']}&from_date={since}",
        "prices": "/price-roadmap.svg?marketplace=US",
        "objectives": f"/okr-tree.svg?cycle_id={company.year['id']}",
        "plan": f"/plans/{plan['id']}/bridge.svg",
    }
    if gap is not None:
        pictures["gap"] = f"/gaps/{gap['key']}/waterfall.svg?month={gap['period']['start_date'][:7]}"
    for name, path in pictures.items():
        console.print(f"  {name:10} {url}{path}", soft_wrap=True, highlight=False)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"


def _value(value: str | None) -> str:
    """Small values are shares or rates, large ones counts and money."""
    if value is None:
        return "-"
    number = Decimal(value)
    return f"{number:,.3f}" if number != number.to_integral_value() and abs(number) < _SMALL else f"{number:,.0f}"
