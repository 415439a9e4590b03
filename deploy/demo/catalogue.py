"""Decides who the demo seller is: an invented brand, its products and listings, and what befalls each of them."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

BRAND = "Halden & Reed"
SUPPLIER_CURRENCY = "CNY"
WAREHOUSE = "NINGBO"

# Relative demand in each calendar month, January first; each profile averages about one.
SEASONS: dict[str, tuple[float, ...]] = {
    "flat": (1.0, 0.97, 0.98, 0.98, 1.0, 1.0, 1.03, 1.0, 0.98, 0.99, 1.05, 1.1),
    "summer_travel": (0.7, 0.75, 0.9, 1.0, 1.2, 1.45, 1.55, 1.25, 0.85, 0.75, 0.75, 0.85),
    "outdoor": (0.35, 0.45, 0.8, 1.2, 1.7, 1.95, 1.85, 1.45, 0.85, 0.5, 0.4, 0.45),
    "winter": (1.15, 0.95, 0.8, 0.7, 0.65, 0.65, 0.7, 0.8, 1.0, 1.2, 1.6, 1.8),
    "gift": (0.75, 0.8, 0.8, 0.85, 0.95, 0.95, 0.9, 0.85, 0.9, 1.05, 1.5, 1.9),
    "resolution": (1.85, 1.35, 1.1, 0.95, 0.9, 0.85, 0.8, 0.85, 0.95, 0.9, 0.85, 0.9),
    "christmas": (0.15, 0.05, 0.05, 0.05, 0.05, 0.05, 0.1, 0.25, 0.8, 2.2, 4.2, 4.1),
}


@dataclass(frozen=True, slots=True)
class Product:
    """A product as its maker knows it; `cost` in CNY, `weight_kg` and `volume_l` of one packed unit."""

    code: str
    name: str
    name_de: str
    season: str
    cost: Decimal
    carton_units: int
    minimum_order_units: int
    production_days: int
    weight_kg: float
    length_cm: int
    width_cm: int
    height_cm: int
    domestic_cartons: int

    @property
    def volume_l(self) -> float:
        """Volume of one packed unit in litres."""
        return self.length_cm * self.width_cm * self.height_cm / 1000


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A shipment that has left: `units` of the listing's own packs, by `mode`, so many days ago."""

    mode: str
    units: int
    departed_days_ago: int


