"""Turns a figure into SVG that is the same every time, scales to its frame, can be read aloud and keeps its text."""

import io
import re
import threading
import warnings
from dataclasses import dataclass
from xml.sax.saxutils import escape

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

# Text stays text (searchable, translatable, sharp in print); ids are hashed with a fixed salt.
mpl.rcParams["svg.fonttype"] = "none"
mpl.rcParams["svg.hashsalt"] = "tradewind"
mpl.rcParams["font.family"] = "sans-serif"
# A title is somebody's product name: a dollar sign in it is no formula.
mpl.rcParams["text.parse_math"] = False

_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
# Warning filters belong to the whole process; drawing is bound by the interpreter's lock anyway.
_ONE_AT_A_TIME = threading.Lock()
_OPENING = re.compile(rb"<svg [^>]*>")


@dataclass(frozen=True, slots=True)
class Description:
    """What a screen reader says: the title at once, the text on demand."""

    title: str
    text: str


def rendered(figure: Figure, width: int, height: int, description: Description) -> bytes:
    """The figure as an SVG of `width` x `height` user units that fills whatever frame it is put in."""
    buffer = io.BytesIO()
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        # The font measured here lacks Chinese and Japanese; the reader's own has them, since text stays text.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        FigureCanvasSVG(figure).print_svg(buffer, metadata=_NO_METADATA)  # type: ignore[no-untyped-call]
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1"'
        f' viewBox="0 0 {width} {height}" width="100%" style="max-width:{2 * width}px" role="img"'
        f' aria-labelledby="title desc">\n'
        f'<title id="title">{escape(description.title)}</title>\n<desc id="desc">{escape(description.text)}</desc>'
    )
    return _OPENING.sub(lambda _: opening.encode(), buffer.getvalue(), count=1)
