"""Runs schemathesis against a running service with all checks and phases, as two tenants that must not meet."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.contracts.seed import Known, SeededService
from tests.contracts.seeds import SEEDS
from tests.support.paths import REPOSITORY

BASE_CONFIG = Path(__file__).with_name("schemathesis.toml")
FULL_EXAMPLES = 300
SHORT_EXAMPLES = 20
# A few cases made up from the document alone, too few of them to warn about what they did not meet.
QUICK = ("--phases", "fuzzing", "--warnings", "off")
KNOWN_SHARE = 0.7
BOUND_VALUES = 5
SLOW_DIVISOR = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What schemathesis said: `succeeded` means no failure, no error and no warning."""

    succeeded: bool
    output: str

    @property
    def cases(self) -> int:
        """How many requests were made and judged."""
        found = re.search(r"([\d,]+) generated", self.output)
        return int(found[1].replace(",", "")) if found else 0


def run(
    service: SeededService,
    folder: Path,
    *,
    max_examples: int,
    seed: int | None = None,
    arguments: Sequence[str] = (),
    say: Callable[[str], object] = lambda line: None,
) -> Outcome:
    """Test the service as its two tenants; `folder` receives the configuration, which holds their keys.

    The run mixes the values that exist with made-up ones. `say` is told each line of the output as it comes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    document = folder / "openapi.json"
    with urllib.request.urlopen(f"{service.url.removesuffix('/v1')}/openapi.json", timeout=30) as response:
        document.write_bytes(response.read())
    users = ("first", "second")
    entries = [
        {"name": user, "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {key}"}]}
        for user, key in zip(users, service.keys, strict=True)
    ]
    keys_file = folder / "keys.json"
    keys_file.touch(mode=0o600)
    keys_file.write_text(json.dumps({"auth": entries}))
    config = folder / "schemathesis.toml"
    config.write_text(
        BASE_CONFIG.read_text() + _additions(keys_file, users, service.known) + _slow(service.service, max_examples)
    )
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run", str(document)]
    command += ["--url", service.url, "--checks", "all", "--max-examples", str(max_examples), *arguments]
    if seed is not None:
        command += ["--seed", str(seed)]
    environment = {
        **os.environ,
        "COLUMNS": "160",
        "SCHEMATHESIS_HOOKS": "tests.contracts.schemathesis_hooks",
        "PYTHONPATH": str(REPOSITORY),
        "TRADEWIND_CONTRACT_SERVICE": service.service,
        "TRADEWIND_CONTRACT_KNOWN": json.dumps({place: list(values) for place, values in service.known.items()}),
        "TRADEWIND_CONTRACT_BODIES_FIT": "yes" if service.bodies_fit else "no",
        "TRADEWIND_CONTRACT_KEY": service.keys[0],
    }
    output = []
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            output.append(line)
            say(line)
    return Outcome(process.returncode == 0, "".join(output))


def _additions(keys_file: Path, users: Sequence[str], known: Known) -> str:
    lines = ["", "[auth.wfc]", f"path = {json.dumps(str(keys_file))}", f"user = {json.dumps(users[0])}"]
    lines.append(f"peers = {json.dumps(list(users))}")
    names = {place: re.sub(r"[^a-z]+", "_", place.lower()) for place in _bound(known)}
    for place, values in _bound(known).items():
        lines += ["", f"[dictionaries.{names[place]}]", f"values = {json.dumps(list(values))}"]
    if names:
        lines += ["", "[parameters]"]
        lines += [
            f'"{place}" = {{ dictionary = "{name}", probability = {KNOWN_SHARE} }}' for place, name in names.items()
        ]
    return "\n".join(lines) + "\n"


def _slow(service: str, max_examples: int) -> str:
    """Fewer examples for slow operations; what is said of an operation comes before what the command line says."""
    if not SEEDS[service].slow:
        return ""
    lines = ["", "[[operations]]", f"include-operation-id = {json.dumps(list(SEEDS[service].slow))}"]
    return "\n".join([*lines, f"generation.max-examples = {max(1, max_examples // SLOW_DIVISOR)}", ""])


def _bound(known: Known) -> dict[str, Sequence[str]]:
    """A few values for each place in a request: every one becomes an example. The hooks choose among all."""
    return {place: values[:BOUND_VALUES] for place, values in known.items() if "." in place and values}
