"""Real service processes for tests: uvicorn and worker of a service on a free port, on a given database."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from deploy.roles import SERVICES, DatabaseUrls
from tests.support.paths import REPOSITORY
from tests.support.tenants import SERVICE_KEY_SECRET

READY_SECONDS = 180
STOP_SECONDS = 40


class ProcessError(RuntimeError):
    """A process of the product did not start, or did not stop, as it should."""


@dataclass(slots=True)
class Process:
    """One process of the product; `restart` starts another in its place."""

    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    running: "subprocess.Popen[bytes]"

    def restart(self) -> None:
        """Start it again, whether it ended by itself or was killed."""
        self.running = _spawn(self.command, self.environment, self.log)

    def is_alive(self) -> bool:
        """Whether it runs."""
        return self.running.poll() is None

    def stop(self) -> int:
        """Ask it to end, and wait; ProcessError when it does not. The exit status."""
        if self.is_alive():
            self.running.terminate()
        try:
            return self.running.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.running.kill()
            raise ProcessError(f"{' '.join(self.command)} did not stop; {self.tail()}") from None

    def tail(self) -> str:
        """The end of what it wrote."""
        return self.log.read_text(errors="replace")[-3000:]


@dataclass(slots=True)
class RunningService:
    """A service as its callers see it: `url` ends with /v1; `workers` may be empty."""

    service: str
    url: str
    api: Process
    workers: list[Process]


@contextmanager
def running_services(
    urls: DatabaseUrls,
    services: Sequence[str] = SERVICES,
    *,
    logs: Path,
    workers: int = 1,
    settings: Mapping[str, str] | None = None,
) -> Iterator[dict[str, RunningService]]:
    """Services that answer as ready, each with its workers, while the block runs.

    `settings` are further variables for all of them, without the service's prefix (`RATE_LIMIT_QUOTA`).
    """
    ports = {service: _free_port() for service in services}
    addresses = {service: f"http://127.0.0.1:{port}" for service, port in ports.items()}
    started: dict[str, RunningService] = {}
    try:
        for service, port in ports.items():
            environment = _environment(service, urls, addresses, settings or {})
            server = [sys.executable, "-m", "uvicorn", f"services.{service}.app:create_app", "--factory"]
            server += [
                "--host",
                "127.0.0.1",
                "--port",
                str(port),
                "--no-access-log",
                "--timeout-graceful-shutdown",
                "5",
            ]
            api = _start(server, environment, logs / f"{service}-api.log")
            started[service] = RunningService(service, f"{addresses[service]}/v1", api, [])
            for number in range(workers):
                command = [sys.executable, "-m", f"services.{service}.worker"]
                started[service].workers.append(_start(command, environment, logs / f"{service}-worker-{number}.log"))
        for service, running in started.items():
            wait_until_ready(running.api, f"{addresses[service]}/health/ready")
        yield started
    finally:
        failures = []
        for running in started.values():
            for process in (*running.workers, running.api):
                try:
                    process.stop()
                except ProcessError as error:
                    failures.append(str(error))
        if failures:
            raise ProcessError("; ".join(failures))


def wait_until_ready(process: Process, address: str) -> None:
    """Return when the address answers 200; ProcessError with the log's end when the process does not get there."""
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as response:
                if response.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        if not process.is_alive():
            raise ProcessError(f"{' '.join(process.command)} ended: {process.tail()}")
        if time.monotonic() > deadline:
            raise ProcessError(f"{address} is not ready: {process.tail()}")
        time.sleep(0.05)


def _environment(
    service: str, urls: DatabaseUrls, addresses: Mapping[str, str], settings: Mapping[str, str]
) -> dict[str, str]:
    prefix = service.upper()
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.endswith("DATABASE_URL") and not name.startswith(tuple(f"{other.upper()}_" for other in SERVICES))
    }
    others = {f"{prefix}_{other.upper()}_URL": f"{address}/v1" for other, address in addresses.items()}
    others.pop(f"{prefix}_{prefix}_URL", None)
    own = {
        f"{prefix}_DATABASE_URL": urls.of_service(service),
        f"{prefix}_PUBLIC_URL": addresses[service],
        f"{prefix}_SERVICE_KEY_SECRET": SERVICE_KEY_SECRET,
        **{f"{prefix}_{name}": value for name, value in settings.items()},
    }
    return {**inherited, **others, **own, "PYTHONUNBUFFERED": "1"}


def _start(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Process:
    log.parent.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    return Process(command, environment, log, _spawn(command, environment, log))


def _spawn(command: Sequence[str], environment: Mapping[str, str], log: Path) -> "subprocess.Popen[bytes]":
    output: BinaryIO
    with log.open("ab") as output:
        return subprocess.Popen(
            list(command), cwd=REPOSITORY, env=dict(environment), stdout=output, stderr=subprocess.STDOUT
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
