"""Gives valid cases of schemathesis what no generator guesses: ids that exist, their versions, bodies that fit them.

Without this, few cases would get past 404, 409, 412 and 422. The coverage phase, which takes no values from
dictionaries, always gets them; the random phases often enough. What is random about a case otherwise stays.
"""

import itertools
import json
import os
import random
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import schemathesis
from schemathesis.core.parameters import ParameterLocation


KNOWN: dict[str, list[str]] = json.loads(os.environ.get("TRADEWIND_CONTRACT_KNOWN", "{}"))
KEY = os.environ.get("TRADEWIND_CONTRACT_KEY", "")
SHARE = {"coverage": 1.0, "fuzzing": 0.7, "stateful": 0.3}
_choose = random.Random(20)
_number = itertools.count(1)
_MARKETS = ("GB", "FR", "IT", "ES", "NL", "SE", "PL", "BE", "CA", "MX", "BR", "JP", "AU", "SG", "AE", "SA", "IN")


def _known(place: str) -> str:
    return _choose.choice(KNOWN[place])


def _lane(number: int) -> dict[str, Any]:
    modes = ("slow_sea", "fast_sea", "air")
    return {
        "marketplace": _MARKETS[number % len(_MARKETS)],
        "mode": modes[number // len(_MARKETS) % len(modes)],
        "unit_cost": {"amount": "1.50", "currency": "USD"},
        "transit_days_p10": 7,
        "transit_days_p50": 10,
        "transit_days_p90": 15,
    }


# Bodies that are accepted, by operation; `number` differs from case to case.
BODIES: dict[str, Callable[[int], Any]] = {
    "create_product": lambda number: {"code": f"contract-{number}", "name": "A product"},
    "create_warehouse": lambda number: {"code": f"contract-{number}", "name": "A warehouse"},
    "create_account": lambda number: {"code": f"contract-{number}", "name": "An account"},
    "create_listing": lambda number: {
        "account_id": _known("path.account_id"),
        "marketplace": "US",
        "seller_sku": f"contract-{number}",
        "product_id": _known("path.product_id"),
    },
    "update_listing": lambda number: {"title": f"Title {number}"},
    "update_lane": lambda number: {"transit_days_p90": 60 + number % 30},
    "create_lane": _lane,
    "create_exchange_rate": lambda number: {
        "base_currency": "USD",
        "quote_currency": "CNY",
        "rate_date": (date(2020, 1, 1) + timedelta(days=number)).isoformat(),
        "rate": "7.1",
    },
    "create_stock_movement": lambda number: {
        "kind": "receipt",
        "warehouse_id": _known("warehouses"),
        "lines": [{"product_id": _known("path.product_id"), "quantity": 1 + number % 9}],
    },
    "create_import": lambda number: {"file": _lanes_file(number)},
    "create_replenishment_run": lambda number: {"review_days": 7 + number % 7},
    "create_shipment": lambda number: {
        "account_id": _known("accounts"),
        "marketplace": "US",
        "warehouse_id": _known("warehouses"),
        "mode": "slow_sea",
        "lines": [{"listing_id": _known("path.listing_id"), "units": 1, "break_carton": True}],
    },
    "approve_shipment_proposal": lambda number: {},
    "reject_shipment_proposal": lambda number: {"reason": "No."},
    "create_shipment_transition": lambda number: {"to": "booked"},
    "create_shipment_receipt": lambda number: None,  # its lines depend on the shipment: see _receipt
}
# Path values that an operation needs in a certain state.
PLACES = {
    ("create_shipment_transition", "shipment_id"): "planned_shipments",
    ("create_shipment_receipt", "shipment_id"): "departed_shipments",
}


def _lanes_file(number: int) -> bytes:
    return f"marketplace,mode,cost_per_kg,currency,transit_days_p50\nJP,air,40,CNY,{20 + number % 300}\n".encode()


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case[Any], kwargs: dict[str, Any]) -> None:
    """Put known ids, a fitting body and the present version, where one is asked for, into a valid case."""
    meta = case.meta
    if meta is None or meta.generation.mode.is_negative:
        return
    if _choose.random() >= SHARE.get(meta.phase.name.value, 0.0):
        return
    operation = str(case.operation.definition.raw.get("operationId"))
    for name in case.path_parameters:
        place = PLACES.get((operation, name), f"path.{name}")
        if KNOWN.get(place) and not meta.is_negative_at(ParameterLocation.PATH):
            case.path_parameters[name] = _known(place)
    if operation in BODIES and KNOWN.get("path.product_id"):
        number = next(_number)
        case.body = _receipt(case) if operation == "create_shipment_receipt" else BODIES[operation](number)
        if "Idempotency-Key" in (case.headers or {}):
            case.headers["Idempotency-Key"] = f"contract-{number}"
    if "If-Match" in (case.headers or {}):
        version = _found(case)[0]
        if version:
            case.headers["If-Match"] = version


def _receipt(case: schemathesis.Case[Any]) -> dict[str, Any]:
    lines = _found(case)[1].get("lines") or [{"listing_id": _known("path.listing_id")}]
    return {"lines": [{"listing_id": lines[0]["listing_id"], "units": 1}]}


def _found(case: schemathesis.Case[Any]) -> tuple[str | None, dict[str, Any]]:
    """ETag and body of the resource, which for an action such as /shipments/{id}/transitions is one level up."""
    path = case.formatted_path
    while path.count("/") > 1:
        request = urllib.request.Request(
            (case.operation.base_url or "").rstrip("/") + path, headers={"Authorization": f"Bearer {KEY}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                if response.headers.get("ETag"):
                    return str(response.headers["ETag"]), json.loads(response.read())
        except (urllib.error.HTTPError, ValueError):
            pass
        path = path.rpartition("/")[0]
    return None, {}
