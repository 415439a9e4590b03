"""Decides what the demo seller has in hand and in mind: its initiatives, whom each waits for, and what has happened."""

from dataclasses import dataclass

from services.planning.domain.initiative_states import DEVELOPED, InitiativeKind, InitiativeStatus

K, S = InitiativeKind, InitiativeStatus


@dataclass(frozen=True, slots=True)
class DemoInitiative:
    """One bar of the roadmap; days count from today, negative ones lie behind.

    `start` is planned, `promised` is the launch of what is developed and the end of all else. `budget` is in dollars.
    `reached` are the steps that were made: status and day.
    """

    code: str
    kind: InitiativeKind
    title: str
    why: str
    need: str
    unit: str
    owner: str
    start: int
    effort: int
    promised: int
    node: str | None = None
    grade: str | None = None
    predecessor: str | None = None
    product_ref: str | None = None
    prices: tuple[tuple[str, str, str], ...] = ()
    budget: int | None = None
    reached: tuple[tuple[InitiativeStatus, int], ...] = ()

    @property
    def finish_name(self) -> str:
        """The date that its promise is about."""
        return "launch_date" if self.kind in DEVELOPED else "end_date"


INITIATIVES: tuple[DemoInitiative, ...] = (
    DemoInitiative(
        "HR-LAMP",
        K.PRODUCT,
        "Clip-on reading lamp",
        "Readers want light that moves with the book.",
        "A lamp for reading in bed that wakes nobody.",
        unit="development",
        owner="lena",
        start=-620,
        effort=170,
        promised=-450,
        node="reading-lamps",
        grade="A",
        product_ref="HR-LAMP",
        prices=(("US", "17.99", "USD"), ("DE", "16.99", "EUR")),
        reached=(
            (S.CONCEPT, -620),
            (S.REQUIREMENTS, -590),
            (S.DESIGN, -560),
            (S.TEST, -510),
            (S.LAUNCH, -470),
            (S.RAMP, -450),
            (S.STEADY, -360),
        ),
    ),
    DemoInitiative(
        "lamp-mould",
        K.CAPABILITY,
        "Mould for the USB-C lamp",
        "The present housing has no room for the socket.",
        "Every rival charges by USB-C.",
        unit="purchasing",
        owner="wei",
        start=-55,
        effort=60,
        promised=8,
        node="reading-lamps",
        budget=14_000,
        reached=((S.PLANNED, -70), (S.RUNNING, -38)),
    ),
    DemoInitiative(
        "HR-LAMP-2",
        K.PRODUCT,
        "Reading lamp with USB-C",
        "Two of three complaints about the lamp are about its cable.",
        "One cable for everything on the bedside table.",
        unit="development",
        owner="lena",
        start=9,
        effort=100,
        promised=112,
        node="reading-lamps",
        grade="S",
        predecessor="HR-LAMP",
        prices=(("US", "21.99", "USD"), ("DE", "20.99", "EUR")),
        budget=22_000,
    ),
    DemoInitiative(
        "lamp-launch-ads",
        K.CAMPAIGN,
        "Launch ads for the USB-C lamp",
        "A new listing is found by nobody.",
        "First fifty reviews within two months.",
        unit="us-ads",
        owner="mei",
        start=113,
        effort=30,
        promised=155,
        node="reading-lamps",
        budget=6_000,
        reached=((S.PLANNED, -5),),
    ),
    DemoInitiative(
        "gift-season",
        K.CAMPAIGN,
        "Gift season",
        "Mugs, lights and boards sell twice as much from October on.",
        "Presents below thirty dollars.",
        unit="us-ads",
        owner="mei",
        start=-24,
        effort=50,
        promised=33,
        node="kitchen",
        budget=9_000,
        reached=((S.PLANNED, -60), (S.RUNNING, -24)),
    ),
    DemoInitiative(
        "stock-review",
        K.CAPABILITY,
        "Stock review every Monday",
        "The best lamp was sold out for ten days, and nobody had looked.",
        "Nobody wants to be told that it comes back in two weeks.",
        unit="purchasing",
        owner="wei",
        start=-30,
        effort=45,
        promised=20,
        budget=2_000,
        reached=((S.PLANNED, -32), (S.RUNNING, -28)),
    ),
    DemoInitiative(
        "uk-papers",
        K.CAPABILITY,
        "British tax number and safety papers",
        "Without them nothing may be sold there.",
        "What is sold must be allowed to be sold.",
        unit="europe",
        owner="jonas",
        start=-35,
        effort=75,
        promised=48,
        budget=5_000,
        reached=((S.PLANNED, -50), (S.RUNNING, -35)),
    ),
    DemoInitiative(
        "uk-entry",
        K.MARKET_ENTRY,
        "Sell in the United Kingdom",
        "The German range fits there, and half of our rivals are not there yet.",
        "British buyers order from Germany and wait for two weeks.",
        unit="europe",
        owner="jonas",
        start=49,
        effort=60,
        promised=112,
        budget=18_000,
        reached=((S.PLANNED, -10),),
    ),
    DemoInitiative(
        "HR-YOGA-8",
        K.PRODUCT,
        "Yoga mat, 8 mm",
        "A third of the searches for our mat ask for a thick one.",
        "Knees that hurt on five millimetres.",
        unit="development",
        owner="lena",
        start=-85,
        effort=205,
        promised=130,
        node="mats",
        grade="A",
        prices=(("US", "39.99", "USD"), ("DE", "36.99", "EUR")),
        budget=16_000,
        reached=((S.CONCEPT, -85), (S.REQUIREMENTS, -60), (S.DESIGN, -25)),
    ),
    DemoInitiative(
        "HR-POUCH",
        K.ACCESSORY,
        "Laundry pouch for packing cubes",
        "Who has the cubes asks where the worn clothes go.",
        "Worn apart from clean.",
        unit="development",
        owner="lena",
        start=-14,
        effort=95,
        promised=84,
        node="packing-cubes",
        grade="B",
        prices=(("US", "11.99", "USD"),),
        budget=4_000,
        reached=((S.CONCEPT, -14),),
    ),
    DemoInitiative(
        "HR-ADAPTER-100",
        K.UPGRADE,
        "Travel adapter, 100 W",
        "Laptops need more than 65 W by now.",
        "One plug for laptop and phone.",
        unit="development",
        owner="lena",
        start=30,
        effort=150,
        promised=190,
        node="adapters",
        grade="S",
        prices=(("US", "44.99", "USD"), ("DE", "42.99", "EUR")),
        budget=25_000,
    ),
    DemoInitiative(
        "dogs-on-the-way",
        K.CATEGORY_ENTRY,
        "Travel gear for dogs",
        "Leash and bed sell without a category of their own.",
        "Everything for a weekend with a dog from one hand.",
        unit="supply",
        owner="lena",
        start=60,
        effort=160,
        promised=240,
        node="pets",
        budget=20_000,
    ),
)

# The earlier one, the later one, and days to wait beyond the finish of the earlier.
DEPENDENCIES: tuple[tuple[str, str, int], ...] = (
    ("lamp-mould", "HR-LAMP-2", 0),
    ("HR-LAMP-2", "lamp-launch-ads", 1),
    ("uk-papers", "uk-entry", 1),
    ("HR-YOGA-8", "dogs-on-the-way", -70),
)

BASELINE = "As promised to the board"
# What changed after the baseline was taken: the promise of one initiative, in days from today, and why.
MOVED = ("uk-entry", 126, "The safety papers of two products come from another laboratory.")
