"""The OpenAPI documents say what generators and careful callers need: ids, limits, problems, examples that hold."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from shared.web.problems import problem_types
from tests.support.documents import SERVICES, all_operations, document_of, operation_at, path_parameters, resolved

OPERATIONS = all_operations()


def schemas_in(node: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema of a document with its place; examples are not schemas."""
    if isinstance(node, dict):
        if isinstance(node.get("type"), str) and "in" not in node and "scheme" not in node:
            yield place, node
        for name, value in node.items():
            if name not in ("examples", "example", "enum", "default", "const"):
                yield from schemas_in(value, f"{place}/{name}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from schemas_in(value, f"{place}/{index}")


def unlimited(schema: dict[str, Any]) -> bool:
    """Whether a value of this schema may be of any size."""
    if "enum" in schema or "const" in schema:
        return False
    match schema["type"]:
        case "string":
            bounded = schema.get("format") in ("uuid", "date", "date-time", "binary")
            return not bounded and "maxLength" not in schema and "contentMediaType" not in schema
        case "integer":
            return not {"minimum", "maximum"} <= schema.keys()
        case "array":
            return "maxItems" not in schema
        case "object":
            return "additionalProperties" not in schema and "properties" not in schema
    return False


@pytest.mark.parametrize("service", SERVICES)
def test_every_value_has_a_limit(service: str) -> None:
    found = [
        place
        for place, schema in schemas_in(document_of(service), service)
        # The text of an export or a stream is as long as it is.
        if unlimited(schema) and not re.search(r"/responses/200/content/(?!application/json).+/schema$", place)
    ]
    assert found == []


@pytest.mark.parametrize("service", SERVICES)
def test_operation_ids_are_names_and_unique(service: str) -> None:
    ids = [operation_at(*each)["operationId"] for each in OPERATIONS if each[0] == service]
    assert [name for name, count in Counter(ids).items() if count > 1] == []
    assert [name for name in ids if not re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", name)] == []


@pytest.mark.parametrize(("service", "method", "path"), OPERATIONS)
def test_every_operation_declares_its_scope_and_its_problems(service: str, method: str, path: str) -> None:
    operation = operation_at(service, method, path)
    assert re.fullmatch(rf"{service}\.(read|write|admin)", operation["x-required-scope"])
    right = operation["x-required-scope"].rpartition(".")[2]
    # A POST may be a mere question whose words are too long for a URL.
    assert (right == "read") == (method == "GET") or (method == "POST" and right == "read")
    statuses = set(operation["responses"])
    assert {"401", "403", "429", "500", "503"} <= statuses
    if path_parameters(path):
        assert "404" in statuses
    if "requestBody" in operation:
        assert {"400", "413", "415", "422"} <= statuses
    types = problem_types()
    for status, response in operation["responses"].items():
        assert {"Request-Id", "RateLimit", "RateLimit-Policy"} <= set(response.get("headers", {})), status
        for slug, example in (
            response.get("content", {}).get("application/problem+json", {}).get("examples", {}).items()
        ):
            assert str(types[slug].status) == status
            assert example["value"]["status"] == types[slug].status


@pytest.mark.parametrize(("service", "method", "path"), OPERATIONS)
def test_every_body_has_an_example_that_is_valid(service: str, method: str, path: str) -> None:
    for media_type, content in operation_at(service, method, path).get("requestBody", {}).get("content", {}).items():
        if not media_type.endswith("json"):
            continue
        schema = resolved(service, content["schema"])
        validator = jsonschema_rs.validator_for(
            schema | {"components": document_of(service)["components"]}, validate_formats=True
        )
        assert schema["examples"]
        for example in schema["examples"]:
            assert [error.message for error in validator.iter_errors(example)] == []


@pytest.mark.parametrize("service", SERVICES)
def test_dates_of_bodies_are_read_strictly(service: str) -> None:
    """Bare `date` and `datetime` take numbers for moments; those of shared/web/schemas.py have limits and do not."""
    found = [
        place
        for place, schema in schemas_in(document_of(service), service)
        if schema.get("format") in ("date", "date-time") and "maxLength" not in schema
    ]
    assert found == []
