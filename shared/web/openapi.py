"""Decides what the published OpenAPI document says beyond what FastAPI derives: security, problems, headers, limits.

What is true of every operation is added here once, so that endpoints declare only what is their own.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from fastapi.openapi.utils import get_openapi

from shared.core.errors import (
    BadRequest,
    Conflict,
    ContentTooLarge,
    Forbidden,
    Invalid,
    TradewindError,
    Unauthorized,
    UnsupportedMediaType,
)
from shared.web.exports import TABLE_CONTENT
from shared.web.keyed import REPLAYED, get_keyed_write, get_write
from shared.web.problems import EVERYWHERE, PROBLEM_TYPE, problem_types
from shared.web.routing import ServiceRoute, ServiceRouter
from shared.web.schemas import Problem

VERSION = "1.0.0"
SECURITY_SCHEME = "apiKey"
EXAMPLE_REQUEST_ID = "019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5b"

_HEADERS: dict[str, dict[str, Any]] = {
    "Request-Id": {
        "description": "Finds this request in the logs; a Request-Id that was sent is returned.",
        "schema": {"type": "string", "maxLength": 64, "examples": [EXAMPLE_REQUEST_ID]},
    },
    "RateLimit-Policy": {
        "description": "The quota and its window in seconds (IETF draft RateLimit headers).",
        "schema": {"type": "string", "maxLength": 100, "examples": ['"default";q=6000;w=60']},
    },
    "RateLimit": {
        "description": "What is left of the quota, and the seconds until it is full again.",
        "schema": {"type": "string", "maxLength": 100, "examples": ['"default";r=5999;t=60']},
    },
    "Retry-After": {
        "description": "Seconds after which the same request may succeed.",
        "schema": {"type": "integer", "format": "int32", "minimum": 0, "maximum": 86400, "examples": [1]},
    },
    "WWW-Authenticate": {
        "description": "How to authenticate.",
        "schema": {"type": "string", "maxLength": 200, "examples": ['Bearer realm="tradewind"']},
    },
    "ETag": {
        "description": "The version of the resource, for If-Match.",
        "schema": {"type": "string", "maxLength": 13, "examples": ['"v1"']},
    },
    "Location": {
        "description": "Absolute URL of what was made.",
        "schema": {"type": "string", "format": "uri", "maxLength": 2000},
    },
    REPLAYED: {
        "description": "`true` when this answer was given before to a request with the same Idempotency-Key.",
        "schema": {"type": "string", "maxLength": 5, "examples": ["true"]},
    },
    "Link": {
        "description": 'The next page (`rel="next"`); the body says the same.',
        "schema": {"type": "string", "maxLength": 8000},
    },
    "Preference-Applied": {
        "description": "The preference that was honoured.",
        "schema": {"type": "string", "maxLength": 200, "examples": ["return=total-count"]},
    },
}
EVENT_STREAM_TYPE = "text/event-stream"
_ALWAYS = ("Request-Id", "RateLimit-Policy", "RateLimit")


def build_document(
    *, title: str, description: str, server_url: str, public_url: str, routers: Sequence[ServiceRouter]
) -> dict[str, Any]:
    """The document of one service, with paths below `server_url`."""
    routes = list(service_routes(routers))
    document = get_openapi(
        title=title,
        version=VERSION,
        openapi_version="3.1.0",
        summary=f"The {title} API.",
        description=description,
        routes=routes,
        servers=[{"url": server_url, "description": "This service."}],
        contact={"name": "Tradewind's documentation", "url": f"{public_url}/docs"},
        license_info={"name": "Proprietary"},
        tags=sorted(
            ({"name": each.tag, "description": each.tag_description} for each in routers), key=lambda tag: tag["name"]
        ),
    )
    components = document.setdefault("components", {})
    schemas: dict[str, Any] = components.setdefault("schemas", {})
    schemas.update(_problem_schemas())
    components["securitySchemes"] = {
        SECURITY_SCHEME: {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "tw_live_…",
            "description": "An API key, made with `tradewind key`. Scopes: "
            "`<service>.read`, `<service>.write`, `<service>.admin`; each includes the ones before it.",
        }
    }
    components["headers"] = _HEADERS
    document["security"] = [{SECURITY_SCHEME: []}]
    for schema in schemas.values():
        for field in schema.get("properties", {}).values():
            if field.get("contentMediaType") == "application/octet-stream":
                field["format"] = "binary"  # what generators of clients know an upload by
    for route in routes:
        for method in route.methods or ():
            _complete(document["paths"][route.path_format][method.lower()], route, schemas)
    _strip(document)
    _drop_unused(document)
    return document


def service_routes(routers: Iterable[ServiceRouter]) -> Iterator[ServiceRoute]:
    """All operations of the routers, in order."""
    for router in routers:
        for route in router.routes:
            if not isinstance(route, ServiceRoute):
                raise TypeError(f"{router.tag}: {route} is not declared on a ServiceRouter")
            yield route


def _problem_schemas() -> dict[str, Any]:
    schema = Problem.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    parts = schema.pop("$defs", {})
    schema["required"] = ["type", "title", "status", "detail", "request_id"]
    return {"Problem": schema, **parts}


def _complete(operation: dict[str, Any], route: ServiceRoute, schemas: dict[str, Any]) -> None:
    operation["security"] = [{SECURITY_SCHEME: []}]
    operation["x-required-scope"] = route.required_scope
    parameters = operation.get("parameters", [])
    calls = _dependency_calls(route.dependant)
    for parameter in parameters:
        _complete_parameter(parameter, keyed=get_keyed_write in calls)
    _complete_request(operation)
    responses: dict[str, Any] = operation["responses"]
    responses.pop("422", None) if _is_fastapis(responses.get("422")) else None
    for status, response in list(responses.items()):
        if "x-problems" not in response:
            _complete_success(response, status, operation, schemas, replayable=get_write in calls)
    _complete_problems(responses, _common_problems(operation, parameters, writes=route.methods != {"GET"}))


def _complete_parameter(parameter: dict[str, Any], *, keyed: bool) -> None:
    schema = _without_null(parameter["schema"])
    parameter["schema"] = schema
    if parameter["in"] == "query" and schema.get("type") == "array":
        parameter["style"], parameter["explode"] = "form", False
    if parameter["in"] == "header":  # written as everybody writes them; names of headers ignore case
        parameter["name"] = "-".join(part.capitalize() for part in parameter["name"].split("-"))
    if parameter["name"] == "If-Match" or (parameter["name"] == "Idempotency-Key" and keyed):
        parameter["required"] = True
    if parameter["name"] == "cursor":
        schema.pop("default", None)
    if parameter["in"] == "path" and schema.get("format") == "uuid":
        parameter.setdefault("description", "Identifier of the resource.")
        parameter["example"] = EXAMPLE_REQUEST_ID
    if parameter["in"] == "path":
        parameter.setdefault("description", "Name of the resource.")


def _complete_request(operation: dict[str, Any]) -> None:
    body = operation.get("requestBody")
    if body is not None:
        body.setdefault("description", "The content.")


def _complete_success(
    response: dict[str, Any], status: str, operation: dict[str, Any], schemas: dict[str, Any], *, replayable: bool
) -> None:
    names = list(_ALWAYS)
    if status in ("201", "202"):
        names.append("Location")
    content = response.get("content", {})
    reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    schema = schemas.get(reference.rpartition("/")[2], {})
    if "version" in schema.get("properties", {}):
        names.append("ETag")
    if replayable:
        names.append(REPLAYED)
    if operation.get("x-list"):
        names += ["Link", "Preference-Applied"]
        content.update(TABLE_CONTENT)
        schema["required"] = ["items"]
        for name in ("next", "total_count"):
            schema["properties"][name].pop("default", None)
    if EVENT_STREAM_TYPE in content:  # OpenAPI 3.1 has no word for the events of a stream
        content[EVENT_STREAM_TYPE] = {}
    if response.get("description") == "Successful Response":
        response["description"] = _SUCCESS.get(status, "Done.")
    response["headers"] = {
        **{name: {"$ref": f"#/components/headers/{name}"} for name in names},
        **response.get("headers", {}),
    }


_SUCCESS = {"200": "As asked for.", "201": "Made.", "202": "Work has begun.", "204": "Done; there is no content."}


def _common_problems(
    operation: dict[str, Any], parameters: Sequence[dict[str, Any]], *, writes: bool
) -> list[type[TradewindError]]:
    found: list[type[TradewindError]] = [Unauthorized, Forbidden, *EVERYWHERE]
    if writes:
        # Two writes at once can meet in a unique or foreign key, whatever the action has checked before.
        found.append(Conflict)
    if operation.get("requestBody") is not None:
        found += [BadRequest, ContentTooLarge, UnsupportedMediaType, Invalid]
    elif parameters:
        found.append(Invalid)
    return found


def _complete_problems(responses: dict[str, Any], common: Iterable[type[TradewindError]]) -> None:
    """Turns the slugs of each status into a response whose examples are the problems themselves."""
    types = problem_types()
    by_status: dict[str, list[str]] = {}
    for status in [status for status, response in responses.items() if "x-problems" in response]:
        by_status[status] = responses.pop(status)["x-problems"]
    for error in common:
        slugs = by_status.setdefault(str(error.status), [])
        if error.slug not in slugs:
            slugs.append(error.slug)
    for status, slugs in sorted(by_status.items()):
        names = list(_ALWAYS)
        if status in ("409", "429", "503"):
            names.append("Retry-After")
        if status == "401":
            names.append("WWW-Authenticate")
        responses[status] = {
            "description": " / ".join(types[slug].title for slug in slugs) + ".",
            "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
            "content": {
                PROBLEM_TYPE: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "examples": {
                        slug: {"summary": types[slug].title, "value": _example(types[slug])} for slug in slugs
                    },
                }
            },
        }


def _example(error: type[TradewindError]) -> dict[str, Any]:
    return {
        "type": f"urn:tradewind:problem:{error.slug}",
        "title": error.title,
        "status": error.status,
        "detail": (error.__doc__ or error.title).strip(),
        "request_id": EXAMPLE_REQUEST_ID,
    }


def _is_fastapis(response: dict[str, Any] | None) -> bool:
    return response is not None and response.get("description") == "Validation Error" and "x-problems" not in response


def _dependency_calls(dependant: Any) -> set[Any]:
    return {dependant.call}.union(*(_dependency_calls(each) for each in dependant.dependencies))


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter is absent, never null."""
    variants = schema.get("anyOf")
    if variants is not None:
        kept = [variant for variant in variants if variant.get("type") != "null"]
        outer = {name: value for name, value in schema.items() if name != "anyOf"}
        schema = {**kept[0], **outer} if len(kept) == 1 else {**outer, "anyOf": kept}
    if schema.get("default", ...) is None:
        del schema["default"]
    return schema


def _strip(node: Any) -> None:
    """Removes what says nothing or breaks tools: derived titles, `itemSchema` (OpenAPI 3.2), null defaults."""
    if isinstance(node, list):
        for value in node:
            _strip(value)
        return
    if not isinstance(node, dict):
        return
    node.pop("itemSchema", None)
    if isinstance(node.get("title"), str) and ("type" in node or "anyOf" in node or "$ref" in node or "const" in node):
        node.pop("title")
    if "default" in node and node["default"] is None:
        node.pop("default")
    for name, value in node.items():
        if name not in ("example", "examples"):
            _strip(value)


def _drop_unused(document: dict[str, Any]) -> None:
    """Removes schemas and headers that nothing refers to, such as FastAPI's own error bodies."""
    for kind in ("schemas", "headers"):
        entries = document["components"][kind]
        while True:
            used = set(_references({**document, "components": {**document["components"]}}))
            unused = [name for name in entries if f"#/components/{kind}/{name}" not in used]
            if not unused:
                break
            for name in unused:
                del entries[name]


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str):
            yield reference
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)
