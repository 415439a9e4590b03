"""Decides what the demo seller advertises: its campaigns, what they bid on, what shoppers type, and how that goes."""

from dataclasses import dataclass, field, replace

DAYS = 123
"""How many days of advertising there are, the last the day before `today`: three full months and the running one."""


@dataclass(frozen=True, slots=True)
class Term:
    """What shoppers type: its share of the target's clicks (any scale), and the true chance that a click buys."""

    text: str
    weight: float
    conversion: float


@dataclass(frozen=True, slots=True)
class Target:
    """A keyword (with a match type), an expression, or a choice of Amazon's; `clicks` a usual day without a limit."""

    text: str
    match: str | None
    bid: float
    clicks: float
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign with one ad group; `placements` are the shares of clicks at the top of search, in the rest of it and
    on product pages, `modifier` what the first is bid higher in per cent.

    `conversion_falls` is a factor on conversion over so many last days: (days, factor).
    """

    marketplace: str
    name: str
    portfolio: str
    seller_sku: str
    daily_budget: float
    click_through: float
    targets: tuple[Target, ...]
    is_automatic: bool = False
    is_brand: bool = False
    placements: tuple[float, float, float] = (0.45, 0.3, 0.25)
    modifier: int = 0
    conversion_falls: tuple[int, float] | None = None
    story: str = field(default="healthy", compare=False)


def _terms(*terms: tuple[str, float, float]) -> tuple[Term, ...]:
    return tuple(Term(*term) for term in terms)


_NARROWER = {
    "US": (
        "for women",
        "for men",
        "large",
        "small",
        "best",
        "cheap",
        "black",
        "gift",
        "2 pack",
        "amazon",
        "lightweight",
        "premium",
        "kids",
        "on sale",
    ),
    "DE": ("groß", "klein", "günstig", "schwarz", "geschenk", "set", "test", "amazon", "kinder", "leicht"),
}
_NARROWER_SHARE = 0.3


def _with_tail(campaign: Campaign) -> Campaign:
    """The campaign with the many rare searches that every keyword but an exact one finds."""
    return replace(campaign, targets=tuple(_wider(campaign.marketplace, target) for target in campaign.targets))


def _wider(marketplace: str, target: Target) -> Target:
    words = _NARROWER[marketplace]
    if target.match == "exact" or "=" in target.text or target.terms[0].text.startswith("b0"):
        return target
    weight = sum(term.weight for term in target.terms)
    mean = sum(term.weight * term.conversion for term in target.terms) / weight
    first = target.text if target.match is not None else target.terms[0].text
    each = weight * _NARROWER_SHARE / len(words)
    # Rarer and rarer, some better and some worse than the others.
    tail = (
        Term(f"{first} {word}", each * (1.7 - 1.4 * place / len(words)), mean * (0.3 + (place * 5 % 7) * 0.24))
        for place, word in enumerate(words)
    )
    return replace(target, terms=(*target.terms, *tail))


_CAST: tuple[Campaign, ...] = (
    Campaign(
        "US",
        "SP | Travel adapter | exact",
        "Travel",
        "HR-ADAPTER",
        60.0,
        0.0075,
        (
            Target("universal travel adapter", "exact", 1.05, 15, _terms(("universal travel adapter", 1, 0.14))),
            Target("travel adapter usb c", "exact", 0.95, 9, _terms(("travel adapter usb c", 1, 0.155))),
            Target("65w travel adapter", "exact", 0.9, 5, _terms(("65w travel adapter", 1, 0.17))),
        ),
        modifier=40,
    ),
    Campaign(
        "US",
        "SP | Travel adapter | broad",
        "Travel",
        "HR-ADAPTER",
        60.0,
        0.009,
        (
            Target(
                "usb c charger",
                "broad",
                1.35,
                17,
                _terms(
                    ("usb c charger", 5, 0.006),
                    ("usb c charger block", 4, 0.004),
                    ("fast charger iphone", 3, 0.002),
                    ("65w usb c charger laptop", 3, 0.012),
                    ("charger for macbook", 2, 0.003),
                    ("usb c wall charger", 2, 0.006),
                    ("usb c hub", 1, 0.002),
                    ("car charger usb c", 1, 0.001),
                ),
            ),
            Target(
                "travel plug",
                "broad",
                1.1,
                9,
                _terms(
                    ("travel plug", 4, 0.09),
                    ("travel plug adapter europe", 4, 0.115),
                    ("european travel plug", 3, 0.1),
                    ("uk travel plug", 2, 0.085),
                    ("power strip travel plug", 2, 0.03),
                    ("travel plug converter hair dryer", 2, 0.005),
                ),
            ),
        ),
        placements=(0.3, 0.4, 0.3),
        story="bleeding: a keyword that finds people who look for something else",
    ),
    Campaign(
        "US",
        "SP | Packing cubes | auto",
        "Travel",
        "HR-CUBE6",
        35.0,
        0.008,
        (
            Target(
                "close-match",
                None,
                0.85,
                7,
                _terms(
                    ("packing cubes", 6, 0.09),
                    ("packing cubes for suitcases", 5, 0.125),
                    ("travel packing cubes set of 6", 3, 0.2),
                    ("luggage organizer bags", 3, 0.1),
                    ("compression packing cubes", 3, 0.02),
                    ("suitcase organizer", 2, 0.085),
                ),
            ),
            Target(
                "loose-match",
                None,
                0.7,
                7,
                _terms(
                    ("travel essentials", 4, 0.012),
                    ("carry on luggage", 4, 0.002),
                    ("toiletry bag", 3, 0.003),
                    ("vacuum storage bags", 3, 0.004),
                    ("laundry bag travel", 2, 0.02),
                    ("duffel bag", 2, 0.001),
                    ("cruise must haves", 1, 0.03),
                ),
            ),
            Target("substitutes", None, 0.75, 3, _terms(("b0travel01", 3, 0.08), ("b0travel02", 2, 0.035))),
            Target("complements", None, 0.6, 2, _terms(("b0travel11", 2, 0.03), ("b0travel12", 1, 0.0))),
        ),
        is_automatic=True,
        placements=(0.25, 0.35, 0.4),
        story="a search that finds both gold and rubble",
    ),
    Campaign(
        "US",
        "SP | Packing cubes | phrase",
        "Travel",
        "HR-CUBE6",
        40.0,
        0.006,
        (
            Target(
                "packing cubes",
                "phrase",
                0.9,
                7,
                _terms(
                    ("packing cubes", 6, 0.105),
                    ("packing cubes for suitcases", 4, 0.13),
                    ("lightweight packing cubes", 2, 0.15),
                    ("packing cubes carry on", 2, 0.12),
                    ("packing cubes women", 2, 0.1),
                    ("kids packing cubes", 1, 0.05),
                ),
            ),
        ),
    ),
    Campaign(
        "US",
        "SP | Halden & Reed | brand",
        "Brand",
        "HR-CUBE6",
        15.0,
        0.03,
        (
            Target(
                "halden reed",
                "phrase",
                0.45,
                2,
                _terms(("halden reed", 4, 0.27), ("halden and reed packing cubes", 3, 0.33)),
            ),
        ),
        is_brand=True,
        placements=(0.8, 0.15, 0.05),
        story="defends the own brand",
    ),
    Campaign(
        "US",
        "SP | Reading lamp | broad",
        "Home",
        "HR-LAMP",
        45.0,
        0.0065,
        (
            Target(
                "book light",
                "broad",
                0.62,
                26,
                _terms(
                    ("book light", 6, 0.125),
                    ("book light for reading in bed", 5, 0.15),
                    ("reading light clip on", 4, 0.14),
                    ("rechargeable book light", 3, 0.145),
                    ("kids book light", 1, 0.07),
                ),
            ),
            Target(
                "clip on lamp",
                "broad",
                0.6,
                9,
                _terms(("clip on lamp", 3, 0.08), ("clip on desk lamp", 2, 0.045), ("bed lamp clip", 2, 0.11)),
            ),
        ),
        story="its product runs out of stock",
    ),
    Campaign(
        "US",
        "SP | Travel mug | broad",
        "Home",
        "HR-MUG-GRY",
        50.0,
        0.0085,
        (
            Target(
                "coffee mug",
                "broad",
                1.2,
                15,
                _terms(
                    ("coffee mug", 5, 0.012),
                    ("funny coffee mugs", 4, 0.0),
                    ("coffee mug set of 6", 3, 0.002),
                    ("coffee mug warmer", 3, 0.001),
                    ("coffee mug with lid", 2, 0.05),
                ),
            ),
            Target(
                "insulated travel mug",
                "broad",
                1.15,
                13,
                _terms(
                    ("insulated travel mug", 4, 0.11),
                    ("insulated coffee travel mug", 4, 0.115),
                    ("travel mug with handle", 3, 0.03),
                    ("15 oz travel mug", 2, 0.14),
                ),
            ),
        ),
        story="bleeding: a keyword far too wide",
    ),
    Campaign(
        "US",
        "SP | String lights | product pages",
        "Home",
        "HR-LIGHTS",
        30.0,
        0.007,
        (
            Target('asin="B0LIGHTS01"', None, 0.55, 9, _terms(("b0lights01", 1, 0.1))),
            Target('asin="B0LIGHTS02"', None, 0.5, 7, _terms(("b0lights02", 1, 0.035))),
            Target('category="String Lights"', None, 0.45, 8, _terms(("b0lights03", 2, 0.07), ("b0lights04", 2, 0.01))),
        ),
        placements=(0.0, 0.05, 0.95),
    ),
    Campaign(
        "US",
        "SP | Yoga mat | exact",
        "Home",
        "HR-YOGA",
        30.0,
        0.007,
        (
            Target("yoga mat", "exact", 1.0, 10, _terms(("yoga mat", 1, 0.105))),
            Target("non slip yoga mat", "exact", 0.95, 6, _terms(("non slip yoga mat", 1, 0.135))),
        ),
        conversion_falls=(16, 0.25),
        story="its conversion fell two weeks ago",
    ),
    Campaign(
        "US",
        "SP | Water bottle | exact",
        "Home",
        "HR-BOTTLE",
        8.5,
        0.008,
        (
            Target("steel water bottle", "exact", 0.75, 8, _terms(("steel water bottle", 1, 0.12))),
            Target("leakproof water bottle", "exact", 0.7, 5, _terms(("leakproof water bottle", 1, 0.15))),
        ),
        story="capped by its budget on many days",
    ),
    Campaign(
        "US",
        "SP | Dog bed | auto",
        "Home",
        "HR-DOGBED",
        10.0,
        0.007,
        (
            Target("close-match", None, 0.7, 1.2, _terms(("travel dog bed", 2, 0.12), ("foldable dog bed", 1, 0.1))),
            Target("loose-match", None, 0.5, 0.8, _terms(("dog blanket", 1, 0.02), ("dog crate pad", 1, 0.02))),
        ),
        is_automatic=True,
        story="too small to say much",
    ),
    Campaign(
        "DE",
        "SP | Packwürfel | Wortgruppe",
        "Reisen",
        "HR-CUBE6-EU",
        25.0,
        0.0058,
        (
            Target(
                "packwürfel",
                "phrase",
                0.6,
                11,
                _terms(
                    ("packwürfel", 5, 0.11),
                    ("packwürfel für koffer", 4, 0.14),
                    ("packwürfel set", 3, 0.13),
                    ("packwürfel rucksack", 2, 0.06),
                ),
            ),
        ),
    ),
    Campaign(
        "DE",
        "SP | Leselampe | auto",
        "Haus",
        "HR-LAMP-EU",
        35.0,
        0.0075,
        (
            Target(
                "close-match",
                None,
                0.72,
                10,
                _terms(("leselampe buch", 4, 0.12), ("leselampe bett", 3, 0.05), ("klemmlampe", 3, 0.07)),
            ),
            Target(
                "loose-match",
                None,
                0.85,
                12,
                _terms(
                    ("nachttischlampe", 5, 0.004),
                    ("stehlampe wohnzimmer", 4, 0.0),
                    ("led lampe", 3, 0.003),
                    ("schreibtischlampe", 3, 0.01),
                ),
            ),
        ),
        is_automatic=True,
        story="bleeding in what Amazon finds loosely fitting",
    ),
    Campaign(
        "DE",
        "SP | Lichterkette | genau",
        "Haus",
        "HR-LIGHTS-EU",
        20.0,
        0.006,
        (Target("lichterkette innen", "exact", 0.55, 12, _terms(("lichterkette innen", 1, 0.085))),),
        story="its product runs out of stock before more arrives",
    ),
)

CAMPAIGNS: tuple[Campaign, ...] = tuple(_with_tail(campaign) for campaign in _CAST)
