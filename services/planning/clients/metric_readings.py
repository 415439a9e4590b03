"""Asks inventory and ads what they have measured, page by page, and inventory for exchange rates."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.planning.domain.feeds import Provider, ReadingPlace, ToldStretch
from services.planning.domain.period import Period
from services.planning.domain.readings import Reading
from services.planning.domain.scope import Scope
from shared.client.base import ApiClient, ApiError, Unreachable
from shared.db.api_keys import find_service_key
from shared.db.engine import Database

SERVICE = "planning"
ATTEMPTS, PAGE = 3, 5_000


class ProviderSilent(Exception):
    """A provider did not answer; the message says why, and shows no address and no key."""


class CursorRefused(Exception):
    """The provider does not know the place any more; what it has told must be asked for from the start."""


@dataclass(frozen=True, slots=True)
class ReadingsPage:
    """Readings, of which parts of days they are all, and where the next page begins; `is_complete` where everything
    known has been told."""

    readings: tuple[Reading, ...]
    told: tuple[ToldStretch, ...]
    next_cursor: str
    is_complete: bool


@dataclass(frozen=True, slots=True)
class DayRate:
    """What one unit of `base_currency` is in `quote_currency` from a day on."""

    base_currency: str
    quote_currency: str
    rate_date: date
    rate: Decimal


class MetricReadingsClient:
    """One provider as asked by the planning service, with its own key in each tenant.

    `secret` None: this installation has given none, and nobody is asked. `transport` replaces the network.
    """

    def __init__(
        self, provider: Provider, url: str, secret: str | None, *, transport: Any = None, page: int = PAGE
    ) -> None:
        self.provider = provider
        self._url = url
        self._secret = secret
        self._transport = transport
        self._page = page

    @asynccontextmanager
    async def asked(self, database: Database, tenant_id: UUID) -> AsyncIterator["Asked"]:
        """The provider as it answers for one tenant. ProviderSilent where planning has no key of it."""
        if self._secret is None:
            raise ProviderSilent("The planning service has no secret for its keys.")
        async with database.session(tenant_id) as session:
            key = await find_service_key(session, tenant_id, SERVICE, self._secret)
        if key is None:
            raise ProviderSilent("The planning service has no live key of this company; run: tradewind migrate")
        async with ApiClient(self._url, key.text, attempts=ATTEMPTS, transport=self._transport) as client:
            yield Asked(client, self._page)


@dataclass(frozen=True, slots=True)
class Asked:
    """A provider in the name of one tenant. All may raise ProviderSilent."""

    client: ApiClient
    limit: int

    async def readings(self, cursor: str | None) -> ReadingsPage:
        """The page behind the cursor; without one the first of all. CursorRefused for one that is not known."""
        parameters = {} if cursor is None else {"cursor": cursor}
        try:
            page = await self.client.get("/metric-readings", limit=self.limit, **parameters)
            return ReadingsPage(
                tuple(_reading(item) for item in page["items"]),
                tuple(_stretch(item) for item in page["told"]),
                str(page["next_cursor"]),
                bool(page["is_complete"]),
            )
        except ApiError as error:
            if error.slug == "invalid-cursor":
                raise CursorRefused from error
            raise ProviderSilent(_reason(error)) from error
        except (Unreachable, TimeoutError, KeyError, TypeError, ValueError, ArithmeticError) as error:
            raise ProviderSilent(_reason(error)) from error

    async def exchange_rates(self) -> list[DayRate]:
        """All rates that it knows."""
        try:
            return [
                DayRate(
                    item["base_currency"],
                    item["quote_currency"],
                    date.fromisoformat(item["rate_date"]),
                    Decimal(item["rate"]),
                )
                async for item in self.client.list_all("/exchange-rates", sort="rate_date", limit=1_000)
            ]
        except (ApiError, Unreachable, TimeoutError, KeyError, TypeError, ValueError, ArithmeticError) as error:
            raise ProviderSilent(_reason(error)) from error


def _reading(item: dict[str, Any]) -> Reading:
    period = item["period"]
    return Reading(
        item["metric_code"],
        Scope(**item["scope"]),
        Period(date.fromisoformat(period["start_date"]), date.fromisoformat(period["end_date"])),
        Decimal(item["value"]),
        datetime.fromisoformat(item["observed_at"]),
        item["currency"],
    )


def _stretch(item: dict[str, Any]) -> ToldStretch:
    return ToldStretch(
        item["marketplace"],
        item["channel"],
        date.fromisoformat(item["end_date"]),
        _place(item.get("after")),
        _place(item.get("until")),
        datetime.fromisoformat(item["observed_at"]),
    )


def _place(item: dict[str, Any] | None) -> ReadingPlace | None:
    return None if item is None else (item["product_ref"], item["metric_code"], date.fromisoformat(item["start_date"]))


def _reason(error: Exception) -> str:
    """In words that show no address and no key."""
    match error:
        case ApiError():
            return f"It answered: {error.status} {error.title}"
        case Unreachable():
            return "It cannot be reached."
        case TimeoutError():
            return "It took too long."
    return "Its answer cannot be read."
