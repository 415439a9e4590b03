"""What answers that are pictures have in common: their type, their headers, and who is given one."""

from typing import Annotated, Any

from fastapi import Header, Response

SVG = "image/svg+xml"
# A picture opened by itself may use the styles that are written in it, and nothing else.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Vary": "Accept",
}
AcceptHeader = Annotated[str | None, Header(description=f"Send {SVG} for the picture.", max_length=500, examples=[SVG])]
_SCHEMA = {"schema": {"type": "string", "description": "An SVG with title and description."}}
# For the documentation of an operation that answers numbers, or a picture of them; and of one that always draws.
OR_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The numbers; as a picture where the Accept header asks for one.",
        "content": {SVG: _SCHEMA},
    }
}
PICTURE: dict[int | str, dict[str, Any]] = {200: {"description": "The picture.", "content": {SVG: _SCHEMA}}}


def wants_picture(accept: str | None) -> bool:
    """Whether the Accept header asks for a picture."""
    return accept is not None and SVG in accept.lower()


def picture(content: bytes) -> Response:
    """The answer that is a picture."""
    return Response(content, media_type=SVG, headers=_HEADERS)
