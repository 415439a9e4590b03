"""Removes from an npm lock what names addresses: they differ between machines and install nothing."""

import json
import sys
from pathlib import Path

ADDRESSES = ("resolved", "funding", "bugs", "homepage", "repository")


def stripped(lock: dict[str, object]) -> dict[str, object]:
    """The lock without addresses, at any depth; versions and integrity hashes stay."""
    return {
        name: stripped(value) if isinstance(value, dict) else value
        for name, value in lock.items()
        if name not in ADDRESSES
    }


def main(path: Path) -> None:
    """Rewrite a package-lock.json in place."""
    path.write_text(json.dumps(stripped(json.loads(path.read_text())), indent=2) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
