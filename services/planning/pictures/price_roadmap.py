"""Draws prices by time: each product at its price, from its launch to its end of sale, and what it follows."""

from datetime import date, timedelta

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from services.planning.domain.price_and_channels import ChannelKind
from services.planning.pictures.content import PricePoint, PriceRoadmapPicture
from shared.pictures.inks import BLUE, GREEN, GRID, INK, ORANGE, PALE, SOFT, VERMILION
from shared.pictures.marks import WIDTH, amount, at, headline, label_days, nothing, plain, shortened, wrapped
from shared.pictures.svg import Description, rendered

_HEIGHT = 340
# A series has a colour and a mark; beyond these they share the last.
_SERIES = ((BLUE, "o"), (VERMILION, "s"), (GREEN, "^"), (ORANGE, "D"), (SOFT, "v"))
# Beyond so many their names, and beyond those their lines too, would cover each other.
_NAMED, _LINED = 14, 60


def price_roadmap_svg(picture: PriceRoadmapPicture) -> bytes:
    """The drawing as SVG: the same values give the same bytes."""
    words = wrapped(_sentences(picture))
    legend = 30 + 13 * len(words)
    figure = Figure(figsize=(WIDTH / 72, _HEIGHT / 72))
    axes = figure.subplots()
    figure.subplots_adjust(left=0.125, right=0.965, top=1 - (legend + 46) / _HEIGHT, bottom=0.075)
    plain(axes)
    axes.grid(axis="y", color=GRID, linewidth=0.5)
    axes.set_title(f"price in {picture.currency}", fontsize=9, loc="left", color=INK, pad=4)
    first, last = _days(picture)
    axes.set_xlim(at(first), at(last))
    if picture.points:
        _draw(axes, picture, last)
        axes.set_ylim(bottom=0)
        figure.legend(
            *axes.get_legend_handles_labels(),
            loc="upper left",
            bbox_to_anchor=(0.012, 1 - (legend - 2) / _HEIGHT),
            ncols=3,
            fontsize=8,
            frameon=False,
            handletextpad=0.2,
            columnspacing=0.9,
            borderpad=0,
        )
    else:
        nothing(axes, "no product has a price and a launch day yet")
    if first <= picture.today <= last:
        axes.axvline(at(picture.today), color=INK, linewidth=0.8)
    label_days(axes, (last - first).days)
    headline(figure, _HEIGHT, picture.name, words)
    return rendered(figure, WIDTH, _HEIGHT, Description(picture.name, described(picture)))


def described(picture: PriceRoadmapPicture) -> str:
    """The picture in words, for those who cannot see it."""
    told = [
        f"{each.title} ({each.series or 'no series'}): {amount(each.price, picture.currency)}"
        f" from {each.launch.isoformat()}"
        for each in sorted(picture.points, key=lambda point: (point.launch, point.title))[:30]
    ]
    return " ".join([*_sentences(picture), *([f"{'; '.join(told)}."] if told else [])])


def _sentences(picture: PriceRoadmapPicture) -> list[str]:
    if not picture.points:
        return ["Nothing is priced here."]
    prices = [each.price for each in picture.points]
    count = len(picture.points)
    span = f"from {amount(min(prices), picture.currency)} to {amount(max(prices), picture.currency)}"
    coming = sum(each.launch > picture.today for each in picture.points)
    return [f"{count} {'price' if count == 1 else 'prices'} {span}; {coming} still to come."]


def _days(picture: PriceRoadmapPicture) -> tuple[date, date]:
    known = [day for each in picture.points for day in (each.launch, each.end) if day is not None]
    first, last = min(known, default=picture.today), max(known, default=picture.today)
    room = max((last - first) // 12, timedelta(days=20))
    return first - room, last + room


def _draw(axes: Axes, picture: PriceRoadmapPicture, last: date) -> None:
    by_key = {each.key: each for each in picture.points}
    names = list(dict.fromkeys(each.series for each in sorted(picture.points, key=lambda point: point.series)))
    told: set[int] = set()
    is_sparse = len(picture.points) <= _LINED
    for each in picture.points:
        which = min(names.index(each.series), len(_SERIES) - 1)
        colour, mark = _SERIES[which]
        is_special = each.channel_kind is ChannelKind.SPECIAL
        if is_sparse:
            axes.plot(
                [at(each.launch), at(each.end or last)],
                [each.price] * 2,
                color=colour,
                linewidth=1.0,
                linestyle=(0, (2, 1.5)) if is_special else "solid",
                alpha=0.6,
            )
        shares = which == len(_SERIES) - 1 and len(names) > len(_SERIES)
        name = "other series" if shares else shortened(each.series or "no series", 22)
        label = name if which not in told else None
        told.add(which)
        size = 5 if is_sparse else 3
        axes.plot([at(each.launch)], [each.price], mark, color=colour, markersize=size, zorder=4, label=label)
        before = by_key.get(each.predecessor or "")
        if before is not None and is_sparse:
            axes.plot([at(before.launch), at(each.launch)], [before.price, each.price], color=PALE, linewidth=1.2)
    if len(picture.points) <= _NAMED:
        for each in picture.points:
            _name(axes, each)


def _name(axes: Axes, each: PricePoint) -> None:
    left, right = axes.get_xlim()
    is_right = (at(each.launch) - left) / (right - left) > 0.6
    axes.annotate(
        shortened(each.title, 22),
        (at(each.launch), each.price),
        xytext=(-4 if is_right else 4, 5),
        textcoords="offset points",
        fontsize=7.5,
        color=INK,
        ha="right" if is_right else "left",
    )
