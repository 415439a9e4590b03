"""Draws one listing's stock: what it was, what it will probably be, what is on its way, when it runs out."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, DateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from services.inventory.pictures.stock_picture import Arrival, StockPicture
from shared.pictures.svg import Description, rendered

# Width and height in the units of the view box: at a phone's 360 pixels a letter has its own size.
_WIDTH, _HEIGHT = 360, 400
_INK, _SOFT, _BAND = "#111111", "#5f5f5f", "#c9c9c9"
_LABEL_LEVELS = 3
_LABEL_WIDTH_SHARE = 0.12
_MARKERS = {"slow_sea": "o", "fast_sea": "s", "air": "^"}
_MODE_NAMES = {"slow_sea": "slow sea", "fast_sea": "fast sea", "air": "air"}


def stock_projection_svg(picture: StockPicture) -> bytes:
    """The drawing as SVG: the same values give the same bytes."""
    figure = Figure(figsize=(_WIDTH / 72, _HEIGHT / 72))
    heights = [5.2, 1.5, 2.0] if picture.arrivals else [5.6, 0.001, 2.0]
    stock, arrivals, sales = figure.subplots(3, 1, sharex=True, height_ratios=heights)
    figure.subplots_adjust(left=0.115, right=0.975, top=0.815, bottom=0.075, hspace=0.2)
    first, last = _span(picture)
    _draw_stock(stock, picture)
    _draw_arrivals(arrivals, picture, (last - first).days)
    _draw_sales(sales, picture)
    for axes in (stock, arrivals, sales):
        axes.axvline(_at(picture.today), color=_INK, linewidth=0.8, zorder=1)
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=9, length=3, colors=_INK)
    sales.set_xlim(_at(first) - 0.5, _at(last) + 0.5)
    _label_days(sales, (last - first).days)
    _headline(figure, picture)
    return rendered(figure, _WIDTH, _HEIGHT, Description(f"Stock of {picture.name}", described(picture)))


def described(picture: StockPicture) -> str:
    """The picture in words, for those who cannot see it."""
    known = [point for point in picture.stock if point.units is not None]
    sentences = []
    if known:
        sentences.append(f"Stock was {_units(known[-1].units)} at the end of {known[-1].day.isoformat()}.")
    else:
        sentences.append("No stock figure is known.")
    sold = [point.units for point in picture.sales if point.units is not None][-28:]
    if sold:
        sentences.append(f"It sold {sum(sold) / len(sold):.1f} a day over the last {len(sold)} known days.")
    sentences.append(_stock_out_sentence(picture))
    for proposed, phrase in ((False, "On the way"), (True, "Proposed")):
        coming = [arrival for arrival in picture.arrivals if arrival.proposed is proposed]
        if coming:
            parts = [
                f"{arrival.units} by {_MODE_NAMES.get(arrival.mode, arrival.mode)} on {arrival.day.isoformat()}"
                for arrival in coming
            ]
            sentences.append(f"{phrase}: {'; '.join(parts)}.")
    if picture.band:
        end = picture.band[-1]
        sentences.append(
            f"On {end.day.isoformat()} stock will be {_units(end.p50)}, with 80 % probability between"
            f" {_units(end.p10)} and {_units(end.p90)}."
        )
    return " ".join(sentences)


def _draw_stock(axes: Axes, picture: StockPicture) -> None:
    if picture.stock:
        axes.step(
            [_at(point.day) for point in picture.stock],
            [np.nan if point.units is None else point.units for point in picture.stock],
            where="post",
            color=_INK,
            linewidth=1.5,
            marker="." if len(picture.stock) <= 31 else None,
            markersize=3,
            label="past stock",
        )
    if picture.band:
        days = [_at(point.day) for point in picture.band]
        axes.fill_between(
            days,
            [point.p10 for point in picture.band],
            [point.p90 for point in picture.band],
            color=_BAND,
            linewidth=0,
            label="10-90 % of cases",
        )
        axes.plot(
            days,
            [point.p50 for point in picture.band],
            color=_INK,
            linewidth=1.3,
            linestyle=(0, (4, 2)),
            label="median",
        )
    if picture.with_proposals:
        axes.plot(
            [_at(point.day) for point in picture.with_proposals],
            [np.nan if point.units is None else point.units for point in picture.with_proposals],
            color=_INK,
            linewidth=1.1,
            linestyle=(0, (1, 1.2)),
            label="with proposals",
        )
    out = picture.stock_out.p50_date
    if out is not None:
        axes.axvline(_at(out), color=_INK, linewidth=0.8, linestyle=(0, (6, 2, 1, 2)), zorder=2)
        axes.plot(
            [_at(out)], [0], "X", color=_INK, markersize=7, clip_on=False, zorder=5, label="runs out", linestyle="none"
        )
    axes.set_ylim(bottom=0)
    if axes.get_ylim()[1] < 5:
        axes.set_ylim(top=5)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.grid(axis="y", color="#d9d9d9", linewidth=0.5)
    axes.set_axisbelow(True)
    axes.set_title("units in stock", fontsize=9, loc="left", color=_INK, pad=3)
    axes.text(_at(picture.today), 1.0, "\u00a0today", transform=axes.get_xaxis_transform(), fontsize=8.5, va="top")
    axes.figure.legend(
        *axes.get_legend_handles_labels(),
        loc="upper left",
        bbox_to_anchor=(0.02, 0.905),
        ncols=5,
        fontsize=8,
        frameon=False,
        handlelength=1.5,
        columnspacing=0.7,
        handletextpad=0.35,
        borderpad=0,
    )


def _draw_arrivals(axes: Axes, picture: StockPicture, span_days: int) -> None:
    axes.set_yticks([])
    axes.set_ylim(-0.45, 1)
    axes.spines["left"].set_visible(False)
    if not picture.arrivals:
        axes.set_visible(False)
        return
    modes = [mode for mode in _MARKERS if any(arrival.mode == mode for arrival in picture.arrivals)]
    legend = ", ".join(f"{'▲' if m == 'air' else '■' if m == 'fast_sea' else '●'} {_MODE_NAMES[m]}" for m in modes)
    proposed = any(arrival.proposed for arrival in picture.arrivals)
    axes.set_title(
        f"arrivals: {legend}{'; hollow = proposed' if proposed else ''}", fontsize=9, loc="left", color=_INK, pad=3
    )
    for arrival in picture.arrivals:
        axes.plot(
            [_at(arrival.day)],
            [-0.15],
            marker=_MARKERS.get(arrival.mode, "D"),
            markersize=6,
            markerfacecolor="white" if arrival.proposed else _INK,
            markeredgecolor=_INK,
            linestyle="none",
            clip_on=False,
        )
    for arrival, level in _labelled(picture.arrivals, span_days):
        axes.text(
            _at(arrival.day),
            0.12 + level * 0.3,
            f"{'(' if arrival.proposed else ''}{arrival.units:,}{')' if arrival.proposed else ''}",
            fontsize=8.5,
            ha="center",
            va="bottom",
            color=_INK,
        )


def _labelled(arrivals: Sequence[Arrival], span_days: int) -> list[tuple[Arrival, int]]:
    """The arrivals that get a number and its height, so that no two numbers touch; the largest come first."""
    room = max(span_days, 1) * _LABEL_WIDTH_SHARE
    taken: list[list[date]] = [[] for _ in range(_LABEL_LEVELS)]
    placed = []
    for arrival in sorted(arrivals, key=lambda arrival: (-arrival.units, arrival.day, arrival.mode, arrival.proposed)):
        for level, days in enumerate(taken):
            if all(abs((arrival.day - day).days) >= room for day in days):
                days.append(arrival.day)
                placed.append((arrival, level))
                break
    return placed


def _draw_sales(axes: Axes, picture: StockPicture) -> None:
    if picture.sales:
        # One filled outline instead of a bar for each day: a year of days stays a small file.
        edges = [_at(point.day) - 0.5 for point in picture.sales] + [_at(picture.sales[-1].day) + 0.5]
        values = [np.nan if point.units is None else point.units for point in picture.sales]
        axes.stairs(values, edges, fill=True, color=_SOFT, linewidth=0)
    axes.set_ylim(bottom=0)
    if axes.get_ylim()[1] < 1 or not picture.sales:
        axes.set_ylim(top=1)
    axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
    axes.set_title("units sold a day", fontsize=9, loc="left", color=_INK, pad=3)


def _headline(figure: Figure, picture: StockPicture) -> None:
    name = picture.name if len(picture.name) <= 44 else picture.name[:43] + "…"
    figure.text(0.02, 0.985, name, fontsize=12, fontweight="bold", va="top", color=_INK)
    figure.text(0.02, 0.935, _stock_out_sentence(picture), fontsize=9, va="top", color=_INK)


def _stock_out_sentence(picture: StockPicture) -> str:
    out = picture.stock_out
    if out.p50_date is not None:
        early = f", 10 % by {out.p10_date.isoformat()}" if out.p10_date is not None else ""
        return f"Runs out about {out.p50_date.isoformat()}{early}; chance {_percent(out.probability)}."
    if out.p10_date is not None:
        return f"Runs out with {_percent(out.probability)} chance, 10 % by {out.p10_date.isoformat()}."
    if picture.band:
        return f"Lasts the horizon; chance of running out {_percent(out.probability)}."
    return "No projection: too little is known."


def _label_days(axes: Axes, span_days: int) -> None:
    locator = AutoDateLocator(minticks=3, maxticks=6)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    short = DateFormatter("%d %b")  # type: ignore[no-untyped-call]
    with_year = ConciseDateFormatter(locator, show_offset=False)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(short if span_days <= 300 else with_year)


def _span(picture: StockPicture) -> tuple[date, date]:
    days = [picture.today]
    for points in (picture.stock, picture.sales, picture.band, picture.arrivals):
        if points:
            days += [points[0].day, points[-1].day]
    first, last = min(days), max(days)
    return (first - timedelta(days=3), last + timedelta(days=3)) if (last - first).days < 3 else (first, last)


def _at(day: date) -> float:
    return float(date2num(day))  # type: ignore[no-untyped-call]


def _units(units: float | None) -> str:
    return f"{units or 0:,.0f} units"


def _percent(probability: float) -> str:
    if 0 < probability < 0.01:
        return "under 1 %"
    if 0.99 < probability < 1:
        return "over 99 %"
    return f"{probability:.0%}".replace("%", " %")
