"""Writes what a service offers as a Markdown table, for its README; a test keeps the two equal."""

from typing import Any


def endpoint_table(document: dict[str, Any]) -> list[str]:
    """The lines of the table of an OpenAPI document: operation, scope, summary; by path, then method."""
    lines = ["| Operation | Scope | What it does |", "| --- | --- | --- |"]
    for path, methods in sorted(document["paths"].items()):
        for method, operation in sorted(methods.items()):
            scope = operation.get("x-required-scope") or "none"
            lines.append(f"| `{method.upper()} {path}` | `{scope}` | {operation['summary']} |")
    return lines
