"""The list of advertising accounts."""

from shared.db.listing import ListQuery, Sort

AD_ACCOUNTS = ListQuery(
    name="ad_accounts",
    source="ads.ad_account a",
    where="a.tenant_id = $1",
    fields={
        "id": "a.id",
        "code": "a.code",
        "name": "a.name",
        "version": "a.version",
        "created_at": "a.created_at",
        "updated_at": "a.updated_at",
    },
    sorts={"code": Sort("a.code_key", "text"), "created_at": Sort("a.created_at", "timestamptz")},
    default_sort="code",
    key=Sort("a.id", "uuid"),
)
