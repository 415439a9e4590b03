"""What a day at the budget says: how long the budget lasted, what it missed, and whose budget it was."""

import numpy as np
import pytest

from services.ads.domain.budget import MAX_BUDGET_STEP, days_of_budget, lost_clicks, reachable_clicks, time_in_budget


def test_a_day_at_the_budget_is_not_a_day_without_ads() -> None:
    assert time_in_budget([0, 30, 59, 60], [60, 60, 60, 60]).tolist() == pytest.approx([1, 0.75, 1 - 59 / 120, 0.5])
    assert np.isnan(time_in_budget(0, 0))


def test_no_more_is_missed_than_the_largest_step_of_the_budget_could_buy() -> None:
    lost = lost_clicks(600, time_in_budget(60, 60))
    assert float(lost) == pytest.approx(600)
    assert float(reachable_clicks(lost, 600)) == pytest.approx(MAX_BUDGET_STEP * 600)
    assert float(reachable_clicks(lost_clicks(76, 0.76), 76)) == pytest.approx(24)


def test_days_under_another_budget_say_nothing_of_todays() -> None:
    spend = np.array([[60.0] * 40 + [49.0] * 5, [60.0] * 45, [50.0] * 45])
    lowered, just_lowered, kept = days_of_budget(spend, [50, 50, 50])
    assert lowered.tolist() == [False] * 43 + [True] * 2  # until the old days are less than half of a week
    assert not just_lowered.any()
    assert kept.all()


def test_a_day_beyond_the_budget_that_others_make_up_for_is_still_of_it() -> None:
    assert days_of_budget([[50.0, 50, 50, 62, 40, 50, 50, 50]], [50]).all()
    assert days_of_budget([[500.0] * 10], [np.nan]).all()
