"""Decides how the demo shows what it is waiting for, and what it says of a file it sends."""

from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from deploy.demo.generate import DemoFile


def facts_of(file: DemoFile) -> dict[str, Any]:
    """The fields of the form: what the file does not say itself."""
    return {
        "kind": file.kind,
        "account": file.account,
        "marketplace": file.marketplace,
        "date_from": file.from_date.isoformat() if file.from_date else None,
        "date_to": file.to_date.isoformat() if file.to_date else None,
        "as_of": file.as_of.isoformat() if file.as_of else None,
    }


def follow(progress: Progress, task: TaskID) -> Callable[[Mapping[str, Any]], None]:
    """What tells the bar of each state of an operation."""

    def follow(operation: Mapping[str, Any]) -> None:
        seen = operation["progress"]
        progress.update(task, completed=seen["done"], total=seen["total"] or None)

    return follow


def progress_bar(console: Console) -> Progress:
    """A line with a bar for each task."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description:52}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )
