"""The list of lanes."""

from services.inventory.domain.lead_time import Mode
from services.inventory.schemas.fields import AmazonMarketplace
from shared.db.listing import Filter, ListQuery, Sort, money_json

LANES = ListQuery(
    name="lanes",
    source="inventory.lane l",
    where="l.tenant_id = $1",
    fields={
        "id": "l.id",
        "marketplace": "l.marketplace",
        "mode": "l.mode",
        "origin": "l.origin",
        "unit_cost": money_json("l.unit_cost_amount", "l.unit_cost_currency"),
        "kg_cost": money_json("l.kg_cost_amount", "l.kg_cost_currency"),
        "m3_cost": money_json("l.m3_cost_amount", "l.m3_cost_currency"),
        "transit_days_p10": "l.transit_days_p10",
        "transit_days_p50": "l.transit_days_p50",
        "transit_days_p90": "l.transit_days_p90",
        "active": "l.active",
        "assumed_fields": "l.assumed_fields",
        "version": "l.version",
        "created_at": "l.created_at",
        "updated_at": "l.updated_at",
    },
    sorts={"marketplace": Sort("l.marketplace", "text"), "created_at": Sort("l.created_at", "timestamptz")},
    default_sort="marketplace",
    key=Sort("l.id", "uuid"),
    filters={
        "marketplace": Filter("l.marketplace = ANY({})", list[AmazonMarketplace], "Only to these marketplaces."),
        "mode": Filter("l.mode = ANY({})", list[Mode], "Only by these modes."),
        "active": Filter("l.active = {}", bool, "Only lanes that are (or are not) in use."),
    },
)
