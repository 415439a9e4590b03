"""Decides what is known about each Amazon marketplace: ids, names, currency, day and date order."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo


class DateOrder(StrEnum):
    """The order of day, month and year in the marketplace's own files."""

    MONTH_FIRST = "mdy"
    DAY_FIRST = "dmy"
    YEAR_FIRST = "ymd"


@dataclass(frozen=True, slots=True)
class Marketplace:
    """One Amazon marketplace; `zone` is where its sales day begins and ends."""

    id: str
    country_code: str
    name: str
    domain: str
    currency: str
    zone: str
    language: str
    date_order: DateOrder
    region: str

    @property
    def zone_info(self) -> ZoneInfo:
        """The IANA zone as an object."""
        return ZoneInfo(self.zone)

    @property
    def sales_channel(self) -> str:
        """The name Amazon's order reports use, such as `Amazon.co.uk`."""
        return "Amazon." + self.domain.removeprefix("amazon.")

    def day_of(self, instant: datetime) -> date:
        """The marketplace's own calendar day of an instant that has an offset."""
        if instant.tzinfo is None:
            raise ValueError("an instant needs an offset")
        return instant.astimezone(self.zone_info).date()


_M, _D, _Y = DateOrder.MONTH_FIRST, DateOrder.DAY_FIRST, DateOrder.YEAR_FIRST

# Zones: Amazon counts the days of its North American stores in Pacific time, Canada and Mexico included.
MARKETPLACES: tuple[Marketplace, ...] = tuple(
    Marketplace(*fields)
    for fields in (
        (
            "ATVPDKIKX0DER",
            "US",
            "United States",
            "amazon.com",
            "USD",
            "America/Los_Angeles",
            "en-US",
            _M,
            "na",
        ),
        ("A2EUQ1WTGCTBG2", "CA", "Canada", "amazon.ca", "CAD", "America/Los_Angeles", "en-CA", _Y, "na"),
        ("A1AM78C64UM0Y8", "MX", "Mexico", "amazon.com.mx", "MXN", "America/Los_Angeles", "es-MX", _D, "na"),
        ("A2Q3Y263D00KWC", "BR", "Brazil", "amazon.com.br", "BRL", "America/Sao_Paulo", "pt-BR", _D, "na"),
        ("A1F83G8C2ARO7P", "GB", "United Kingdom", "amazon.co.uk", "GBP", "Europe/London", "en-GB", _D, "eu"),
        ("A1PA6795UKMFR9", "DE", "Germany", "amazon.de", "EUR", "Europe/Berlin", "de-DE", _D, "eu"),
        ("A13V1IB3VIYZZH", "FR", "France", "amazon.fr", "EUR", "Europe/Paris", "fr-FR", _D, "eu"),
        ("APJ6JRA9NG5V4", "IT", "Italy", "amazon.it", "EUR", "Europe/Rome", "it-IT", _D, "eu"),
        ("A1RKKUPIHCS9HS", "ES", "Spain", "amazon.es", "EUR", "Europe/Madrid", "es-ES", _D, "eu"),
        ("A1805IZSGTT6HS", "NL", "Netherlands", "amazon.nl", "EUR", "Europe/Amsterdam", "nl-NL", _D, "eu"),
        ("AMEN7PMS3EDWL", "BE", "Belgium", "amazon.com.be", "EUR", "Europe/Brussels", "fr-BE", _D, "eu"),
        ("A28R8C7NBKEWEA", "IE", "Ireland", "amazon.ie", "EUR", "Europe/Dublin", "en-IE", _D, "eu"),
        ("A2NODRKZP88ZB9", "SE", "Sweden", "amazon.se", "SEK", "Europe/Stockholm", "sv-SE", _Y, "eu"),
        ("A1C3SOZRARQ6R3", "PL", "Poland", "amazon.pl", "PLN", "Europe/Warsaw", "pl-PL", _D, "eu"),
        ("A33AVAJ2PDY3EV", "TR", "Turkey", "amazon.com.tr", "TRY", "Europe/Istanbul", "tr-TR", _D, "eu"),
        (
            "A2VIGQ35RCS4UG",
            "AE",
            "United Arab Emirates",
            "amazon.ae",
            "AED",
            "Asia/Dubai",
            "en-AE",
            _D,
            "eu",
        ),
        ("A17E79C6D8DWNP", "SA", "Saudi Arabia", "amazon.sa", "SAR", "Asia/Riyadh", "ar-SA", _D, "eu"),
        ("ARBP9OOSHTCHU", "EG", "Egypt", "amazon.eg", "EGP", "Africa/Cairo", "ar-EG", _D, "eu"),
        (
            "AE08WJ6YKNBMC",
            "ZA",
            "South Africa",
            "amazon.co.za",
            "ZAR",
            "Africa/Johannesburg",
            "en-ZA",
            _D,
            "eu",
        ),
        ("A21TJRUUN4KGV", "IN", "India", "amazon.in", "INR", "Asia/Kolkata", "en-IN", _D, "eu"),
        ("A1VC38T7YXB528", "JP", "Japan", "amazon.co.jp", "JPY", "Asia/Tokyo", "ja-JP", _Y, "fe"),
        ("A39IBJ37TRP1C6", "AU", "Australia", "amazon.com.au", "AUD", "Australia/Sydney", "en-AU", _D, "fe"),
        ("A19VAU5U5O4RUS", "SG", "Singapore", "amazon.sg", "SGD", "Asia/Singapore", "en-SG", _D, "fe"),
    )
)

