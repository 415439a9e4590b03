"""Decides which processes make up an installation on one machine, and starts, watches and stops them."""

import contextlib
import fcntl
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.postgres import alive, command_line
from deploy.roles import ROLES, SERVICES, DatabaseUrls
from deploy.service_keys import SERVICE_SCOPES, VARIABLE, local_secret
from deploy.state import CHECKOUT, STATE_DIR, private_dir, write_private_text

DEFAULT_PORTS = {"inventory": 8001, "ads": 8002, "planning": 8003}
# Importing numerical libraries takes a busy small machine a minute.
READY_SECONDS = 240
ENDS_TO_GIVE_UP = 3
STOP_SECONDS = 180
LOGS = STATE_DIR / "logs"
CONFIG = STATE_DIR / "supervisord.conf"
SUPERVISOR_LOG = LOGS / "supervisord.log"
PID_FILE = STATE_DIR / "supervisord.pid"
RUN_LOCK = STATE_DIR / "run.lock"


class StackError(RuntimeError):
    """The processes cannot be started as asked."""


@dataclass(frozen=True, slots=True)
class Program:
    """One supervised process; those with a lower priority start earlier and stop later."""

    name: str
    command: tuple[str, ...]
    priority: int
    environment: dict[str, str]
    stop_seconds: int = 40


def ports() -> dict[str, int]:
    """The port of each service: `INVENTORY_PORT` and so on, else 8001 to 8003."""
    return {service: int(os.environ.get(f"{service.upper()}_PORT") or DEFAULT_PORTS[service]) for service in SERVICES}


def local_urls() -> dict[str, str]:
    """Where this machine reaches each service, without the version."""
    return {service: f"http://127.0.0.1:{port}" for service, port in ports().items()}


def api_urls() -> dict[str, str]:
    """Where this machine reaches each service's API."""
    return {service: f"{url}/v1" for service, url in local_urls().items()}


def programs(urls: DatabaseUrls, *, embedded: bool, host: str) -> list[Program]:
    """What supervisor runs: the embedded database's guard; per service an API and, where work takes long, a worker."""
    bases = local_urls()
    result = []
    if embedded:
        result.append(Program("postgres", (sys.executable, "-m", "deploy.postgres", "guard"), 10, {}, STOP_SECONDS))
    for service, port in ports().items():
        prefix = service.upper()
        environment = {
            f"{prefix}_DATABASE_URL": urls.of_service(service),
            f"{prefix}_PUBLIC_URL": os.environ.get(f"{prefix}_PUBLIC_URL") or bases[service],
        }
        if service in SERVICE_SCOPES:
            environment[f"{prefix}_{VARIABLE}"] = local_secret()
        for other in SERVICES:
            if other != service:
                name = f"{prefix}_{other.upper()}_URL"
                environment[name] = os.environ.get(name) or f"{bases[other]}/v1"
        server = (
            *(sys.executable, "-m", "uvicorn", f"services.{service}.app:create_app", "--factory"),
            *("--host", host, "--port", str(port), "--no-access-log", "--timeout-graceful-shutdown", "20"),
        )
        result.append(Program(f"{service}-api", server, 20, environment))
        # A service without long work has no worker.
        if (CHECKOUT / "services" / service / "worker.py").exists():
            worker = (sys.executable, "-m", f"services.{service}.worker")
            result.append(Program(f"{service}-worker", worker, 30, environment))
    return result


def supervisor_config(chosen: list[Program]) -> str:
    """The configuration file; private, because it holds the services' passwords."""
    sections = [
        "[supervisord]\nnodaemon=true\nsilent=true\n"
        f"logfile={_escaped(str(SUPERVISOR_LOG))}\npidfile={_escaped(str(PID_FILE))}\n"
        f"directory={_escaped(str(CHECKOUT))}\nstrip_ansi=true\n"
    ]
    for program in chosen:
        environment = ",".join(f'{name}="{_escaped(value)}"' for name, value in program.environment.items())
        sections.append(
            f"[program:{program.name}]\n"
            f"command={' '.join(map(_quoted, program.command))}\n"
            f"directory={_escaped(str(CHECKOUT))}\n"
            f"environment={environment}\n"
            f"priority={program.priority}\n"
            "autostart=true\nautorestart=true\nstartsecs=2\nstartretries=1000\n"
            f"stopsignal=TERM\nstopasgroup=false\nkillasgroup=true\nstopwaitsecs={program.stop_seconds}\n"
            f"redirect_stderr=true\nstdout_logfile={_escaped(str(log_of(program.name)))}\n"
            "stdout_logfile_maxbytes=10MB\nstdout_logfile_backups=2\n"
        )
    return "\n".join(sections)


