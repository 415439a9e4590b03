"""Asks inventory what advertising has to know of listings; tells a whole answer from a part of one and from none."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.ads.domain.scored import InventoryState
from shared.client.base import ApiClient, ApiError, Unreachable
from shared.db.api_keys import find_service_key
from shared.db.engine import Database

SERVICE = "ads"
ATTEMPTS, PAGE, LIMIT_SECONDS = 3, 1_000, 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingFacts:
    """What inventory says of a listing: money per pack in `currency`, None where nobody has stated it, nor the product.

    `fees` are referral and fulfilment together. Sales are all sales: of the window, of the last 28 days, and of
    the 28 days before these.
    """

    account: str
    marketplace: str
    seller_sku: str
    asin: str | None
    currency: str
    price: Decimal | None
    product_cost: Decimal | None
    fees: Decimal | None
    inbound_freight: Decimal | None
    sellable_units: int
    arriving_units: int
    trailing_daily_units: Decimal | None
    lead_time_days: int | None
    window_sales: Decimal | None
    recent_sales: Decimal | None
    earlier_sales: Decimal | None
    product_code: str | None = None


@dataclass(frozen=True, slots=True)
class FactsAnswer:
    """What came of asking; `message` says why not all came, None when all did."""

    state: InventoryState
    facts: Sequence[ListingFacts]
    message: str | None = None


class InventoryClient:
    """Inventory as asked by the ads service, with its own key in each tenant.

    `secret` None: this installation has given none, and nobody is asked. `transport` replaces the network.
    """

    def __init__(
        self, url: str, secret: str | None, *, transport: Any = None, limit_seconds: float = LIMIT_SECONDS
    ) -> None:
        self._url = url
        self._secret = secret
        self._transport = transport
        self._limit_seconds = limit_seconds

    async def advertising_facts(
        self,
        database: Database,
        tenant_id: UUID,
        *,
        as_of_date: date,
        window_days: int,
        marketplaces: Sequence[str] | None = None,
    ) -> FactsAnswer:
        """All listings, page by page; what had come when inventory fell silent is kept. Raises nothing."""
        if self._secret is None:
            return FactsAnswer(InventoryState.SILENT, (), "The ads service has no secret for its keys.")
        async with database.session(tenant_id) as session:
            key = await find_service_key(session, tenant_id, SERVICE, self._secret)
        if key is None:
            return FactsAnswer(
                InventoryState.SILENT, (), "The ads service has no live key of this company; run: tradewind migrate"
            )
        facts: list[ListingFacts] = []
        try:
            async with (
                asyncio.timeout(self._limit_seconds),
                ApiClient(self._url, key.text, attempts=ATTEMPTS, transport=self._transport) as client,
            ):
                async for item in client.list_all(
                    "/advertising-facts",
                    as_of_date=as_of_date.isoformat(),
                    window_days=window_days,
                    marketplace=None if marketplaces is None else list(marketplaces),
                    limit=PAGE,
                ):
                    facts.append(_facts_of(item))
        except (ApiError, Unreachable, TimeoutError, KeyError, ValueError) as error:
            state = InventoryState.PARTLY if facts else InventoryState.SILENT
            return FactsAnswer(state, facts, f"Inventory did not answer: {_reason(error)}")
        return FactsAnswer(InventoryState.ANSWERED, facts)


def _reason(error: Exception) -> str:
    """In words that show no address and no key."""
    match error:
        case ApiError():
            return f"{error.status} {error.title}"
        case Unreachable():
            return "it cannot be reached"
        case TimeoutError():
            return "it took too long"
    return "its answer cannot be read"


def _facts_of(item: dict[str, Any]) -> ListingFacts:
    fees = [_amount(item[name]) for name in ("referral_fee", "fba_fee")]
    return ListingFacts(
        account=item["account"],
        marketplace=item["marketplace"],
        seller_sku=item["seller_sku"],
        asin=item["asin"],
        currency=item["currency"],
        price=_amount(item["price"]),
        product_cost=_amount(item["product_cost"]),
        fees=None if fees[0] is None or fees[1] is None else fees[0] + fees[1],
        inbound_freight=_amount(item["inbound_freight"]),
        sellable_units=int(item["sellable_units"]),
        arriving_units=int(item["arriving_units"]),
        trailing_daily_units=_decimal(item["trailing_daily_units"]),
        lead_time_days=item["lead_time_days"],
        window_sales=_amount(item["window_sales"]),
        recent_sales=_amount(item["recent_sales"]),
        earlier_sales=_amount(item["earlier_sales"]),
        product_code=item["product_code"],
    )


def _amount(money: dict[str, str] | None) -> Decimal | None:
    return None if money is None else Decimal(money["amount"])


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)
