"""What stands below a node of the portfolio or a unit of the organisation, itself included, as SQL for lists."""


def _below(table: str) -> str:
    """The ids of the subtree whose top takes the place of `{}`; `$1` is the tenant."""
    return (
        f"WITH RECURSIVE below AS (SELECT id FROM {table} WHERE tenant_id = $1 AND id = {{}}"
        f" UNION ALL SELECT t.id FROM {table} t JOIN below ON t.parent_id = below.id WHERE t.tenant_id = $1)"
        " SELECT id FROM below"
    )


NODES_BELOW = _below("planning.portfolio_node")
UNITS_BELOW = _below("planning.organisation_unit")
