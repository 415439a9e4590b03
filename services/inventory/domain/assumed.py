"""Names the facts about products, listings and lanes that somebody must state, else they are assumed."""

PRODUCT_FIELDS = (
    "code",
    "name",
    "unit_cost",
    "carton_units",
    "moq_units",
    "unit_weight_kg",
    "unit_volume_cm3",
    "production_days",
)
LISTING_FIELDS = (
    "product_id",
    "units_per_listing",
    "price",
    "referral_rate",
    "fba_fee",
    "ad_cost",
    "storage_cost",
)


def still_assumed(assumed: list[str], stated: set[str]) -> list[str]:
    """What remains assumed after some fields were stated, in the same order."""
    return [name for name in assumed if name not in stated]
