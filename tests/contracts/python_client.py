"""Generates a Python client from a service's document and calls its operations by their ids."""

import importlib
import inspect
import json
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, get_args, get_type_hints
from uuid import UUID, uuid4

GENERATOR = "openapi_python_client"
# What the generator has no parser for is handed over as bytes.
_CONFIG = {
    "post_hooks": [],
    "content_type_overrides": {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "application/octet-stream",
        "image/svg+xml": "application/octet-stream",
        "text/event-stream": "application/octet-stream",
    },
}


@dataclass(frozen=True, slots=True)
class Called:
    """One call: what came back, and as which type the client understood it."""

    operation: str
    status: int
    parsed: Any
    headers: Any


@dataclass(slots=True)
class GeneratedClient:
    """The generated package with one server and key; it remembers what was called."""

    package: str
    document: dict[str, Any]
    client: Any
    calls: list[Called] = field(default_factory=list)

    @property
    def operations(self) -> dict[str, str]:
        """The module of each operation of the document."""
        return {
            operation["operationId"]: _module(self.package, operation)
            for methods in self.document["paths"].values()
            for operation in methods.values()
            if isinstance(operation, dict) and "operationId" in operation
        }

    def call(self, operation: str, body: Any = None, **given: Any) -> Called:
        """Call an operation by its id. `body` is plain JSON, turned into the generated type; ids may be text."""
        function = importlib.import_module(self.operations[operation]).sync_detailed
        hints = get_type_hints(function)
        arguments = {name: _converted(hints.get(name), value) for name, value in given.items()}
        parameters = inspect.signature(function).parameters
        if "idempotency_key" in parameters and "idempotency_key" not in arguments:
            arguments["idempotency_key"] = str(uuid4())
        if body is not None:
            arguments["body"] = _typed(self.package, hints["body"], body)
        response = function(client=self.client, **arguments)
        called = Called(operation, int(response.status_code), response.parsed, response.headers)
        self.calls.append(called)
        return called

    def called(self) -> set[str]:
        """The operations that were called and did what they are for."""
        return {call.operation for call in self.calls if call.status < 300}


def generate(document: dict[str, Any], service: str, folder: Path, url: str, key: str) -> tuple[GeneratedClient, str]:
    """A client for the document in a package of its own below `folder`, and what the generator said."""
    package = f"generated_{service}"
    (folder / "openapi.json").write_text(json.dumps(document))
    (folder / "generator.json").write_text(json.dumps(_CONFIG))
    command = [sys.executable, "-m", GENERATOR, "generate", "--path", str(folder / "openapi.json")]
    command += ["--output-path", str(folder / package), "--meta", "none", "--overwrite"]
    command += ["--config", str(folder / "generator.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    said = done.stdout + done.stderr
    if done.returncode:
        raise RuntimeError(said)
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    module = importlib.import_module(f"{package}.client")
    client = module.AuthenticatedClient(base_url=url, token=key, timeout=60, raise_on_unexpected_status=True)
    return GeneratedClient(package, document, client), said


def _module(package: str, operation: dict[str, Any]) -> str:
    tag = operation["tags"][0].replace("-", "_")
    return f"{package}.api.{tag}.{operation['operationId']}"


def _converted(hint: Any, value: Any) -> Any:
    """Text as a UUID or a day where the generated function wants one."""
    wanted = {hint, *get_args(hint)}
    if not isinstance(value, str):
        return value
    if UUID in wanted:
        return UUID(value)
    return date.fromisoformat(value) if date in wanted else value


def _typed(package: str, hint: Any, body: Any) -> Any:
    """The generated model of a plain body; bytes become a file to upload."""
    for candidate in (hint, *get_args(hint)):
        if hasattr(candidate, "from_dict"):
            if isinstance(body.get("file"), bytes):
                file = importlib.import_module(f"{package}.types").File
                return candidate(**{**body, "file": file(payload=BytesIO(body["file"]), file_name="file.csv")})
            try:
                return candidate.from_dict(body)
            except TypeError:
                # The generator names the class `cls` in from_dict, and so loses it to a field of that name.
                return _Plain(body)
    return body


@dataclass(frozen=True, slots=True)
class _Plain:
    """A body that is sent as it is, where the generated model cannot be made from JSON."""

    body: Any

    def to_dict(self) -> Any:
        return self.body