def log_of(program: str) -> Path:
    """Where a program's output goes."""
    return LOGS / f"{program}.log"


@contextmanager
def sole_runner() -> Iterator[None]:
    """Hold this checkout's right to run; StackError when another `run` has it. What a killed one left is ended."""
    private_dir(STATE_DIR)
    with RUN_LOCK.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackError("Tradewind already runs from this checkout; stop it with Ctrl-C there first") from None
        _end_left_over()
        yield


def check_ports() -> None:
    """StackError when a port that a service needs is taken."""
    for service, port in ports().items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise StackError(
                    f"Port {port}, which the {service} service needs, is used by another program: "
                    f"stop that program, or choose another port with {service.upper()}_PORT"
                ) from None


@contextmanager
def running(chosen: list[Program]) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the programs under supervisor while the block runs, then stop them in order."""
    private_dir(LOGS)
    SUPERVISOR_LOG.unlink(missing_ok=True)
    write_private_text(CONFIG, supervisor_config(chosen))
    # A session of its own: Ctrl-C reaches this process alone, which then stops the others in order.
    supervisor = subprocess.Popen(
        [sys.executable, "-m", "supervisor.supervisord", "-c", str(CONFIG)],
        cwd=CHECKOUT,
        env=_without_other_secrets(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=(LOGS / "supervisord.err").open("wb"),
        start_new_session=True,
    )
    try:
        yield supervisor
    finally:
        supervisor.terminate()
        try:
            supervisor.wait(STOP_SECONDS + 60)
        except subprocess.TimeoutExpired:
            supervisor.kill()
            raise StackError(f"some processes did not stop; see {LOGS}") from None
        CONFIG.unlink(missing_ok=True)


def wait_until_ready(supervisor: "subprocess.Popen[bytes]") -> None:
    """Return when every service says that it is ready; StackError, with the log's end, when one does not."""
    deadline = time.monotonic() + READY_SECONDS
    for service, url in local_urls().items():
        while not _answers(f"{url}/health/ready"):
            if supervisor.poll() is not None:
                said = (LOGS / "supervisord.err").read_text(errors="replace")
                raise StackError(f"the supervisor ended: {said[-2000:]}")
            _refuse_repeated_ends()
            if time.monotonic() > deadline:
                raise StackError(f"the {service} service is not ready; its log ends with:\n{_tail(f'{service}-api')}")
            time.sleep(0.1)
    _refuse_repeated_ends()


def _refuse_repeated_ends() -> None:
    """StackError when a process ends every time it is started: waiting longer would not help."""
    try:
        said = SUPERVISOR_LOG.read_text(errors="replace")
    except FileNotFoundError:
        return
    ends = Counter(re.findall(r"exited: (\S+) \(exit status [^)]*not expected\)", said))
    for program, times in ends.items():
        if times >= ENDS_TO_GIVE_UP:
            raise StackError(f"{program} ends whenever it is started; its log ends with:\n{_tail(program)}")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _tail(program: str) -> str:
    try:
        return log_of(program).read_text(errors="replace")[-3000:]
    except FileNotFoundError:
        return f"(no log {log_of(program)})"


def _end_left_over() -> None:
    """End the supervisor of a `run` that was killed, with all its children."""
    try:
        pid = int(PID_FILE.read_text())
    except (OSError, ValueError):
        return
    if str(CONFIG) not in command_line(pid):
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.1)


def _quoted(argument: str) -> str:
    return f'"{_escaped(argument)}"' if " " in argument else _escaped(argument)


def _escaped(text: str) -> str:
    """As the configuration file wants it: it expands percent signs, and has no way to quote a quote."""
    if '"' in text or "\n" in text:
        raise StackError("a path or address with a quote cannot be handed to the supervisor")
    return text.replace("%", "%%")


def _without_other_secrets() -> dict[str, str]:
    """This process's environment less the addresses and passwords that no service may see of another."""
    secret = {VARIABLE, *(f"{role.upper()}_PASSWORD" for role in ROLES)}
    return {
        name: value
        for name, value in os.environ.items()
        if name not in secret and name != "DATABASE_URL" and not name.endswith("_DATABASE_URL")
    }
