"""Decides how the demo shows what was imported and what is proposed: tables for a terminal of any width."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table

SHOWN_PROPOSALS = 12
WIDE = 140  # columns of a terminal that has room for a line each
_MODES = {"slow_sea": "slow sea", "fast_sea": "[yellow]fast sea[/]", "air": "[red]air[/]"}


def print_imports(console: Console, imports: Sequence[Mapping[str, Any]], today: date, *, title: str = "Files") -> None:
    """One line per kind of file: files, rows, rows refused."""
    files: Counter[str] = Counter()
    rows: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for each in imports:
        files[each["kind"]] += 1
        rows[each["kind"]] += each["rows_applied"] + each["rows_unchanged"]
        refused[each["kind"]] += each["rows_rejected"]
    table = Table(title=f"{title} of the demo seller, as of {today}", title_justify="left", title_style="bold")
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
    # A narrow terminal gets the same facts, three lines to a proposal.
    groups = ((0, 1, 2), (3, 4, 7), (5, 6)) if console.width < WIDE else tuple((each,) for each in range(8))
    names = ("listing", "units", "by", "ship by", "arrives (10-90 %)", "costs", "saves", "why")
    for group in groups:
        name = ", ".join(names[each] for each in group)
        right = group[0] in (1, 5, 6)
        table.add_column(name, justify="right" if right else "left", no_wrap=7 not in group)
    for each in ordered[:SHOWN_PROPOSALS]:
        cells = _cells(each)
        table.add_row(*("\n".join(cells[place] for place in group) for group in groups))
    console.print(table)


def _cells(proposal: Mapping[str, Any]) -> tuple[str, ...]:
    early, middle, late = (proposal[f"arrival_p{share}_date"] for share in (10, 50, 90))
    return (
        f"{proposal['seller_sku']} [dim]{proposal['marketplace']}[/]",
        f"{proposal['quantity_units']} [dim]({proposal['cartons']} ctn)[/]",
        _MODES[proposal["mode"]],
        _short(proposal["ship_by_date"]),
        f"{_short(middle)} [dim]({_short(early)} - {_short(late)})[/]",
        _money(proposal["cost"]),
        _money(proposal["saving"]),
        _why(proposal),
    )


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
