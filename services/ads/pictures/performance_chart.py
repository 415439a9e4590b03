"""Draws what a campaign spent, what its sales cost it, and how its clicks convert, with what was changed."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from services.ads.domain.performance_trend import TrendPeriod
from services.ads.pictures.performance_picture import PerformancePicture
from shared.pictures.inks import BLUE, DEEP_VERMILION, GRID, INK, PALE, SOFT, VERMILION
from shared.pictures.marks import WIDTH, amount, at, headline, label_days, nothing, percent, plain, wrapped
from shared.pictures.svg import Description, rendered

_HEIGHT = 470
_DASHED, _DOTTED = (0, (5, 2)), (0, (1, 1.4))
# Few periods get a mark each; of many a line alone says more.
_MARKED = 40
_MOST_ACOS, _MOST_CVR = 3.0, 1.0


def performance_chart_svg(picture: PerformancePicture) -> bytes:
    """The drawing as SVG: the same values give the same bytes."""
    figure = Figure(figsize=(WIDTH / 72, _HEIGHT / 72))
    spend, acos, cvr = figure.subplots(3, 1, sharex=True, height_ratios=[2.4, 3, 3])
    lines = wrapped([_spend_sentence(picture), _cost_sentence(picture)])
    top = 1 - (46 + 13 * len(lines)) / _HEIGHT
    figure.subplots_adjust(left=0.125, right=0.975, top=top, bottom=0.115, hspace=0.34)
    _draw_spend(spend, picture)
    _draw_share(
        acos,
        picture,
        [each.acos for each in picture.periods],
        _MOST_ACOS,
        "ACoS",
        ((picture.break_even_acos, _DASHED, "breaks even"), (picture.target_acos, _DOTTED, "target")),
    )
    _draw_share(
        cvr,
        picture,
        [each.cvr for each in picture.periods],
        _MOST_CVR,
        "conversion (orders per click)",
        ((picture.needed_cvr, _DASHED, "breaks even"),),
        band=True,
    )
    first, last = _span(picture)
    for axes in (spend, acos, cvr):
        plain(axes)
        axes.grid(axis="y", color=GRID, linewidth=0.5)
        _shade_young(axes, picture)
        for change in picture.changes:
            axes.axvline(at(change.day), color=BLUE, linewidth=0.8, linestyle=(0, (2, 2)), zorder=1)
    _mark_changes(spend, picture)
    cvr.set_xlim(at(first) - 0.6, at(last) + 0.6)
    label_days(cvr, (last - first).days)
    headline(figure, _HEIGHT, picture.name, lines)
    figure.text(0.02, 8 / _HEIGHT, _legend(picture), fontsize=8.5, color=SOFT, va="bottom", linespacing=1.3)
    return rendered(figure, WIDTH, _HEIGHT, Description(f"Performance of {picture.name}", described(picture)))


def described(picture: PerformancePicture) -> str:
    """The picture in words, for those who cannot see it."""
    sentences = [_spend_sentence(picture), _cost_sentence(picture)]
    known = [each for each in picture.periods if each.cvr is not None]
    if known:
        last = known[-1]
        assert last.cvr is not None
        words = f"Of the clicks of the last seven days up to {last.date_to} {percent(last.cvr, 1)} led to an order"
        if last.cvr_low is not None and last.cvr_high is not None:
            words += f" (with 90 % probability {percent(last.cvr_low, 1)} to {percent(last.cvr_high, 1)})"
        if picture.needed_cvr is not None:
            words += f", where {percent(picture.needed_cvr, 1)} pay for them"
        sentences.append(f"{words}.")
    young = [each for each in picture.periods if each.reported is not None and each.reported < 1]
    if young:
        sentences.append(f"Orders of the days since {young[0].date_from} are still coming in.")
    missing = [each for each in picture.periods if each.reported is None]
    if missing and len(missing) < len(picture.periods):
        sentences.append(f"Not reported: {len(missing)} {picture.by}s, the latest of {missing[-1].date_from}.")
    sentences += [f"Changed on {each.day}: {each.words}." for each in picture.changes[:20]]
    return " ".join(sentences)


def _spend_sentence(picture: PerformancePicture) -> str:
    known = [each for each in picture.periods if each.reported is not None]
    if not known:
        return f"No {picture.by} of this time is reported."
    cost, sales = sum(each.cost for each in known), sum(each.sales for each in known)
    orders = sum(each.orders for each in known)
    return f"Spent {amount(cost, picture.currency)} for {orders:,.0f} orders of {amount(sales, picture.currency)}."


def _cost_sentence(picture: PerformancePicture) -> str:
    cost = sum(each.cost for each in picture.periods)
    sales = sum(each.sales for each in picture.periods)
    if cost <= 0:
        return ""
    words = f"ACoS {percent(cost / sales)}" if sales > 0 else "No sales"
    if picture.break_even_acos is None:
        return f"{words}; what breaks even is not known."
    limits = f"{words}; {percent(picture.break_even_acos)} breaks even"
    return f"{limits}, {percent(picture.target_acos)} wanted." if picture.target_acos is not None else f"{limits}."


def _legend(picture: PerformancePicture) -> str:
    of = "last 7 days" if picture.by == "day" else "the week"
    words = [f"Curves: {of}; conversion allows for late orders, band: 90 % of cases. Shaded: orders still coming in."]
    if any(each.reported is None for each in picture.periods):
        words.append("Crossed: not reported.")
    if picture.changes:
        words.append("▲ change made.")
    return "\n".join(wrapped(words, 76))


def _draw_spend(axes: Axes, picture: PerformancePicture) -> None:
    axes.set_title(f"spend a {picture.by}, {picture.currency}", fontsize=9, loc="left", color=INK, pad=3)
    most = max((each.cost for each in picture.periods if each.reported is not None), default=0.0)
    if most > 0:
        edges = [at(each.date_from) - 0.5 for each in picture.periods] + [at(picture.periods[-1].date_to) + 0.5]
        values = [np.nan if each.reported is None else each.cost for each in picture.periods]
        # One filled outline instead of a bar for each day: a year of days stays a small file.
        axes.stairs(values, edges, fill=True, color=SOFT, linewidth=0)
        axes.yaxis.set_major_locator(MaxNLocator(3))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    else:
        nothing(axes, "nothing spent" if any(each.reported is not None for each in picture.periods) else "")
    budget = picture.daily_budget if picture.by == "day" else None
    if budget is not None and most > 0:
        _limits(axes, [(budget, _DASHED, "daily budget", f"{budget:,g}")])
    axes.set_ylim(0, max(1.12 * most, 1.12 * (budget or 0), 1.0))


def _draw_share(
    axes: Axes,
    picture: PerformancePicture,
    values: Sequence[float | None],
    most: float,
    title: str,
    limits: Sequence[tuple[float | None, Any, str]],
    *,
    band: bool = False,
) -> None:
    axes.set_title(title, fontsize=9, loc="left", color=INK, pad=3)
    known = [value for value in values if value is not None]
    if not known:
        nothing(axes, "")
        return
    days = [_middle(each) for each in picture.periods]
    if band:
        low, high = (
            [np.nan if bound is None else bound for bound in bounds]
            for bounds in zip(*((each.cvr_low, each.cvr_high) for each in picture.periods), strict=True)
        )
        axes.fill_between(days, low, high, color=PALE, linewidth=0)
        known += [each.cvr_high for each in picture.periods if each.cvr_high is not None]
    axes.plot(
        days,
        [np.nan if value is None else value for value in values],
        color=INK,
        linewidth=1.5,
        marker="o" if len(values) <= _MARKED else None,
        markersize=2.5,
    )
    stated = [(limit, style, name, percent(limit, 1 if limit < 0.2 else 0)) for limit, style, name in limits if limit]
    _limits(axes, stated)
    # A week with a single sale would flatten all others: it leaves the picture at the top.
    usual = 3 * float(np.median(known))
    axes.set_ylim(0, min(max([1.1 * min(max(known), usual), *(1.2 * limit for limit, *_ in stated)]), most))
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(_tick))


def _limits(axes: Axes, limits: Sequence[tuple[float, Any, str, str]]) -> None:
    """Lines across, named above the panel, where they hide nothing."""
    for limit, style, _, _ in limits:
        axes.axhline(limit, color=VERMILION, linewidth=1.1, linestyle=style, zorder=3)
    words = [f"{'– –' if style is _DASHED else '····'} {name} {told}" for _, style, name, told in limits]
    axes.set_title("   ".join(words), fontsize=8.5, loc="right", color=DEEP_VERMILION, pad=3)


def _tick(value: float, _: object) -> str:
    return f"{100 * value:g} %" if value else "0"


def _shade_young(axes: Axes, picture: PerformancePicture) -> None:
    """Stretches whose orders are still coming in, and those of which nothing is reported."""
    for kind, stretch in groupby(picture.periods, _youth):
        periods = list(stretch)
        edges = at(periods[0].date_from) - 0.5, at(periods[-1].date_to) + 0.5
        if kind == "missing":
            axes.axvspan(*edges, facecolor="none", edgecolor=PALE, hatch="xxx", linewidth=0, zorder=0)
        elif kind == "young":
            axes.axvspan(*edges, color="#ececec", linewidth=0, zorder=0)


def _youth(period: TrendPeriod) -> str:
    if period.reported is None:
        return "missing"
    return "young" if period.reported < 1 else "old"


def _mark_changes(axes: Axes, picture: PerformancePicture) -> None:
    for day in sorted({change.day for change in picture.changes}):
        axes.plot(
            [at(day)], [-0.09], "^", color=BLUE, markersize=6, transform=axes.get_xaxis_transform(), clip_on=False
        )


def _middle(period: TrendPeriod) -> float:
    return (at(period.date_from) + at(period.date_to)) / 2


def _span(picture: PerformancePicture) -> tuple[date, date]:
    if not picture.periods:
        today = date(2000, 1, 1)
        return today, today
    first, last = picture.periods[0].date_from, picture.periods[-1].date_to
    return (first - timedelta(days=2), last + timedelta(days=2)) if (last - first).days < 3 else (first, last)
