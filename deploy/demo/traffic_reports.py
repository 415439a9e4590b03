"""Writes what Amazon says of sales and visits: business reports in English and German, sales and traffic JSON."""

import csv
import io
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from deploy.demo.history import ListingHistory, random_for
from deploy.demo.orders import OrderLine
from shared.core.marketplaces import get_marketplace

ENGLISH_COLUMNS = (
    "(Parent) ASIN", "(Child) ASIN", "Title", "SKU", "Sessions - Total", "Session Percentage - Total",
    "Page Views - Total", "Page Views Percentage - Total", "Featured Offer (Buy Box) Percentage", "Units Ordered",
    "Unit Session Percentage", "Ordered Product Sales", "Total Order Items",
)  # fmt: skip
GERMAN_COLUMNS = (
    "(Übergeordnete) ASIN", "(Untergeordnete) ASIN", "Titel", "SKU", "Sitzungen\u00a0– Summe",
    "Prozentwert an Sitzungen – Summe", "Seitenaufrufe\u00a0– Summe", "Prozentsatz Seitenaufrufe – Summe",
    'Hervorgehobenes Angebot ("In-den-Einkaufswagen") – Prozentsatz', "Bestellte Einheiten",
    "Prozentsatz an Einheiten pro Sitzung", "Durch bestellte Produkte erzielter Umsatz", "Zahl der Bestellposten",
)  # fmt: skip

ENGLISH_DATE_COLUMNS = (
    "Date", "Ordered Product Sales", "Units Ordered", "Total Order Items", "Page Views - Total", "Sessions - Total",
    "Featured Offer (Buy Box) Percentage",
)  # fmt: skip
GERMAN_DATE_COLUMNS = (
    "Datum", "Durch bestellte Produkte erzielter Umsatz", "Bestellte Einheiten", "Zahl der Bestellposten",
    "Seitenaufrufe – Summe", "Sitzungen – Summe", "Featured Offer (Buy Box) Percentage",
)  # fmt: skip

_NO_SALES = Decimal("0.00")
_CONVERSION = (0.07, 0.19)
# Somebody looks on days without a sale too, as if so much of one had been sold.
VISITS_WITHOUT_ONE = 0.3
# The mean of what one part in a conversion is.
VISITS_PER_UNIT = math.log(_CONVERSION[1] / _CONVERSION[0]) / (_CONVERSION[1] - _CONVERSION[0])
_VIEWS_PER_SESSION = (1.2, 1.6)
_IN_APP = 0.62


@dataclass(slots=True)
class Figures:
    """Sales and visits of one listing or one day; visits are invented to fit the sales."""

    units: int = 0
    items: int = 0
    sales: Decimal = _NO_SALES
    sessions: int = 0
    page_views: int = 0
    buy_box: float = 100.0

    def add(self, other: "Figures") -> None:
        """Count the other one in."""
        self.units += other.units
        self.items += other.items
        self.sales += other.sales
        self.sessions += other.sessions
        self.page_views += other.page_views
        self.buy_box = min(self.buy_box, other.buy_box)


def figures_by_listing_day(
    lines: Iterable[OrderLine], histories: Sequence[ListingHistory], days: Sequence[date], seed: int
) -> dict[tuple[str, date], Figures]:
    """What each listing did on each of the days; ordered means not cancelled and sold on Amazon."""
    found: dict[tuple[str, date], Figures] = defaultdict(Figures)
    wanted = set(days)
    for line in lines:
        if line.sale_date in wanted and line.order_status != "Cancelled" and line.sales_channel != "Non-Amazon":
            figures = found[line.history.listing.seller_sku, line.sale_date]
            figures.units += line.quantity
            figures.items += 1
            figures.sales += line.price or _NO_SALES
    for history in histories:
        for day in days:
            figures = found[history.listing.seller_sku, day]
            random = random_for(seed, history.listing.seller_sku, "traffic", day.isoformat())
            conversion = random.uniform(*_CONVERSION)
            visits = int(random.poisson((figures.units + VISITS_WITHOUT_ONE) / conversion))
            figures.sessions = max(figures.items, visits)
            figures.page_views = round(figures.sessions * random.uniform(*_VIEWS_PER_SESSION))
            figures.buy_box = round(float(random.uniform(93.0, 100.0)), 2)
    return found


def business_report(
    market: str, lines: Iterable[OrderLine], histories: Sequence[ListingHistory], days: Sequence[date], seed: int
) -> bytes:
    """Detail page sales and traffic by child item and SKU: UTF-8 with mark, LF, quoted where needed.

    The German one writes whole numbers and percentages in English style and money in German style.
    """
    by_day = figures_by_listing_day(lines, histories, days, seed)
    totals: dict[str, Figures] = defaultdict(Figures)
    for (sku, _), figures in by_day.items():
        totals[sku].add(figures)
    all_sessions = sum(figures.sessions for figures in totals.values())
    all_views = sum(figures.page_views for figures in totals.values())
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(GERMAN_COLUMNS if market == "DE" else ENGLISH_COLUMNS)
    for history in sorted(histories, key=lambda each: -totals[each.listing.seller_sku].sessions):
        figures = totals[history.listing.seller_sku]
        if figures.sessions:
            writer.writerow(_business_row(market, history, figures, all_sessions, all_views))
    return ("\ufeff" + text.getvalue()).encode()