@dataclass(frozen=True, slots=True)
class SoldOut:
    """A stretch without stock in the month so many before the present one, so that the month's review shows it."""

    months_ago: int
    first_day: int
    length: int

    def dates(self, today: date) -> list[date]:
        """Its days, for a seller of `today`."""
        month = today.year * 12 + today.month - 1 - self.months_ago
        first = date(month // 12, month % 12 + 1, self.first_day)
        return [first + timedelta(days=number) for number in range(self.length)]


@dataclass(frozen=True, slots=True)
class Listing:
    """An offer in one marketplace and its story.

    `daily_units` is the mean of a usual day; `growth` multiplies demand over the last 120 days; `cover_days` is
    what is sellable today in days of present sales; `empty` are stretches (days ago, length) without stock, `sold_out`
    is one within a calendar month.
    """

    marketplace: str
    product: str
    price: Decimal
    daily_units: float
    cover_days: float = 40.0
    units_per_listing: int = 1
    launched_days_ago: int | None = None
    fading_from_days_ago: int | None = None
    growth: float = 1.0
    empty: tuple[tuple[int, int], ...] = ()
    sold_out: SoldOut | None = None
    under_way: tuple[UnderWay, ...] = ()
    working_units: int = 0

    @property
    def seller_sku(self) -> str:
        """The seller's own name of the offer: product code, pack and marketplace suffix."""
        pack = f"-{self.units_per_listing}PK" if self.units_per_listing > 1 else ""
        return f"{self.product}{pack}{'-EU' if self.marketplace == 'DE' else ''}"


@dataclass(frozen=True, slots=True)
class Lane:
    """A way from the domestic warehouse to Amazon's: money per kg in CNY, days door to door until sellable."""

    marketplace: str
    mode: str
    cost_per_kg: Decimal
    minimum_days: int
    likely_days: int
    late_days: int


@dataclass(frozen=True, slots=True)
class Market:
    """What differs between the seller's two marketplaces."""

    marketplace: str
    account: str
    places: tuple[tuple[str, str, str, str], ...]
    tax_rate: Decimal
    prices_include_tax: bool
    order_prefixes: tuple[str, ...]

    def tax_of(self, price: Decimal) -> Decimal:
        """The tax on a line of this price: on top of it, or contained in it."""
        tax = price * self.tax_rate / (1 + self.tax_rate if self.prices_include_tax else 1)
        return tax.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _product(
    code: str,
    names: tuple[str, str],
    season: str,
    cost: str,
    carton: int,
    moq: int,
    days: int,
    kg: float,
    size: tuple[int, int, int],
    domestic: int,
) -> Product:
    return Product(code, names[0], names[1], season, Decimal(cost), carton, moq, days, kg, *size, domestic)


PRODUCTS: tuple[Product, ...] = (
    _product(
        "HR-CUBE6",
        ("Packing Cubes, Set of 6 – Lightweight Travel Organisers", "Packwürfel 6-teilig – leichte Kleidertaschen"),
        "summer_travel",
        "46.00",
        24,
        480,
        25,
        0.48,
        (34, 26, 4),
        62,
    ),
    _product(
        "HR-CUBE3",
        ("Packing Cubes, Set of 3 – Carry-On Size", "Packwürfel 3-teilig – Handgepäckgröße"),
        "summer_travel",
        "27.50",
        40,
        600,
        25,
        0.26,
        (30, 22, 3),
        21,
    ),
    _product(
        "HR-TOWEL-M",
        ('Microfibre Travel Towel – 40" x 20", Quick Dry', "Mikrofaser-Reisehandtuch 100 × 50 cm, schnell trocknend"),
        "summer_travel",
        "14.20",
        60,
        900,
        20,
        0.17,
        (20, 12, 4),
        18,
    ),
    _product(
        "HR-TOWEL-L",
        ('Microfibre Travel Towel – 63" x 31", Quick Dry', "Mikrofaser-Reisehandtuch 160 × 80 cm, schnell trocknend"),
        "summer_travel",
        "22.80",
        40,
        600,
        20,
        0.31,
        (24, 14, 5),
        24,
    ),
    _product(
        "HR-PICNIC",
        ('Picnic Blanket – 79" x 79", Waterproof Backing', "Picknickdecke 200 × 200 cm, wasserdichte Unterseite"),
        "outdoor",
        "48.50",
        12,
        300,
        30,
        1.15,
        (38, 28, 9),
        40,
    ),
    _product(
        "HR-COOLER",
        ("Foldable Cooler Bag – 24 l, Leakproof", "Faltbare Kühltasche 24 l, auslaufsicher"),
        "outdoor",
        "52.00",
        12,
        300,
        30,
        0.82,
        (34, 30, 7),
        26,
    ),
    _product(
        "HR-LANTERN",
        ("Rechargeable Camping Lantern – 600 lm, Dimmable", "Wiederaufladbare Campinglaterne 600 lm, dimmbar"),
        "winter",
        "58.00",
        20,
        400,
        35,
        0.52,
        (20, 11, 11),
        34,
    ),
    _product(
        "HR-LAMP",
        ("Clip-On Reading Lamp – 3 Colours, 80 h Battery", "Klemm-Leselampe – 3 Farben, 80 h Akku"),
        "winter",
        "24.60",
        50,
        1000,
        30,
        0.14,
        (16, 9, 5),
        36,
    ),
    _product(
        "HR-LAMP-W",
        ("Clip-On Reading Lamp – Warm White (older model)", "Klemm-Leselampe warmweiß (Vorgängermodell)"),
        "winter",
        "21.40",
        50,
        1000,
        30,
        0.14,
        (16, 9, 5),
        9,
    ),
    _product(
        "HR-MUG-GRY",
        ("Insulated Travel Mug 15 oz – Stone Grey", "Thermobecher 450 ml – steingrau"),
        "gift",
        "33.50",
        24,
        480,
        28,
        0.42,
        (22, 10, 10),
        44,
    ),
    _product(
        "HR-MUG-GRN",
        ("Insulated Travel Mug 15 oz – Moss Green", "Thermobecher 450 ml – moosgrün"),
        "gift",
        "33.50",
        24,
        480,
        28,
        0.42,
        (22, 10, 10),
        15,
    ),
    _product(
        "HR-BOTTLE",
        ("Steel Water Bottle 34 oz – Leakproof Lid", "Edelstahl-Trinkflasche 1 l – auslaufsicher"),
        "resolution",
        "31.00",
        24,
        480,
        28,
        0.39,
        (28, 9, 9),
        30,
    ),
    _product(
        "HR-DRAWER",
        ("Bamboo Drawer Organiser – Expandable, 7 Slots", "Schubladen-Organizer aus Bambus – ausziehbar, 7 Fächer"),
        "flat",
        "55.00",
        10,
        300,
        35,
        1.35,
        (44, 34, 6),
        30,
    ),
    _product(
        "HR-SPICE",
        ("Bamboo Spice Rack – 3 Tiers", "Gewürzregal aus Bambus – 3 Etagen"),
        "flat",
        "61.00",
        8,
        240,
        35,
        1.55,
        (40, 26, 12),
        14,
    ),
    _product(
        "HR-BOARD",
        ("Bamboo Cutting Boards, Set of 3 – Juice Groove", "Schneidebretter aus Bambus, 3er-Set – Saftrille"),
        "gift",
        "50.50",
        10,
        300,
        35,
        1.8,
        (40, 30, 5),
        22,
    ),
    _product(
        "HR-HOOK",
        ("Over-Door Hooks – Padded Steel, 5 Pegs", "Türhaken – gepolsterter Stahl, 5 Haken"),
        "flat",
        "16.80",
        50,
        1000,
        20,
        0.36,
        (46, 12, 4),
        28,
    ),
    _product(
        "HR-LEASH",
        ("Hands-Free Dog Leash – Reflective, 4–7 ft", "Jogging-Hundeleine – reflektierend, 1,2–2,1 m"),
        "flat",
        "23.00",
        50,
        500,
        25,
        0.28,
        (18, 12, 5),
        20,
    ),
    _product(
        "HR-DOGBED",
        ('Foldable Dog Travel Bed – 35" x 24"', "Faltbares Hunde-Reisebett 90 × 60 cm"),
        "flat",
        "66.00",
        8,
        160,
        30,
        1.4,
        (46, 32, 11),
        24,
    ),
    _product(
        "HR-YOGA",
        ('Non-Slip Yoga Mat – 72" x 26", 5 mm', "Rutschfeste Yogamatte 183 × 66 cm, 5 mm"),
        "resolution",
        "47.00",
        10,
        300,
        30,
        1.3,
        (66, 14, 14),
        60,
    ),
    _product(
        "HR-ROLLER",
        ('Foam Roller – 13", Medium Density', "Faszienrolle 33 cm, mittlere Härte"),
        "resolution",
        "28.00",
        16,
        320,
        25,
        0.62,
        (34, 14, 14),
        42,
    ),
    _product(
        "HR-PILLOW",
        ("Memory Foam Neck Pillow – with Travel Pouch", "Nackenkissen aus Memory-Schaum – mit Reisebeutel"),
        "summer_travel",
        "36.50",
        20,
        400,
        28,
        0.38,
        (24, 18, 13),
        26,
    ),
    _product(
        "HR-ADAPTER",
        ("Universal Travel Adapter – 65 W USB-C", "Universal-Reiseadapter – 65 W USB-C"),
        "summer_travel",
        "68.00",
        40,
        400,
        35,
        0.21,
        (8, 7, 6),
        16,
    ),
    _product(
        "HR-LIGHTS",
        ("String Lights – 66 ft, 200 LED, 8 Modes", "Lichterkette 20 m, 200 LED, 8 Modi"),
        "christmas",
        "26.00",
        40,
        800,
        30,
        0.33,
        (16, 14, 7),
        30,
    ),
    _product(
        "HR-STOCKING",
        ("Felt Christmas Stockings, Set of 2", "Filz-Weihnachtsstrümpfe, 2er-Set"),
        "christmas",
        "19.50",
        40,
        400,
        25,
        0.2,
        (30, 20, 3),
        6,
    ),
)


def _us(product: str, price: str, daily: float, **story: object) -> Listing:
    return Listing("US", product, Decimal(price), daily, **story)  # type: ignore[arg-type]


def _de(product: str, price: str, daily: float, **story: object) -> Listing:
    return Listing("DE", product, Decimal(price), daily, **story)  # type: ignore[arg-type]


LISTINGS: tuple[Listing, ...] = (
    _us("HR-CUBE6", "29.99", 6.0, cover_days=52, under_way=(UnderWay("slow_sea", 240, 21),)),
    _us("HR-CUBE3", "19.99", 2.4, cover_days=33, empty=((205, 16),)),
    _us("HR-TOWEL-M", "14.99", 3.1, cover_days=47),
    _us("HR-TOWEL-L", "18.99", 2.2, cover_days=28, under_way=(UnderWay("slow_sea", 80, 30),)),
    _us("HR-PICNIC", "36.99", 2.6, cover_days=95, empty=((150, 12),)),
    _us("HR-COOLER", "34.99", 1.6, cover_days=110),
    _us("HR-LANTERN", "32.99", 2.8, cover_days=17, under_way=(UnderWay("fast_sea", 120, 24),)),
    _us("HR-LAMP", "17.99", 7.5, cover_days=9, sold_out=SoldOut(2, 8, 10), under_way=(UnderWay("slow_sea", 400, 28),)),
    _us("HR-LAMP-W", "15.99", 2.6, cover_days=600, fading_from_days_ago=260),
    _us("HR-MUG-GRY", "24.99", 4.2, cover_days=24, under_way=(UnderWay("slow_sea", 144, 12), UnderWay("air", 48, 4))),
    _us("HR-MUG-GRN", "24.99", 1.5, cover_days=44),
    _us("HR-BOTTLE", "22.99", 2.9, cover_days=36),
    _us("HR-DRAWER", "32.99", 2.1, cover_days=58, working_units=60),
    _us("HR-SPICE", "36.99", 0.9, cover_days=70),
    _us("HR-BOARD", "34.99", 1.4, cover_days=21, under_way=(UnderWay("slow_sea", 60, 35),)),
    _us("HR-HOOK", "13.99", 3.6, cover_days=41),
    _us("HR-HOOK", "34.99", 0.9, cover_days=30, units_per_listing=3, launched_days_ago=230),
    _us("HR-LEASH", "18.99", 1.9, cover_days=38),
    _us("HR-DOGBED", "44.99", 1.1, cover_days=62, empty=((120, 20),)),
    _us("HR-YOGA", "33.99", 3.0, cover_days=27),
    _us("HR-ROLLER", "24.99", 1.7, cover_days=49),
    _us("HR-PILLOW", "26.99", 1.8, cover_days=35),
    _us("HR-ADAPTER", "34.99", 3.4, cover_days=14, launched_days_ago=118, growth=2.4),
    _us("HR-LIGHTS", "19.99", 3.2, cover_days=13, under_way=(UnderWay("air", 80, 6),)),
    _us("HR-STOCKING", "16.99", 0.8, cover_days=40),
    _de("HR-CUBE6", "27.99", 3.0, cover_days=44),
    _de("HR-CUBE3", "18.99", 1.1, cover_days=51),
    _de("HR-TOWEL-L", "17.99", 1.5, cover_days=31, empty=((188, 21),)),
    _de("HR-PICNIC", "34.99", 1.2, cover_days=130),
    _de("HR-LANTERN", "29.99", 1.4, cover_days=26),
    _de("HR-LAMP", "16.99", 3.8, cover_days=19, under_way=(UnderWay("slow_sea", 200, 33),)),
    _de("HR-MUG-GRY", "22.99", 2.0, cover_days=22, empty=((14, 6),)),
    _de("HR-MUG-GRN", "22.99", 0.5, cover_days=90),
    _de("HR-BOTTLE", "20.99", 1.6, cover_days=40, under_way=(UnderWay("slow_sea", 72, 16),)),
    _de("HR-DRAWER", "29.99", 1.3, cover_days=0, empty=((6, 6),), under_way=(UnderWay("slow_sea", 70, 40),)),
    _de("HR-HOOK", "12.99", 2.2, cover_days=37),
    _de("HR-HOOK", "32.99", 0.4, cover_days=48, units_per_listing=3, launched_days_ago=200),
    _de("HR-YOGA", "30.99", 1.6, cover_days=29),
    _de("HR-PILLOW", "24.99", 0.7, cover_days=66),
    _de("HR-ADAPTER", "32.99", 0.9, cover_days=30, launched_days_ago=64, growth=1.5),
    _de("HR-LIGHTS", "18.99", 1.9, cover_days=10, under_way=(UnderWay("fast_sea", 80, 18),)),
)

LANES: tuple[Lane, ...] = (
    Lane("US", "slow_sea", Decimal("7.20"), 36, 44, 62),
    Lane("US", "fast_sea", Decimal("18.00"), 23, 29, 41),
    Lane("US", "air", Decimal("72.00"), 7, 10, 16),
    Lane("DE", "slow_sea", Decimal("8.00"), 40, 48, 68),
    Lane("DE", "fast_sea", Decimal("20.00"), 26, 32, 44),
    Lane("DE", "air", Decimal("80.00"), 7, 10, 17),
)

# City, state or region, postal code, country of the buyers; public places, invented orders.
US_PLACES = (
    ("AUSTIN", "TX", "78701", "US"),
    ("SEATTLE", "WA", "98101", "US"),
    ("ORLANDO", "FLORIDA", "32801", "US"),
    ("BROOKLYN", "NY", "11201", "US"),
    ("DENVER", "CO", "80202", "US"),
    ("San Diego", "CA", "92101", "US"),
    ("Birmingham", "Alabama", "35203", "US"),
    ("CHICAGO", "IL", "60601", "US"),
    ("Columbus", "OH", "43215", "US"),
    ("PORTLAND", "OR", "97201", "US"),
)
DE_PLACES = (
    ("Berlin", "Berlin", "10115", "DE"),
    ("Hamburg", "Hamburg", "20095", "DE"),
    ("München", "Bayern", "80331", "DE"),
    ("Köln", "", "50667", "DE"),
    ("Leipzig", "Sachsen", "04109", "DE"),
    ("Münster", "NRW", "48143", "DE"),
    ("Wien", "", "1010", "AT"),
)

MARKETS: dict[str, Market] = {
    "US": Market("US", "halden-na", US_PLACES, Decimal("0.07"), False, ("111", "112", "113", "114")),
    "DE": Market("DE", "halden-eu", DE_PLACES, Decimal("0.19"), True, ("302", "303", "305", "306")),
}
