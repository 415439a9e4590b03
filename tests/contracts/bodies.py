"""Bodies that a seeded tenant's data make acceptable, by operation; elsewhere the document's examples do."""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

_MARKETS = ("GB", "FR", "IT", "ES", "NL", "SE", "PL", "BE", "CA", "MX", "BR", "JP", "AU", "SG", "AE", "SA", "IN")
_MODES = ("slow_sea", "fast_sea", "air")

# Path values that an operation needs in a certain state.
PLACES = {
    ("create_shipment_transition", "shipment_id"): "planned_shipments",
    ("create_shipment_receipt", "shipment_id"): "departed_shipments",
}


class Bodies:
    """Makes bodies from values that exist; `number` differs from body to body."""

    def __init__(self, known: Mapping[str, Sequence[str]], rng: random.Random) -> None:
        self._known = known
        self._rng = rng
        self._makers: dict[str, Callable[[int], Any]] = {
            "create_product": lambda number: {"code": f"contract-{number}", "name": "A product"},
            "create_warehouse": lambda number: {"code": f"contract-{number}", "name": "A warehouse"},
            "create_account": lambda number: {"code": f"contract-{number}", "name": "An account"},
            "create_listing": lambda number: {
                "account_id": self.known("path.account_id"),
                "marketplace": "US",
                "seller_sku": f"contract-{number}",
                "product_id": self.known("path.product_id"),
            },
            "update_listing": lambda number: {"title": f"Title {number}"},
            "update_lane": lambda number: {"transit_days_p90": 70 + number % 30},
            "create_lane": self._lane,
            "create_exchange_rate": lambda number: {
                "base_currency": "USD",
                "quote_currency": "CNY",
                "rate_date": (date(2020, 1, 1) + timedelta(days=number)).isoformat(),
                "rate": "7.1",
            },
            "create_stock_movement": lambda number: {
                "kind": "receipt",
                "warehouse_id": self.known("warehouses"),
                "lines": [{"product_id": self.known("path.product_id"), "quantity": 1 + number % 9}],
            },
            "create_import": lambda number: {"file": lanes_file(number)},
            "create_replenishment_run": lambda number: {"review_days": 7 + number % 7},
            "create_shipment": lambda number: {
                "account_id": self.known("accounts"),
                "marketplace": "US",
                "warehouse_id": self.known("warehouses"),
                "mode": "slow_sea",
                "lines": [{"listing_id": self.known("path.listing_id"), "units": 1, "break_carton": True}],
            },
            "update_shipment": lambda number: {"note": f"Note {number}"},
            "approve_shipment_proposal": lambda number: {},
            "reject_shipment_proposal": lambda number: {"reason": "No."},
            "create_shipment_proposal_decisions": lambda number: {
                "decisions": [{"proposal_id": self.known("path.proposal_id"), "version": 1, "decision": "approve"}]
            },
            "create_shipment_transition": lambda number: {"to": "booked"},
        }

    def known(self, place: str) -> str:
        """A value that exists."""
        return self._rng.choice(self._known[place])

    def knows(self, place: str) -> bool:
        """Whether values of the place exist."""
        return bool(self._known.get(place))

    def make(self, operation: str, number: int, resource: Mapping[str, Any]) -> Any:
        """A body for the operation on a resource; None when the document's example is as good."""
        if operation == "create_shipment_receipt" and resource.get("lines"):
            return {"lines": [{"listing_id": resource["lines"][0]["listing_id"], "units": 1}]}
        if operation not in self._makers or not self.knows("path.product_id"):
            return None
        return self._makers[operation](number)

    @staticmethod
    def _lane(number: int) -> dict[str, Any]:
        return {
            "marketplace": _MARKETS[number % len(_MARKETS)],
            "mode": _MODES[number // len(_MARKETS) % len(_MODES)],
            "unit_cost": {"amount": "1.50", "currency": "USD"},
            "transit_days_p10": 7,
            "transit_days_p50": 10,
            "transit_days_p90": 15,
        }


def lanes_file(number: int) -> bytes:
    """A small file that imports; another one for each number."""
    return f"marketplace,mode,cost_per_kg,currency,transit_days_p50\nJP,air,40,CNY,{20 + number % 300}\n".encode()
