"""What a fault scenario is, and the stage it plays on: a durable server of its own with a migrated database.

A scenario is a module of this package named `f<number>_…` with `async def run(…) -> Result`. Its parameters say what
it needs, by name: `cluster` (the server, which it may kill), `urls` (a migrated database on it), `folder` (for logs)
and `seed`. The result prints as what was seen, and has `violations`, which must be empty.
"""

import asyncio
import importlib
import inspect
import pkgutil
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import tests.faults as package
from deploy.database import prepare
from deploy.postgres import Cluster, cluster_for
from deploy.roles import DatabaseUrls, generated_passwords, urls_for
from deploy.state import STATE_DIR

_NAME = re.compile(r"f\d+_\w+")


class Result(Protocol):
    """What a run saw; str() says it in a line."""

    @property
    def violations(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Stage:
    """The server of a scenario, and the database on it."""

    cluster: Cluster
    urls: DatabaseUrls


def scenarios() -> dict[str, str]:
    """The modules of all scenarios by their short name (`f1`), in order."""
    found = {
        module.name.partition("_")[0]: f"{package.__name__}.{module.name}"
        for module in pkgutil.iter_modules(package.__path__)
        if _NAME.fullmatch(module.name)
    }
    return dict(sorted(found.items(), key=lambda entry: int(entry[0][1:])))


def load(module: str) -> ModuleType:
    """A scenario's module."""
    return importlib.import_module(module)


def title_of(scenario: ModuleType) -> str:
    """The first sentence of the module."""
    return " ".join((scenario.__doc__ or "").split())


@contextmanager
def stage(name: str) -> Iterator[Stage]:
    """A fresh server that keeps what it has acknowledged, with a migrated database; gone with the block."""
    cluster = cluster_for(f"faults-{name}")
    cluster.remove()
    try:
        cluster.start()
        urls = urls_for(cluster.url("tradewind"), generated_passwords(STATE_DIR / "roles-faults.json"))
        prepare(urls)
        yield Stage(cluster, urls)
    finally:
        cluster.remove()


def play(scenario: ModuleType, on: Stage, seed: int) -> Result:
    """One run of a scenario."""
    with tempfile.TemporaryDirectory(prefix="tradewind-faults-") as folder:
        given: dict[str, Any] = {"cluster": on.cluster, "urls": on.urls, "folder": Path(folder), "seed": seed}
        wanted = {name: given[name] for name in inspect.signature(scenario.run).parameters if name in given}
        result: Result = asyncio.run(scenario.run(**wanted))
        return result
