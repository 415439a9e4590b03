"""Rules about the repository's own files that no linter knows."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.support.paths import REPOSITORY

FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "service", "handler", "misc"}
SECRETS = re.compile(r"tw_live_[0-9A-Za-z]{12}_[0-9A-Za-z]{38}|-----BEGIN [A-Z ]*PRIVATE KEY-----|AKIA[0-9A-Z]{16}")


def tracked(*patterns: str) -> list[Path]:
    """The files that git knows, or that it would take; skips where the tests run from a copy without git."""
    if not (REPOSITORY / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in listed.stdout.splitlines() if (path := REPOSITORY / name).exists()]


def modules(*folders: str) -> list[Path]:
    """The product's modules."""
    return [path for folder in folders for path in sorted((REPOSITORY / folder).rglob("*.py"))]


@pytest.mark.parametrize("lock", ["requirements.lock", "package-lock.json"])
def test_a_lock_names_no_address(lock: str) -> None:
    text = (REPOSITORY / lock).read_text()
    assert "://" not in text


def test_every_locked_python_package_has_a_hash() -> None:
    text = (REPOSITORY / "requirements.lock").read_text()
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(entries) > 50
    assert [entry.partition(" ")[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_no_file_holds_a_key() -> None:
    found = []
    for path in tracked():
        if path.suffix not in {".png", ".xlsx", ".ico"}:
            found += [path.name for _ in SECRETS.finditer(path.read_text(errors="replace"))]
    assert found == []


def test_the_tenant_is_set_for_one_transaction_only() -> None:
    """A value set for the session is seen by the next borrower of the connection."""
    for path in modules("shared", "services", "deploy"):
        text = path.read_text()
        assert not re.search(r"\bset_config\s*\(", text), path
        assert not re.search(r"\bSET\s+(SESSION\s+)?app\.tenant_id", text), path


def test_every_module_says_what_it_decides() -> None:
    silent = [
        str(path.relative_to(REPOSITORY))
        for path in modules("shared", "services", "deploy", "tests")
        if "versions" not in path.parts and (text := path.read_text().strip()) and not text.startswith('"""')
    ]
    assert silent == []


def test_no_module_hides_behind_a_name_that_says_nothing() -> None:
    vague = [
        str(path.relative_to(REPOSITORY))
        for path in modules("shared", "services", "deploy", "tests")
        if FORBIDDEN_NAMES & set(path.relative_to(REPOSITORY).with_suffix("").parts)
    ]
    assert vague == []


def test_domain_reads_no_clock() -> None:
    for path in sorted(REPOSITORY.glob("services/*/domain/**/*.py")):
        text = path.read_text()
        assert not re.search(r"\.now\(|\.today\(|\butc_now\b|\btime\.time\(", text), path
