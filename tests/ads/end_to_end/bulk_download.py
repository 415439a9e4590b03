"""Writes what Amazon's console would give as a bulk sheet of an account: its structure with made-up ids."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.ads.formats.bulk_columns import BULK_HEADERS
from shared.files.xlsx_out import xlsx_bytes

_MATCHES = {"exact": "Exact", "phrase": "Phrase", "broad": "Broad"}


def bulk_download(
    campaigns: Iterable[Mapping[str, Any]],
    ad_groups: Iterable[Mapping[str, Any]],
    targets: Iterable[Mapping[str, Any]],
    product_ads: Iterable[Mapping[str, Any]],
) -> bytes:
    """The workbook; the things are as the API lists them. Ids count up from one number of 15 digits."""
    number = iter(range(100_000_000_000_001, 200_000_000_000_000))
    ids: dict[str, str] = {}
    rows: list[dict[str, Any]] = []
    names: dict[str, str] = {}
    for each in campaigns:
        ids[each["id"]] = str(next(number))
        names[each["id"]] = each["name"]
        budget = each["daily_budget"]
        rows.append(
            {
                "entity": "Campaign",
                "campaign_id": ids[each["id"]],
                "campaign_name": each["name"],
                "targeting_type": "Manual",
                "state": "enabled",
                "daily_budget": None if budget is None else budget["amount"],
            }
        )
    campaign_of: dict[str, str] = {}
    for each in ad_groups:
        ids[each["id"]] = str(next(number))
        names[each["id"]] = each["name"]
        campaign_of[each["id"]] = each["campaign_id"]
        rows.append(
            {
                "entity": "Ad Group",
                "campaign_id": ids[each["campaign_id"]],
                "ad_group_id": ids[each["id"]],
                "ad_group_name": each["name"],
                "shown_campaign_name": names[each["campaign_id"]],
                "state": "enabled",
                "default_bid": "20",
            }
        )
    for each in product_ads:
        rows.append(
            _below(each, ids, names, campaign_of)
            | {"entity": "Product Ad", "ad_id": str(next(number)), "asin": each["asin"], "state": "enabled"}
        )
    for each in targets:
        is_keyword = each["kind"] == "keyword"
        rows.append(
            _below(each, ids, names, campaign_of)
            | {
                "entity": "Keyword" if is_keyword else "Product Targeting",
                ("keyword_id" if is_keyword else "product_targeting_id"): str(next(number)),
                ("keyword_text" if is_keyword else "targeting_expression"): each["text"],
                "match_type": _MATCHES.get(each["match_type"]),
                "state": "enabled",
                "bid": "20",
            }
        )
    cells = ([_cell(row, name) for name in BULK_HEADERS] for row in rows)
    return b"".join(xlsx_bytes(tuple(BULK_HEADERS.values()), cells, sheet="Sponsored Products Campaigns"))


def _below(
    each: Mapping[str, Any], ids: Mapping[str, str], names: Mapping[str, str], campaign_of: Mapping[str, str]
) -> dict[str, Any]:
    campaign = campaign_of[each["ad_group_id"]]
    return {
        "campaign_id": ids[campaign],
        "ad_group_id": ids[each["ad_group_id"]],
        "shown_campaign_name": names[campaign],
        "shown_ad_group_name": names[each["ad_group_id"]],
    }


def _cell(row: Mapping[str, Any], name: str) -> Any:
    return "Sponsored Products" if name == "product" else row.get(name)
