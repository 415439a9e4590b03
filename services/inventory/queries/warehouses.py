"""The list of domestic warehouses."""

from shared.db.listing import ListQuery, Sort

WAREHOUSES = ListQuery(
    name="warehouses",
    source="inventory.warehouse w",
    where="w.tenant_id = $1",
    fields={
        "id": "w.id",
        "code": "w.code",
        "name": "w.name",
        "country_code": "w.country_code",
        "version": "w.version",
        "created_at": "w.created_at",
        "updated_at": "w.updated_at",
    },
    sorts={"code": Sort("w.code_key", "text"), "created_at": Sort("w.created_at", "timestamptz")},
    default_sort="code",
    key=Sort("w.id", "uuid"),
)