def business_report_by_date(
    market: str, lines: Iterable[OrderLine], histories: Sequence[ListingHistory], days: Sequence[date], seed: int
) -> bytes:
    """Sales and traffic by date: what all listings together did on each of the days, in the style of the other one."""
    by_day = figures_by_listing_day(lines, histories, days, seed)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(GERMAN_DATE_COLUMNS if market == "DE" else ENGLISH_DATE_COLUMNS)
    for day in days:
        total = Figures()
        for history in histories:
            total.add(by_day[history.listing.seller_sku, day])
        writer.writerow(
            (
                f"{day:%d.%m.%Y}" if market == "DE" else f"{day:%m/%d/%Y}",
                _euros(total.sales) if market == "DE" else f"${total.sales:,.2f}",
                f"{total.units:,}",
                f"{total.items:,}",
                f"{total.page_views:,}",
                f"{total.sessions:,}",
                f"{total.buy_box:.2f}%",
            )
        )
    return ("\ufeff" + text.getvalue()).encode()


def _business_row(
    market: str, history: ListingHistory, figures: Figures, all_sessions: int, all_views: int
) -> tuple[str, ...]:
    return (
        history.asin,
        history.asin,
        history.name,
        history.listing.seller_sku,
        f"{figures.sessions:,}",
        _percent(figures.sessions, all_sessions),
        f"{figures.page_views:,}",
        _percent(figures.page_views, all_views),
        f"{figures.buy_box:.2f}%",
        f"{figures.units:,}",
        _percent(figures.units, figures.sessions),
        _euros(figures.sales) if market == "DE" else f"${figures.sales:,.2f}",
        f"{figures.items:,}",
    )


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole if whole else 0:.2f}%"


def _euros(amount: Decimal) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,")) + "\u00a0€"


def sales_and_traffic_report(
    market: str, lines: Sequence[OrderLine], histories: Sequence[ListingHistory], days: Sequence[date], seed: int
) -> bytes:
    """GET_SALES_AND_TRAFFIC_REPORT by day and by SKU; `salesAndTrafficByAsin` covers the whole range."""
    facts = get_marketplace(market)
    by_day = figures_by_listing_day(lines, histories, days, seed)
    dates = []
    for day in days:
        total = Figures()
        for history in histories:
            total.add(by_day[history.listing.seller_sku, day])
        dates.append({"date": day.isoformat(), **_date_entry(total, facts.currency, len(histories))})
    asins = []
    for history in histories:
        total = Figures()
        for day in days:
            total.add(by_day[history.listing.seller_sku, day])
        asins.append(
            {"parentAsin": history.asin, "childAsin": history.asin, "sku": history.listing.seller_sku}
            | _asin_entry(total, facts.currency)
        )
    report = {
        "reportSpecification": {
            "reportType": "GET_SALES_AND_TRAFFIC_REPORT",
            "reportOptions": {"dateGranularity": "DAY", "asinGranularity": "SKU"},
            "dataStartTime": days[0].isoformat(),
            "dataEndTime": days[-1].isoformat(),
            "marketplaceIds": [facts.id],
        },
        "salesAndTrafficByDate": dates,
        "salesAndTrafficByAsin": asins,
    }
    return json.dumps(report, indent=2).encode()


def _money(amount: Decimal, currency: str) -> dict[str, object]:
    return {"amount": float(round(amount, 2)), "currencyCode": currency}


def _date_entry(figures: Figures, currency: str, listings: int) -> dict[str, object]:
    app_sessions, app_views = round(figures.sessions * _IN_APP), round(figures.page_views * _IN_APP)
    return {
        "salesByDate": {
            "orderedProductSales": _money(figures.sales, currency),
            "unitsOrdered": figures.units,
            "totalOrderItems": figures.items,
            "averageSalesPerOrderItem": _money(figures.sales / max(1, figures.items), currency),
            "averageUnitsPerOrderItem": round(figures.units / max(1, figures.items), 2),
            "averageSellingPrice": _money(figures.sales / max(1, figures.units), currency),
            "unitsRefunded": figures.units // 25,
            "refundRate": round(100 * (figures.units // 25) / max(1, figures.units), 2),
            "claimsGranted": 0,
            "claimsAmount": _money(_NO_SALES, currency),
            "shippedProductSales": _money(figures.sales, currency),
            "unitsShipped": figures.units,
            "ordersShipped": figures.items,
        },
        "trafficByDate": {
            "browserPageViews": figures.page_views - app_views,
            "mobileAppPageViews": app_views,
            "pageViews": figures.page_views,
            "browserSessions": figures.sessions - app_sessions,
            "mobileAppSessions": app_sessions,
            "sessions": figures.sessions,
            "buyBoxPercentage": figures.buy_box,
            "orderItemSessionPercentage": round(100 * figures.items / max(1, figures.sessions), 2),
            "unitSessionPercentage": round(100 * figures.units / max(1, figures.sessions), 2),
            "averageOfferCount": listings,
            "averageParentItems": listings,
            "feedbackReceived": 0,
            "negativeFeedbackReceived": 0,
            "receivedNegativeFeedbackRate": 0.0,
        },
    }


def _asin_entry(figures: Figures, currency: str) -> dict[str, object]:
    app_sessions, app_views = round(figures.sessions * _IN_APP), round(figures.page_views * _IN_APP)
    return {
        "salesByAsin": {
            "unitsOrdered": figures.units,
            "orderedProductSales": _money(figures.sales, currency),
            "totalOrderItems": figures.items,
        },
        "trafficByAsin": {
            "browserSessions": figures.sessions - app_sessions,
            "mobileAppSessions": app_sessions,
            "sessions": figures.sessions,
            "browserPageViews": figures.page_views - app_views,
            "mobileAppPageViews": app_views,
            "pageViews": figures.page_views,
            "buyBoxPercentage": figures.buy_box,
            "unitSessionPercentage": round(100 * figures.units / max(1, figures.sessions), 2),
        },
    }


def days_before(today: date, count: int) -> list[date]:
    """The last `count` days before `today`, oldest first."""
    return [today - timedelta(days=back) for back in range(count, 0, -1)]
