"""The OpenAPI documents as tests use them: without a database, with references followed."""

import re
from functools import cache
from typing import Any
from uuid import uuid4

from pydantic import SecretStr

from shared.web.app import ServiceApp
from tests.support.http import APPLICATIONS, PUBLIC_URL, published

SERVICES = tuple(APPLICATIONS)
NO_ID = "00000000-0000-7000-8000-000000000000"


@cache
def unconnected_app(service: str) -> ServiceApp:
    """The application of a service, never started: good for its document."""
    create, settings = APPLICATIONS[service]
    return create(
        settings(database_url=SecretStr(f"postgresql://tw_{service}:unused-here@nowhere/none"), public_url=PUBLIC_URL)
    )


def document_of(service: str) -> dict[str, Any]:
    """The document of a service."""
    return published(unconnected_app(service))


def all_operations() -> list[tuple[str, str, str]]:
    """(service, method, path template) of every operation of every service."""
    return [
        (service, method.upper(), template)
        for service in SERVICES
        for template, methods in document_of(service)["paths"].items()
        for method in methods
    ]


def operation_at(service: str, method: str, template: str) -> dict[str, Any]:
    """One operation of a document."""
    operation: dict[str, Any] = document_of(service)["paths"][template][method.lower()]
    return operation


def path_parameters(template: str) -> list[str]:
    """The names in braces, in order."""
    return re.findall(r"{([^}]+)}", template)


def resolved(service: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with its reference followed."""
    while "$ref" in schema:
        schema = document_of(service)["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def request_of(service: str, method: str, template: str) -> dict[str, Any]:
    """Headers and body, as httpx takes them, of a well-formed request for an operation: from its own examples."""
    operation = operation_at(service, method, template)
    headers: dict[str, str] = {}
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "header" and parameter.get("required"):
            headers[parameter["name"]] = str(uuid4()) if parameter["name"] == "Idempotency-Key" else '"v1"'
    content = operation.get("requestBody", {}).get("content", {})
    for media_type, described in content.items():
        if media_type == "multipart/form-data":
            return {"headers": headers, "files": {"file": ("empty.csv", b"nothing\r\n", "text/csv")}}
        examples = resolved(service, described["schema"]).get("examples")
        assert examples, f"{service} {method} {template}: the body has no example (json_schema_extra of its class)"
        return {"headers": headers | {"Content-Type": media_type}, "json": examples[0]}
    return {"headers": headers}
