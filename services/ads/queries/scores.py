"""What runs said of every subject as rows, whichever table keeps it, with reasons as the API tells them."""

from string import Formatter

from services.ads.domain.reasons import ReasonCode
from services.ads.domain.term_actions import ACTIONS, HOLD_REASONS, HOLDS, Hold
from services.ads.domain.told import FIRST_REASONS, NOTHING_TOLD
from services.ads.domain.wording import UNKNOWN, template
from services.ads.tables.score_block import UNKNOWN_AMOUNT, UNKNOWN_COUNT

_NUMBERS = ("u.first_number", "u.second_number", "u.third_number")


def _text(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


def _known(number: str) -> str:
    return f"nullif({number}, 'NaN')"


def _sentence(code: ReasonCode, numbers: dict[str, str]) -> str:
    """The sentence of `wording` as SQL: the same words, numbers rounded as there."""
    parts = []
    for words, name, form, _ in Formatter().parse(template(code)):
        if words:
            parts.append(_text(words))
        if name is None:
            continue
        digits, kind = int((form or "")[1:-1]), (form or "")[-1]
        value = f"{_known(numbers[name])}::numeric"
        if kind == "%":
            parts.append(f"coalesce(round({value} * 100, {digits}) || ' %', {_text(UNKNOWN)})")
        else:
            parts.append(f"coalesce(round({value}, {digits})::text, {_text(UNKNOWN)})")
    return " || ".join(parts)


def _reason(code: ReasonCode, numbers: dict[str, str]) -> str:
    parameters = ", ".join(f"{_text(name)}, {_known(number)}" for name, number in numbers.items())
    return (
        f"jsonb_build_object('code', {_text(code.value)}, 'parameters', jsonb_build_object({parameters}),"
        f" 'sentence', {_sentence(code, numbers)})"
    )


def _reasons() -> str:
    first = " ".join(
        f"WHEN {number} THEN jsonb_build_array({_reason(code, dict(zip(names, _NUMBERS, strict=False)))})"
        for number, (code, names) in enumerate(FIRST_REASONS)
        if code is not None
    )
    held = " ".join(
        f"WHEN {HOLDS.index(hold)} THEN jsonb_build_array({_reason(code, {})})" for hold, code in HOLD_REASONS.items()
    )
    return (
        f"CASE WHEN u.reason <> {NOTHING_TOLD} THEN CASE u.reason {first} ELSE '[]'::jsonb END"
        f" || CASE u.hold {held} ELSE '[]'::jsonb END END"
    )


def _named(code: str, names: list[str]) -> str:
    return f"(ARRAY[{', '.join(map(_text, names))}])[{code} + 1]"


_SHARES = (
    *("order_value", "break_even_acos", "target_acos", "expected_cvr", "cvr_low", "cvr_high", "p_unprofitable"),
    *("p_target", "p_below_benchmark", "evidence", "score", "cap"),
)
_COLUMNS = (
    *("tenant_id", "run_id", "level", "subject_id", "ad_account_id", "campaign_id", "marketplace", "currency"),
    *("label", "impressions", "clicks", "effective_clicks", "cost", "orders", "sales", "total_sales"),
    *_SHARES,
    *("wasted_spend", "missed_sales", "action", "hold", "parts", "diagnosis", "alarm", "reasons"),
)
_OF_ITEMS = (
    {name: f"b.{name}" for name in ("tenant_id", "run_id", "level", "ad_account_id", "marketplace", "currency")}
    | {name: f"u.{name}" for name in ("subject_id", "campaign_id", "effective_clicks")}
    | {name: f"u.{name}::bigint" for name in ("clicks", "orders")}
    | {"impressions": f"nullif(u.impressions, {UNKNOWN_COUNT})"}
    | {name: f"u.{name} * 0.0001" for name in ("cost", "sales")}
    | {"wasted_spend": f"nullif(u.wasted_spend, {UNKNOWN_AMOUNT}) * 0.0001"}
    | {name: _known(f"u.{name}") for name in _SHARES}
    | {"action": _named("u.action", [each.value for each in ACTIONS])}
    # A hold of the first code is none.
    | {"hold": _named("nullif(u.hold, 0)", [each.value for each in HOLDS])}
    | dict.fromkeys(("total_sales", "missed_sales"), "NULL::numeric")
    | dict.fromkeys(("parts", "diagnosis", "alarm"), "NULL::jsonb")
    | {"label": "NULL::text", "reasons": _reasons()}
)
assert HOLDS[0] is Hold.NONE

SCORED = f"""(
    SELECT {", ".join(f"k.{name}" for name in _COLUMNS)} FROM ads.score AS k
    UNION ALL
    SELECT {", ".join(f"{_OF_ITEMS[name]} AS {name}" for name in _COLUMNS)}
    FROM ads.score_block AS b CROSS JOIN LATERAL unnest(b.items) AS u
)"""
