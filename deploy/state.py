"""Decides where this checkout keeps what it must remember between runs: ports, passwords, logs."""

import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent
# A container's root is read-only, so its state lies elsewhere.
STATE_DIR = Path(os.environ.get("TRADEWIND_STATE") or CHECKOUT / ".tradewind")


def private_dir(path: Path) -> Path:
    """Make a directory that its owner alone may enter, and return it."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file, or an empty one when the file is absent."""
    try:
        content: dict[str, Any] = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    return content


def write_private_json(path: Path, content: dict[str, Any]) -> None:
    """Replace a JSON file at once, readable by its owner alone from its first byte on."""
    write_private_text(path, json.dumps(content, indent=2, sort_keys=True) + "\n")


def write_private_text(path: Path, content: str) -> None:
    """Replace a text file at once, readable by its owner alone from its first byte on."""
    private_dir(path.parent)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
    temporary.replace(path)


def new_password() -> str:
    """A password of 192 random bits that needs no quoting in SQL, URLs or shells."""
    return secrets.token_hex(24)


def digest(text: str) -> str:
    """A short name for a text, the same on every run."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@contextmanager
def exclusively(lock_path: Path) -> Iterator[None]:
    """Hold a lock file while the block runs; other processes of this machine wait their turn."""
    private_dir(lock_path.parent)
    with lock_path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def checkout_id() -> str:
    """A name for this checkout, made once and gone with its state: a later one at the same path has another."""
    path = STATE_DIR / "id"
    with exclusively(STATE_DIR / "id.lock"):
        if not path.exists():
            write_private_text(path, f"{digest(str(CHECKOUT))}-{secrets.token_hex(3)}")
        return path.read_text().strip()
