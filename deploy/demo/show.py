"""Decides how the demo shows what was imported and what is proposed: tables for a terminal of any width."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table

SHOWN_PROPOSALS = 12
_MODES = {"slow_sea": "slow sea", "fast_sea": "[yellow]fast sea[/]", "air": "[red]air[/]"}


def print_imports(console: Console, imports: Sequence[Mapping[str, Any]], today: date) -> None:
    """One line per kind of file: files, rows, rows refused."""
    files: Counter[str] = Counter()
    rows: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for each in imports:
        files[each["kind"]] += 1
        rows[each["kind"]] += each["rows_applied"] + each["rows_unchanged"]
        refused[each["kind"]] += each["rows_rejected"]
    table = Table(title=f"Files of the demo seller, as of {today}", title_justify="left", title_style="bold")
    table.add_column("kind")
    for name in ("files", "rows", "refused"):
        table.add_column(name, justify="right")
    for kind in files:
        table.add_row(kind, str(files[kind]), f"{rows[kind]:,}", str(refused[kind]))
    table.add_section()
    table.add_row("all", str(files.total()), f"{rows.total():,}", str(refused.total()))
    console.print(table)


def print_run(console: Console, run: Mapping[str, Any]) -> None:
    """What a run looked at and what it found, in a line."""
    totals = run["totals"]
    console.print(
        f"[green]✓[/] replenishment run of {run['as_of_date']}: {run['listings_count']} listings, "
        f"{run['proposals_count']} shipments proposed, {totals['units']:,} units; "
        f"freight {_money(totals['cost'])}, expected saving {_money(totals['saving'])}"
    )


def print_proposals(console: Console, proposals: Sequence[Mapping[str, Any]]) -> None:
    """The proposals that save most: what, how many, sea or air, ship by, arrives, why, what it costs and saves."""
    ordered = sorted(proposals, key=lambda each: -Decimal(each["saving"]["amount"]))
    table = Table(
        title=f"First shipment proposals ({min(SHOWN_PROPOSALS, len(ordered))} of {len(ordered)}, most saving first)",
        title_justify="left",
        title_style="bold",
    )
    for name, justify in (
        ("listing", "left"),
        ("units", "right"),
        ("by", "left"),
        ("ship by", "left"),
        ("arrives (10-90 %)", "left"),
        ("costs", "right"),
        ("saves", "right"),
        ("why", "left"),
    ):
        table.add_column(name, justify=justify, no_wrap=name != "why")  # type: ignore[arg-type]
    for each in ordered[:SHOWN_PROPOSALS]:
        early, middle, late = (each[f"arrival_p{share}_date"] for share in (10, 50, 90))
        table.add_row(
            f"{each['seller_sku']} [dim]{each['marketplace']}[/]",
            f"{each['quantity_units']} [dim]({each['cartons']} ctn)[/]",
            _MODES[each["mode"]],
            _short(each["ship_by_date"]),
            f"{_short(middle)} [dim]({_short(early)} - {_short(late)})[/]",
            _money(each["cost"]),
            _money(each["saving"]),
            _why(each),
        )
    console.print(table)


def _why(proposal: Mapping[str, Any]) -> str:
    """The reasons in a few words; their full sentences are in the API."""
    known = {reason["code"]: reason["parameters"] for reason in proposal["reasons"]}
    words = [f"{proposal['expected_lost_units']:.0f} short ({proposal['probability_short']:.0%} chance)"]
    if "slower_comes_too_late" in known:
        words.append(f"slow sea takes {known['slower_comes_too_late']['days']} days")
    if "cut_by_domestic_stock" in known:
        words.append(f"{known['cut_by_domestic_stock']['wanted_units']} wanted, stock at home is short")
    return "; ".join(words)


def _short(day: str) -> str:
    return f"{date.fromisoformat(day):%d %b}"


def _money(money: Mapping[str, str]) -> str:
    return f"{Decimal(money['amount']):,.0f} {money['currency']}"
