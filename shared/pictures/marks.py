"""What pictures have in common: headlines, day axes, amounts and percentages in few letters."""

from collections.abc import Sequence
from datetime import date

from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, DateFormatter, date2num
from matplotlib.figure import Figure

from shared.pictures.inks import INK, SOFT

# Width in the units of the view box: at a phone's 360 pixels a letter has its own size.
WIDTH = 360
LETTERS_PER_LINE = 68


def headline(figure: Figure, height: int, title: str, lines: Sequence[str]) -> None:
    """Title and lines below it, at the top."""
    shown = title if len(title) <= 46 else title[:45] + "…"
    figure.text(0.02, 1 - 6 / height, shown, fontsize=12, fontweight="bold", va="top", color=INK)
    for number, line in enumerate(lines):
        figure.text(0.02, 1 - (25 + 13 * number) / height, line, fontsize=9, va="top", color=INK)


def plain(axes: Axes) -> None:
    """Two spines, small letters, a grid behind."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=9, length=3, colors=INK)
    axes.set_axisbelow(True)


def nothing(axes: Axes, words: str) -> None:
    """Words where there is nothing to draw."""
    axes.set_yticks([])
    axes.text(0.5, 0.5, words, transform=axes.transAxes, fontsize=9, color=SOFT, ha="center", va="center")


def label_days(axes: Axes, span_days: int) -> None:
    """Days below the axis; with the year where there are many."""
    locator = AutoDateLocator(minticks=3, maxticks=6)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    short = DateFormatter("%d %b")  # type: ignore[no-untyped-call]
    with_year = ConciseDateFormatter(locator, show_offset=False)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(short if span_days <= 300 else with_year)


def at(day: date) -> float:
    """A day on the axis."""
    return float(date2num(day))  # type: ignore[no-untyped-call]


def amount(value: float, currency: str) -> str:
    """An amount of money; small ones with their cents."""
    return f"{value:,.2f} {currency}" if abs(value) < 100 and currency != "JPY" else f"{value:,.0f} {currency}"


def figure_text(value: float, *, signed: bool = False) -> str:
    """A number as people write it: whole from a thousand on, else with as many digits as tell it apart."""
    sign = "+" if signed else ""
    return f"{value:{sign},.0f}" if abs(value) >= 1_000 else f"{value:{sign}.4g}"


def short_figure(value: float, _place: float = 0) -> str:
    """A number in few letters, for an axis: 1.5M."""
    for size, sign in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.4g}{sign}"
    return f"{value:.4g}"


def percent(share: float, digits: int = 0) -> str:
    """A share as a percentage with a gap before the sign."""
    return f"{100 * share:.{digits}f} %"


def shortened(text: str, letters: int) -> str:
    """The text, or its beginning."""
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"


def wrapped(sentences: Sequence[str], letters: int = LETTERS_PER_LINE) -> list[str]:
    """Sentences in lines that are no longer than the picture is wide."""
    lines: list[str] = []
    for word in " ".join(sentences).split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= letters:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
