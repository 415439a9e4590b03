"""Publishes the schema of a body that an operation reads by itself, with all its parts in one place."""

from typing import Any

from pydantic import BaseModel

# A type that is read by a function keeps its bounds under pydantic's own names.
_BOUNDS = {"ge": "minimum", "le": "maximum"}


def inlined_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a model without references: such a body has no name in the document to refer to."""
    schema = model.model_json_schema()
    parts = schema.pop("$defs", {})

    def inlined(node: Any) -> Any:
        if isinstance(node, list):
            return [inlined(each) for each in node]
        if not isinstance(node, dict):
            return node
        reference = node.get("$ref")
        if reference is not None:
            return inlined(parts[reference.rpartition("/")[2]] | {k: v for k, v in node.items() if k != "$ref"})
        return {_BOUNDS.get(name, name): inlined(value) for name, value in node.items()}

    inline: dict[str, Any] = inlined(schema)
    return inline
