"""Writes what a service offers as a Markdown table, for its README; a test keeps the two equal."""

from typing import Any


def endpoint_table(document: dict[str, Any]) -> list[str]:
    """The lines of the table of an OpenAPI document: each operation with the scope that it needs."""
    lines = ["| operation | scope |", "|---|---|"]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            lines.append(f"| `{method.upper()} {path}` | {operation.get('x-required-scope') or 'none'} |")
    return lines
