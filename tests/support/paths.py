"""Where tests find the repository and, when they lie beside it, the real sample files."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("TRADEWIND_SHARED") or REPOSITORY.parent / "shared")


def sample(name: str) -> Path:
    """A real sample file (`name` relative to the samples folder); skips the test where the samples are absent."""
    path = SHARED / "samples" / name
    if not path.exists():
        pytest.skip(f"sample {name} is not beside this checkout (set TRADEWIND_SHARED)")
    return path
