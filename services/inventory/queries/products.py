"""The list of products."""

from services.inventory.schemas.fields import Identifier
from shared.db.listing import Filter, ListQuery, Sort, decimal_json, money_json

PRODUCTS = ListQuery(
    name="products",
    source="inventory.product p",
    where="p.tenant_id = $1",
    fields={
        "id": "p.id",
        "code": "p.code",
        "name": "p.name",
        "unit_cost": money_json("p.unit_cost_amount", "p.unit_cost_currency"),
        "carton_units": "p.carton_units",
        "moq_units": "p.moq_units",
        "unit_weight_kg": decimal_json("p.unit_weight_kg"),
        "unit_volume_cm3": decimal_json("p.unit_volume_cm3"),
        "production_days": "p.production_days",
        "assumed_fields": "p.assumed_fields",
        "version": "p.version",
        "created_at": "p.created_at",
        "updated_at": "p.updated_at",
    },
    sorts={"code": Sort("p.code_key", "text"), "created_at": Sort("p.created_at", "timestamptz")},
    default_sort="code",
    key=Sort("p.id", "uuid"),
    filters={
        "code": Filter("p.code_key = ANY(SELECT lower(c) FROM unnest({}::text[]) c)", list[Identifier], "Only these."),
        "is_assumed": Filter(
            "(cardinality(p.assumed_fields) > 0) = {}",
            bool,
            "Only products of which something is (or nothing is) assumed.",
        ),
    },
)
