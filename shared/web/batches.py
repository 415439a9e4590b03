"""Decides how a problem of one item of a batch is told: as the problem that the item alone would have had."""

from shared.core.errors import TradewindError
from shared.web.schemas import FieldProblemBody, Problem


def problem_body(error: TradewindError, request_id: str) -> Problem:
    """The body of a problem, for the results of a batch."""
    return Problem(
        type=error.type_urn,
        title=error.title,
        status=error.status,
        detail=error.detail,
        request_id=request_id,
        errors=[FieldProblemBody(pointer=each.pointer, code=each.code, detail=each.detail) for each in error.errors],
        parameters=dict(error.parameters),
    )
