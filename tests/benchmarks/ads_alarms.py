"""Alarms for fallen conversion on made campaigns: false ones in quiet months, and halvings found within two weeks."""

from collections.abc import Callable

import numpy as np

from services.ads.domain.arrays import BoolArray, FloatArray
from services.ads.domain.change_alarm import WATCHED_DAYS, alarms, windows_alarm
from services.ads.domain.completeness import share_reported
from tests.benchmarks.ads_accounts import CampaignDays, made_campaign_days
from tests.benchmarks.measurement import Measurement

CAMPAIGNS, QUICK_CAMPAIGNS = 4_000, 400
DAYS, FIRST_DAY = 150, 110
MONTH, FORTNIGHT = 30, 14
CHANGE_DAY = 115
MOST_FALSE, LEAST_FOUND = 10.0, 0.69
Rule = Callable[[FloatArray, FloatArray], BoolArray]
SIZES = ((0.0, 1.0), (1.0, 2.0), (2.0, 4.0), (4.0, np.inf))


def fired_between(days: CampaignDays, rule: Rule, first: int, count: int) -> BoolArray:
    """Whether the rule, asked at the end of each of `count` days with what reports show by then, ever fired, (n,)."""
    fired = np.zeros(days.clicks.shape[0], dtype=bool)
    for today in range(first, first + count):
        known = slice(max(today + 1 - WATCHED_DAYS, 0), today + 1)
        orders = days.reported(today)[:, known].astype(float)
        ages = today - np.arange(known.start, known.stop)
        fired |= rule(orders, days.clicks[:, known] * share_reported(ages))
    return fired


def measure(quick: bool = False) -> list[Measurement]:
    """False alarms per 100 campaign-months in which nothing happens, and halvings found within 14 days."""
    count = QUICK_CAMPAIGNS if quick else CAMPAIGNS
    rng = np.random.default_rng(20260601)
    quiet = made_campaign_days(rng, count, DAYS)
    halved = made_campaign_days(rng, count, DAYS, changed=1.0, first_change_day=CHANGE_DAY, last_change_day=CHANGE_DAY)
    found: list[Measurement] = []
    rules: tuple[tuple[str, Rule], ...] = (
        ("alarms", lambda orders, clicks: alarms(orders, clicks).fired),
        ("windows of 5, 10, 20 days", windows_alarm),
    )
    for name, rule in rules:
        ours = name == "alarms"
        false = 100 * fired_between(quiet, rule, FIRST_DAY, MONTH)
        hit = fired_between(halved, rule, CHANGE_DAY, FORTNIGHT)
        of_quiet, of_halved = (each.clicks.mean(axis=1) * each.rate for each in (quiet, halved))
        found.append(
            Measurement(
                f"{name}: false, all campaigns",
                float(false.mean()),
                "per 100 months",
                MOST_FALSE if ours else None,
                note="asked every day",
            )
        )
        watched = of_quiet >= 1
        found.append(
            Measurement(
                f"{name}: false, from an order a day",
                float(false[watched].mean()),
                "per 100 months",
                MOST_FALSE if ours else None,
            )
        )
        found.append(
            Measurement(
                f"{name}: halvings found, from an order a day",
                float(hit[of_halved >= 1].mean()),
                limit=LEAST_FOUND if ours else None,
                must_be="at least",
                note="within 14 days",
            )
        )
        found.append(Measurement(f"{name}: halvings found, all campaigns", float(hit.mean()), note="within 14 days"))
        for low, high in SIZES:
            mine = (of_halved >= low) & (of_halved < high)
            found.append(
                Measurement(
                    f"{name}: found at {low:g} to {high:g} orders a day",
                    float(hit[mine].mean()),
                    note=f"{mine.sum()} campaigns; false {false[(of_quiet >= low) & (of_quiet < high)].mean():.1f}",
                )
            )
    return found
