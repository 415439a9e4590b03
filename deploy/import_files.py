"""Decides how files are sent from a command line: one after the other, with progress, through the public API."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from shared.client.base import ApiError, Unreachable
from shared.client.tradewind import OperationFailed, TradewindClient

SHOWN_ERRORS = 5


async def import_files(url: str, key: str, files: Sequence[Path], facts: dict[str, Any], console: Console) -> int:
    """Send the files in order and print what became of each; the number of those that were not taken."""
    failed = 0
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[unit]}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )
    async with TradewindClient(url, key) as client:
        with bar:
            for path in files:
                task = bar.add_task(path.name, total=None, unit="")

                def advance(operation: dict[str, Any], task: Any = task) -> None:
                    told = operation["progress"]
                    bar.update(task, total=told["total"] or None, completed=told["done"], unit=told["unit"])

                try:
                    result = await client.import_file(path, on_progress=advance, **facts)
                except (ApiError, OperationFailed, Unreachable) as error:
                    failed += 1
                    console.print(f"[red]✗[/] {path.name}: ", end="")
                    console.print(str(error), markup=False, highlight=False, soft_wrap=True)
                else:
                    failed += _is_refused(result)
                    await _print_result(client, path, result, console)
                finally:
                    bar.remove_task(task)
    return failed


def _is_refused(result: dict[str, Any]) -> bool:
    """Whether no row of the file was taken, although there were some."""
    return bool(result["rows_rejected"]) and not result["rows_applied"] + result["rows_unchanged"]


async def _print_result(client: TradewindClient, path: Path, result: dict[str, Any], console: Console) -> None:
    if result["duplicate_of"] is not None:
        console.print(f"[green]✓[/] {path.name}: {result['kind']}, applied before, nothing changed", soft_wrap=True)
        return
    mark = "[red]✗[/]" if _is_refused(result) else "[green]✓[/]"
    console.print(
        f"{mark} {path.name}: {result['kind']}, {result['rows_applied']} rows applied,"
        f" {result['rows_unchanged']} unchanged, {result['rows_rejected']} rejected",
        soft_wrap=True,
    )
    for warning in result["warnings"][:SHOWN_ERRORS]:
        console.print(f"    {warning['message']}", markup=False, highlight=False, soft_wrap=True)
    if result["rows_rejected"]:
        page = await client.get(f"/imports/{result['id']}/row-errors", limit=SHOWN_ERRORS)
        for error in page["items"]:
            where = f"line {error['line']}" + (f", {error['column']}" if error["column"] else "")
            console.print(f"    {where}: {error['message']}", markup=False, highlight=False, soft_wrap=True)
        if page.get("next"):
            console.print(f"    all: {client.url}/imports/{result['id']}/row-errors", soft_wrap=True)
