"""Scripts can use a client generated from the document unread: it calls every operation of every service."""

import asyncio
import itertools
import random
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.roles import SERVICES, DatabaseUrls
from tests.contracts.bodies import Bodies
from tests.contracts.python_client import GeneratedClient, generate
from tests.contracts.seed import seeded_service
from tests.contracts.seeds import SEEDS

_ORDER = ("get", "post", "put", "patch", "delete")


@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES)
async def test_a_generated_python_client_calls_every_operation(
    service: str, clone_database: Callable[[str], AbstractAsyncContextManager[DatabaseUrls]], tmp_path: Path
) -> None:
    async with clone_database(f"client_{service}") as urls, seeded_service(service, urls, tmp_path) as seeded:
        async with httpx.AsyncClient(timeout=30) as http:
            document = (await http.get(f"{seeded.url.removesuffix('/v1')}/openapi.json")).json()
        client, said = generate(document, service, tmp_path, seeded.url, seeded.keys[0])
        assert "WARNING" not in said, said
        bodies = Bodies(seeded.known, SEEDS[service].bodies, SEEDS[service].places, random.Random(7))
        # Left open, its connections would be reported in whatever test the garbage collector runs.
        with client.client:
            await asyncio.to_thread(_call_everything, client, bodies)
    wrong = [(call.operation, call.status, call.parsed) for call in client.calls if call.status >= 300]
    assert not wrong
    assert client.called() == set(client.operations)


def _call_everything(client: GeneratedClient, bodies: Bodies) -> None:
    """Every operation once, reads first; what is understood of an answer must be of the declared type."""
    numbers = itertools.count(1)
    operations = [
        (method, path, operation)
        for path, methods in client.document["paths"].items()
        for method, operation in methods.items()
        if method in _ORDER
    ]
    used: set[str] = set()
    for method, path, operation in sorted(operations, key=lambda each: _ORDER.index(each[0])):
        name = operation["operationId"]
        given: dict[str, Any] = {}
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "path":
                value = _path_value(client, bodies, name, parameter["name"], used)
                used.add(value)
                given[parameter["name"]] = value
            elif parameter["in"] == "query" and parameter.get("required"):
                given[parameter["name"]] = _query_value(bodies, parameter)
        version, resource = _found(client, path, given) if method != "get" else (None, {})
        if any(parameter["name"] == "If-Match" for parameter in operation.get("parameters", [])):
            given["if_match"] = version
        body = None
        if "requestBody" in operation:
            body = bodies.make(name, next(numbers), resource)
            body = _example(client.document, operation) if body is None else body
        called = client.call(name, body, **given)
        if method == "get" and "items" in (resource or {}):
            assert called.parsed is not None


def _query_value(bodies: Bodies, parameter: dict[str, Any]) -> str:
    """A value for a parameter that must be given: one that exists, else what the document gives as an example."""
    known = bodies.of_query(parameter["name"])
    return known[0] if known else str(parameter["schema"]["examples"][0])


def _path_value(client: GeneratedClient, bodies: Bodies, operation: str, name: str, used: set[str]) -> str:
    """A value for a path parameter; for actions one that no earlier action has used up."""
    if operation == "watch_operation":  # of finished work, so that its events end
        finished = client.client.get_httpx_client().get("/operations?state=succeeded").json()["items"]
        return str(finished[0]["id"])
    values = bodies.of_path(operation, name)
    return next((value for value in values if value not in used), values[0])


def _found(client: GeneratedClient, path: str, given: Mapping[str, Any]) -> tuple[str | None, dict[str, Any]]:
    """ETag and body of the resource that a write is about."""
    path = path.format(**given)
    while path.count("/") > 1:
        response = client.client.get_httpx_client().get(path)
        if response.status_code == 200 and "etag" in response.headers:
            return response.headers["etag"], response.json()
        path = path.rpartition("/")[0]
    return None, {}


def _example(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Any:
    """The first example of the operation's body."""
    content = next(iter(operation["requestBody"]["content"].values()))
    schema = content["schema"]
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "examples" in schema:
        return schema["examples"][0]
    return content.get("example") or next(iter(content["examples"].values()))["value"]
