"""Decides how versions travel: a strong ETag out, a required If-Match in."""

import re
from typing import Annotated

from fastapi import Depends, Header

from shared.core.errors import FieldProblem, Invalid, PreconditionFailed, PreconditionRequired

ETAG_PATTERN = r'^"v[1-9][0-9]{0,9}"$'

# What every operation with `IfMatchDep` may answer: problem_responses(NotFound, *STALE).
STALE = (PreconditionFailed, PreconditionRequired)


def etag(version: int) -> str:
    """The strong ETag of a row's version."""
    return f'"v{version}"'


async def get_expected_version(
    if_match: Annotated[
        str | None,
        Header(
            description="The ETag of the version that the change is based on; required.",
            examples=['"v1"'],
            json_schema_extra={"pattern": ETAG_PATTERN, "maxLength": 13},
        ),
    ] = None,
) -> int:
    """The version that the caller read; 428 without the header, 422 when it is not one of our ETags."""
    if if_match is None:
        raise PreconditionRequired
    if not re.fullmatch(ETAG_PATTERN, if_match):
        problem = FieldProblem("header:If-Match", "pattern", 'An ETag of this API looks like "v1".')
        raise Invalid("The If-Match header is not an ETag of this API.", errors=[problem])
    return int(if_match[2:-1])


IfMatchDep = Annotated[int, Depends(get_expected_version)]


def check_version(current: int, expected: int) -> None:
    """PreconditionFailed unless the row is still at the version that the caller read."""
    if current != expected:
        raise PreconditionFailed(current_version=current)
