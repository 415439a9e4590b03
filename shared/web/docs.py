"""Serves the page that shows a service's document; its script and style come with the program, from no other host."""

from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from importlib.resources import files

from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import Response

_SCRIPT, _STYLE, _ICON = "swagger-ui-bundle.js", "swagger-ui.css", "favicon.png"
_MEDIA_TYPES = {_SCRIPT: "text/javascript", _STYLE: "text/css", _ICON: "image/png"}
_POLICY = (
    "default-src 'none'; frame-ancestors 'none'; connect-src 'self'; img-src 'self' data:;"
    " script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'"
)

Answer = Callable[[], Awaitable[Response]]


def documentation(title: str) -> Mapping[str, Answer]:
    """The answers by path: the page and the files that it loads."""

    async def page() -> Response:
        # Relative addresses hold behind a gateway too.
        answer = get_swagger_ui_html(
            openapi_url="openapi.json",
            title=f"{title}: the API",
            swagger_js_url=f"docs/{_SCRIPT}",
            swagger_css_url=f"docs/{_STYLE}",
            swagger_favicon_url=f"docs/{_ICON}",
        )
        answer.headers["Content-Security-Policy"] = _POLICY
        return answer

    return {"/docs": page, **{f"/docs/{name}": _file(name) for name in _MEDIA_TYPES}}


def _file(name: str) -> Answer:
    async def answer() -> Response:
        return Response(
            _content(name), media_type=_MEDIA_TYPES[name], headers={"Cache-Control": "public, max-age=3600"}
        )

    return answer


@cache
def _content(name: str) -> bytes:
    return files("fastapi_offline").joinpath("static", name).read_bytes()
