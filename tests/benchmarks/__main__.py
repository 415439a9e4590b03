"""Runs the measurements and prints each figure beside its limit: `python -m tests.benchmarks [NAME …] [--write]`.

A benchmark is a module of this package with `measure(quick: bool) -> list[Measurement]`, which may be a coroutine.
"""

import argparse
import asyncio
import importlib
import inspect
import os
import pkgutil
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

import tests.benchmarks as package
from tests.benchmarks.measurement import Measurement
from tests.support.paths import REPOSITORY

REPORT = REPOSITORY / "docs" / "benchmarks.md"
console = Console()


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A module's figures, or the reason why there are none."""

    name: str
    title: str
    seconds: float
    load_before: float
    measurements: list[Measurement]
    error: str | None = None

    @property
    def passed(self) -> bool:
        """Whether it ran and no figure missed its limit."""
        return self.error is None and all(each.passed is not False for each in self.measurements)


def names() -> list[str]:
    """All modules of the package that measure something."""
    found = []
    for module in pkgutil.iter_modules(package.__path__):
        source = (Path(package.__path__[0]) / f"{module.name}.py").read_text()
        if "\ndef measure(" in source or "\nasync def measure(" in source:
            found.append(module.name)
    return found


def run(name: str, quick: bool) -> Benchmark:
    """Measure one module; an error is reported, not raised, so that the others still run."""
    begun, load = time.perf_counter(), os.getloadavg()[0]
    module = importlib.import_module(f"{package.__name__}.{name}")
    title = (module.__doc__ or name).strip().splitlines()[0]
    measure: Callable[..., Any] = module.measure
    try:
        result = measure(quick=quick)
        measurements: list[Measurement] = asyncio.run(result) if inspect.iscoroutine(result) else result
    except Exception as error:  # one broken benchmark must not hide the others
        console.print_exception()
        return Benchmark(name, title, time.perf_counter() - begun, load, [], f"{type(error).__name__}: {error}")
    return Benchmark(name, title, time.perf_counter() - begun, load, measurements)


def table_of(benchmark: Benchmark) -> Table:
    """The figures for a terminal."""
    table = Table(title=f"{benchmark.title} ({benchmark.seconds:.0f} s)", title_justify="left", title_style="bold")
    for column, justify in (("figure", "left"), ("measured", "right"), ("limit", "right"), ("", "left"), ("", "left")):
        table.add_column(column, justify=justify)  # type: ignore[arg-type]
    for each in benchmark.measurements:
        verdict = {True: "[green]✓[/]", False: "[red]✗[/]", None: ""}[each.passed]
        table.add_row(each.name, _value(each), _limit(each), verdict, each.note)
    if benchmark.error:
        table.add_row("[red]failed[/]", "", "", "[red]✗[/]", benchmark.error)
    return table


def report(benchmarks: Sequence[Benchmark], now: datetime, before: str) -> str:
    """The figures as a document with the machine they were measured on; others keep what `before` says of them."""
    sections = {part.partition("\n")[0]: f"## {part.strip()}\n" for part in before.split("\n## ")[1:]}
    for benchmark in benchmarks:
        sections[benchmark.title] = section(benchmark, now)
    head = [
        "# Benchmarks",
        "",
        "Written by `make bench ARGS=--write`. Ratios compare two things measured in the same run, so they travel "
        "between machines better than the times do.",
        "",
        *(f"- {name}: {value}" for name, value in machine().items()),
        "",
    ]
    return "\n".join([*head, *sections.values()])


def section(benchmark: Benchmark, now: datetime) -> str:
    """What was measured, when, and beside how much other work."""
    lines = [
        f"## {benchmark.title}",
        "",
        f"Measured on {now:%Y-%m-%d %H:%M} UTC in {benchmark.seconds:.0f} s; load average before it "
        f"{benchmark.load_before:.1f}.",
        "",
        "| figure | measured | limit | kept | remark |",
        "|---|---:|---:|---|---|",
    ]
    for each in benchmark.measurements:
        verdict = {True: "yes", False: "**no**", None: ""}[each.passed]
        lines.append(f"| {each.name} | {_value(each)} | {_limit(each)} | {verdict} | {each.note} |")
    if benchmark.error:
        lines.append(f"| did not run | | | **no** | {benchmark.error} |")
    return "\n".join([*lines, ""])


def machine() -> dict[str, str]:
    """What the figures depend on."""
    facts = {"cores": str(os.cpu_count()), "system": f"{platform.system()} {platform.machine()}"}
    try:
        info = Path("/proc/cpuinfo").read_text()
        model = next(line.partition(":")[2].strip() for line in info.splitlines() if line.startswith("model name"))
        memory = int(Path("/proc/meminfo").read_text().split()[1]) / 2**20
        facts |= {"processor": model, "memory": f"{memory:.0f} GiB"}
    except (OSError, StopIteration, ValueError, IndexError):
        pass
    return facts | {"Python": platform.python_version()}


def _value(each: Measurement) -> str:
    number = f"{each.value:,.0f}" if abs(each.value) >= 100 else f"{each.value:,.3g}"
    return f"{number} {each.unit}".strip()


def _limit(each: Measurement) -> str:
    return "" if each.limit is None else f"{each.must_be} {each.limit:,g}"


def main() -> None:
    """Measure, print, and end with an error when a limit was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"which of {', '.join(names())}; all by default")
    parser.add_argument("--quick", action="store_true", help="smaller inputs, to see that the benchmarks work")
    parser.add_argument("--write", action="store_true", help=f"write {REPORT.relative_to(REPOSITORY)}")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.names) - set(names()))
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(names())}")
    done = []
    for name in arguments.names or names():
        console.rule(name)
        done.append(run(name, arguments.quick))
        console.print(table_of(done[-1]))
    if arguments.write:
        REPORT.parent.mkdir(exist_ok=True)
        before = REPORT.read_text() if REPORT.exists() else ""
        REPORT.write_text(report(done, datetime.now(UTC), before))
        console.print(f"written to {REPORT.relative_to(REPOSITORY)}")
    sys.exit(0 if all(benchmark.passed for benchmark in done) else 1)


if __name__ == "__main__":
    main()
