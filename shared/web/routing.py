"""Decides what an operation is: one route with one tag, one scope, an operation id equal to its function's name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Body, params
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.types import Scope

from shared.core.errors import NotFound
from shared.web.auth import Requirement
from shared.web.problems import MethodNotAllowed

JSON = "application/json"
# For the body of a PATCH: `patch: Annotated[LanePatch, MergePatch]`.
MergePatch = Body(media_type="application/merge-patch+json")


class ServiceRoute(APIRoute):
    """A route that knows the scope it needs and the media types it accepts."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if options.get("status_code") == 204:
            # FastAPI's default would name a media type for a body that is not there.
            options["response_class"] = Response
        super().__init__(path, endpoint, **options)
        found = [
            each.dependency.scope
            for each in (options.get("dependencies") or ())
            if isinstance(each, params.Depends) and isinstance(each.dependency, Requirement)
        ]
        if len(found) != 1:
            raise TypeError(f"{endpoint.__name__} needs exactly one dependencies=[requires(…)]")
        self.required_scope: str = found[0]
        self.accepted: tuple[str, ...] = ()
        if self.body_field is not None:
            media_type = getattr(self.body_field.field_info, "media_type", JSON)
            self.accepted = (media_type,)


class ServiceRouter(APIRouter):
    """The operations of one noun: a tag with its description."""

    def __init__(self, tag: str, description: str) -> None:
        super().__init__(
            route_class=ServiceRoute,
            tags=[tag],
            generate_unique_id_function=lambda route: route.name,
            redirect_slashes=False,
        )
        self.tag = tag
        self.tag_description = description


@dataclass(slots=True)
class _Place:
    """All methods of one path."""

    route: ServiceRoute
    methods: dict[str, ServiceRoute] = field(default_factory=dict)


class Dispatcher:
    """Finds the operation of a request: fixed paths by one look-up, the others in the order of declaration."""

    def __init__(self, routes: Sequence[ServiceRoute]) -> None:
        self.routes = tuple(routes)
        self._fixed: dict[str, _Place] = {}
        self._templates: dict[str, _Place] = {}
        for route in routes:
            places = self._templates if route.param_convertors else self._fixed
            place = places.setdefault(route.path_format, _Place(route))
            for method in route.methods or ():
                if method in place.methods:
                    raise TypeError(f"{method} {route.path_format} is declared twice")
                place.methods[method] = route

    def find(self, method: str, path: str) -> tuple[ServiceRoute, Mapping[str, Any]]:
        """The route and its path parameters; NotFound, or MethodNotAllowed with all methods of the path."""
        place = self._fixed.get(path)
        values: Mapping[str, Any] = {}
        if place is None:
            for candidate in self._templates.values():
                match = candidate.route.path_regex.match(path)
                if match is not None:
                    place, values = candidate, match.groupdict()
                    break
        if place is None:
            raise NotFound("There is nothing at this path.")
        route = place.methods.get(method)
        if route is None:
            raise MethodNotAllowed(tuple(place.methods))
        return route, values


def content_type_of(scope: Scope) -> str:
    """The media type of the request body in lower case, without parameters; empty when there is none."""
    for name, value in scope["headers"]:
        if name == b"content-type":
            text: str = value.decode("latin-1")
            return text.partition(";")[0].strip().lower()
    return ""
