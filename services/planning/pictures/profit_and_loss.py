"""Draws a profit and loss statement by month: revenue and what it is spent on, profit, plan and actual."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from services.planning.pictures.content import ProfitAndLossPicture, StatementMonth
from shared.pictures.inks import FIVE_SHADES, GRID, INK, SOFT, VERMILION
from shared.pictures.marks import WIDTH, amount, headline, nothing, percent, plain, short_figure, wrapped
from shared.pictures.svg import Description, rendered

_HEIGHT = 400
_TICKS = 12


def profit_and_loss_svg(picture: ProfitAndLossPicture) -> bytes:
    """The drawing as SVG: the same values give the same bytes."""
    words = wrapped(_sentences(picture))
    legend = 30 + 13 * len(words)
    figure = Figure(figsize=(WIDTH / 72, _HEIGHT / 72))
    revenue, profit = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
    figure.subplots_adjust(left=0.135, right=0.965, top=1 - (legend + 52) / _HEIGHT, bottom=0.065, hspace=0.22)
    for axes, title in ((revenue, f"revenue and costs, {picture.currency}"), (profit, "operating profit")):
        plain(axes)
        axes.grid(axis="y", color=GRID, linewidth=0.5)
        axes.set_title(title, fontsize=9, loc="left", color=INK, pad=3)
        axes.yaxis.set_major_formatter(FuncFormatter(short_figure))
    if picture.months:
        _draw_revenue(revenue, picture.months)
        _draw_profit(profit, picture.months)
        _label_months(profit, picture.months)
        figure.legend(
            *revenue.get_legend_handles_labels(),
            loc="upper left",
            bbox_to_anchor=(0.012, 1 - (legend - 4) / _HEIGHT),
            ncols=4,
            fontsize=7.5,
            frameon=False,
            handlelength=1.2,
            columnspacing=0.8,
            handletextpad=0.35,
            borderpad=0,
            labelspacing=0.3,
        )
    else:
        nothing(revenue, "no month is planned yet")
    headline(figure, _HEIGHT, picture.name, words)
    return rendered(figure, WIDTH, _HEIGHT, Description(picture.name, described(picture)))


def described(picture: ProfitAndLossPicture) -> str:
    """The picture in words, for those who cannot see it."""
    told = [
        f"{each.month:%Y-%m}: revenue {amount(each.net_revenue, picture.currency)}, profit"
        f" {amount(each.profit, picture.currency)}"
        for each in picture.months[:36]
    ]
    return " ".join([*_sentences(picture), *([f"{'; '.join(told)}."] if told else [])])


def _sentences(picture: ProfitAndLossPicture) -> list[str]:
    revenue = sum(each.net_revenue for each in picture.months)
    if not picture.months or revenue == 0:
        return ["No revenue is planned."]
    profit = sum(each.profit for each in picture.months)
    sentences = [
        f"Planned are {amount(revenue, picture.currency)} of revenue and {amount(profit, picture.currency)} of profit,"
        f" {percent(profit / revenue, 1)} of it."
    ]
    known = [each for each in picture.months if each.actual_revenue is not None]
    if known:
        reached, planned = sum(each.actual_revenue or 0 for each in known), sum(each.net_revenue for each in known)
        share = percent(reached / planned) if planned else "nothing"
        sentences.append(f"Of the {len(known)} months that are over, {share} of the planned revenue was reached.")
    return sentences


def _draw_revenue(axes: Axes, months: Sequence[StatementMonth]) -> None:
    places = np.arange(len(months))
    names = list(dict.fromkeys(name for each in months for name in each.costs))
    base = np.zeros(len(months))
    for place, name in enumerate(names):
        heights = np.array([each.costs.get(name, 0.0) for each in months])
        shade = FIVE_SHADES[min(place, len(FIVE_SHADES) - 1)]
        hatch = "////" if place >= len(FIVE_SHADES) else None
        axes.bar(
            places, heights, 0.78, bottom=base, color=shade, hatch=hatch, label=name.replace("_", " "), linewidth=0
        )
        base = base + heights
    axes.step(
        np.append(places - 0.5, len(months) - 0.5),
        [*(each.net_revenue for each in months), months[-1].net_revenue],
        where="post",
        color=INK,
        linewidth=1.4,
        label="planned revenue",
    )
    known = [(place, each.actual_revenue) for place, each in enumerate(months) if each.actual_revenue is not None]
    if known:
        axes.plot(*zip(*known, strict=True), "o", color=VERMILION, markersize=4.5, label="actual")
    axes.set_ylim(bottom=0)


def _draw_profit(axes: Axes, months: Sequence[StatementMonth]) -> None:
    axes.bar(range(len(months)), [each.profit for each in months], 0.78, color=SOFT)
    known = [(place, each.actual_profit) for place, each in enumerate(months) if each.actual_profit is not None]
    if known:
        axes.plot(*zip(*known, strict=True), "o", color=VERMILION, markersize=4.5)
    axes.axhline(0, color=INK, linewidth=0.8)


def _label_months(axes: Axes, months: Sequence[StatementMonth]) -> None:
    every = max(-(-len(months) // _TICKS), 1)
    places = range(0, len(months), every)
    axes.set_xticks(list(places), [_month(months[place], place == 0) for place in places])


def _month(each: StatementMonth, is_first: bool) -> str:
    return f"{each.month:%b}\n{each.month:%Y}" if is_first or each.month.month == 1 else f"{each.month:%b}"
