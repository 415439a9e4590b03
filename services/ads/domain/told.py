"""Decides which reasons are told with the scores of targets and terms: one code and up to three numbers of each."""

from dataclasses import dataclass

import numpy as np

from services.ads.domain.arrays import FloatArray, IntArray
from services.ads.domain.reasons import ReasonCode
from services.ads.domain.term_actions import (
    ACTION_REASONS,
    ACTIONS,
    HOLDS,
    Action,
    Hold,
    TermDecisions,
    TermFacts,
)

# The first reason by its code, with the names of its numbers. None: what held the action back is the only reason.
FIRST_REASONS: tuple[tuple[ReasonCode | None, tuple[str, ...]], ...] = (
    *ACTION_REASONS,
    (ReasonCode.MARGIN_UNKNOWN, ()),
    (None, ()),
)
MARGIN_UNKNOWN, ONLY_HELD = len(ACTION_REASONS), len(ACTION_REASONS) + 1
NOTHING_TOLD = -1
MOST_NUMBERS = 3
_KEEP = ACTIONS.index(Action.KEEP)
_QUIET = (_KEEP, ACTIONS.index(Action.WATCH))
_WAITING = (HOLDS.index(Hold.COOLING_DOWN), HOLDS.index(Hold.DATA_TOO_YOUNG))


@dataclass(frozen=True, slots=True)
class Told:
    """The first reason of n rows: `code` (n,) of FIRST_REASONS or -1, `numbers` (n, 3) as it names them, else NaN."""

    code: IntArray
    numbers: FloatArray


def told_reasons(given: TermFacts, decided: TermDecisions, rows: IntArray) -> Told:
    """Why, for those of the rows for which something is to be done or was held back; the same as `term_reasons`.

    A hold of its own code follows the first reason. Numbers to six digits; what is unknown or without end is NaN.
    """
    action, hold = decided.action[rows], decided.hold[rows]
    told = (given.clicks[rows] > 0) & (~np.isin(action, _QUIET) | (hold > 0))
    code = np.where(np.isin(hold, _WAITING), ONLY_HELD, action)
    code = np.where((action == _KEEP) & np.isnan(given.break_even_acos[rows]), MARGIN_UNKNOWN, code)
    code = np.where(told, code, NOTHING_TOLD)
    columns = {
        "p_unprofitable": given.p_unprofitable,
        "p_target": given.p_target,
        "expected_cvr": given.expected_cvr,
        "needed_cvr": decided.needed_cvr,
        "evidence": given.evidence,
        "orders": given.orders,
        "cpc": given.cpc,
        "bid": decided.formula_bid,
    }
    numbers = np.full((rows.size, MOST_NUMBERS), np.nan)
    for number, (_, names) in enumerate(FIRST_REASONS):
        mine = np.flatnonzero(code == number)
        for place, name in enumerate(names):
            values = columns[name][rows[mine]]
            numbers[mine, place] = np.where(np.isfinite(values), np.round(values, 6), np.nan)
    return Told(code, numbers)