_ALIASES: dict[str, tuple[str, ...]] = {
    "US": ("USA", "United States of America", "Vereinigte Staaten", "アメリカ", "美国"),
    "CA": ("Kanada", "カナダ", "加拿大"),
    "MX": ("México", "Mexiko", "墨西哥"),
    "BR": ("Brasil", "Brasilien", "巴西"),
    "GB": ("UK", "Great Britain", "Vereinigtes Königreich", "イギリス", "英国"),
    "DE": ("Deutschland", "ドイツ", "德国"),
    "FR": ("Frankreich", "フランス", "法国"),
    "IT": ("Italia", "Italien", "イタリア", "意大利"),
    "ES": ("España", "Spanien", "スペイン", "西班牙"),
    "NL": ("Nederland", "Niederlande", "荷兰"),
    "BE": ("België", "Belgique", "Belgien", "比利时"),
    "IE": ("Irland", "爱尔兰"),
    "SE": ("Sverige", "Schweden", "瑞典"),
    "PL": ("Polska", "Polen", "波兰"),
    "TR": ("Türkiye", "Türkei", "土耳其"),
    "AE": ("UAE", "阿联酋"),
    "SA": ("KSA", "沙特阿拉伯"),
    "EG": ("埃及",),
    "ZA": ("南非",),
    "IN": ("Indien", "インド", "印度"),
    "JP": ("日本",),
    "AU": ("オーストラリア", "澳大利亚"),
    "SG": ("新加坡",),
}


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _index() -> dict[str, Marketplace]:
    index: dict[str, Marketplace] = {}
    for market in MARKETPLACES:
        names = (market.id, market.country_code, market.name, market.domain, f"www.{market.domain}")
        for name in (*names, *_ALIASES.get(market.country_code, ())):
            index[_fold(name)] = market
    return index


_BY_NAME = _index()


class UnknownMarketplace(ValueError):
    """A text names no Amazon marketplace."""


def find_marketplace(text: str) -> Marketplace | None:
    """The marketplace a text names: id, country code (GB or UK), name, domain or sales channel; else None."""
    return _BY_NAME.get(_fold(text))


def get_marketplace(text: str) -> Marketplace:
    """As `find_marketplace`, but raises UnknownMarketplace."""
    found = find_marketplace(text)
    if found is None:
        raise UnknownMarketplace(f"no Amazon marketplace is called {text[:80]!r}")
    return found
