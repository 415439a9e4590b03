"""Reads drawings as a browser and a screen reader do."""

import re
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"


def parsed(drawn: bytes) -> ElementTree.Element:
    """The drawing as elements."""
    return ElementTree.fromstring(drawn)


def texts(root: ElementTree.Element) -> list[str]:
    """Everything that is written in it."""
    return ["".join(node.itertext()).strip() for node in root.iter(f"{SVG}text")]


def named(root: ElementTree.Element) -> dict[str, str]:
    """Its title and description."""
    return {node.get("id") or "": node.text or "" for node in root if node.tag in (f"{SVG}title", f"{SVG}desc")}


def letter_sizes(root: ElementTree.Element) -> list[float]:
    """The sizes of its letters in units of the view box."""
    styles = [node.get("style", "") for node in root.iter(f"{SVG}text")]
    return [float(size) for style in styles for size in re.findall(r"([\d.]+)px", style)]


def uses(root: ElementTree.Element) -> int:
    """How many markers it shows."""
    return sum(1 for _ in root.iter(f"{SVG}use"))
