"""The demo seller's advertising files are readable, tell the same in every report, and fit what the seller sold."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from deploy.demo.ads_catalogue import CAMPAIGNS, DAYS
from deploy.demo.ads_files import EARLIER_PULL_DAYS_AGO, LAST_PULL_DAYS, generate_ads
from deploy.demo.ads_history import CampaignHistory, campaign_histories, reported_orders, split_cents
from deploy.demo.catalogue import LISTINGS, MARKETS
from deploy.demo.generate import SEED, DemoFile
from deploy.demo.history import histories
from services.ads.formats.bulk_row import BulkEntity, BulkEntityRow
from services.ads.formats.kinds import KINDS
from shared.core.marketplaces import get_marketplace
from shared.files.facts import Facts
from shared.files.reading import WholeFile, read_whole

TODAY = date(2026, 3, 31)
FIGURES = ("clicks", "orders", "cost", "sales")


@pytest.fixture(scope="module")
def files() -> list[DemoFile]:
    return generate_ads(TODAY)


@pytest.fixture(scope="module")
def read(files: list[DemoFile]) -> dict[str, WholeFile[Any]]:
    """Every file as our own readers understand it, by name."""
    return {file.name: read_whole(KINDS, file.content, _facts(file)) for file in files}


@pytest.fixture(scope="module")
def advertised() -> list[CampaignHistory]:
    return campaign_histories(histories(TODAY, SEED), TODAY, SEED)


def _facts(file: DemoFile) -> Facts:
    assert file.marketplace is not None
    return Facts(get_marketplace(file.marketplace), file.from_date, file.to_date, file.as_of)


def test_every_file_is_recognised_as_its_kind_and_read_without_an_error(
    files: list[DemoFile], read: dict[str, WholeFile[Any]]
) -> None:
    for file in files:
        assert read[file.name].recognition.kind == file.kind
        assert read[file.name].errors == []
        assert read[file.name].rows


def test_the_same_day_gives_the_same_bytes(files: list[DemoFile]) -> None:
    assert generate_ads(TODAY) == files


def test_all_reports_of_a_pull_tell_the_same_of_each_campaign_and_day(
    files: list[DemoFile], read: dict[str, WholeFile[Any]]
) -> None:
    pulls: dict[tuple[str | None, Any], dict[str, dict[Any, Any]]] = defaultdict(dict)
    for file in files:
        if file.kind == "bulk_sheet":
            continue
        sums: dict[Any, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * len(FIGURES))
        for row in read[file.name].rows:
            before = sums[row.campaign_name, row.date_from]
            sums[row.campaign_name, row.date_from] = [
                total + (getattr(row, name) or 0) for total, name in zip(before, FIGURES, strict=True)
            ]
        pulls[file.marketplace, file.as_of][file.kind] = {key: value for key, value in sums.items() if any(value)}
    assert sorted(len(reports) for reports in pulls.values()) == [2, 2, 5, 5, 5, 5]
    for reports in pulls.values():
        first, *others = reports.values()
        assert all(other == first for other in others)


def test_later_pulls_tell_more_orders_of_days_that_earlier_ones_told_too_early(
    advertised: list[CampaignHistory],
) -> None:
    young = slice(DAYS - EARLIER_PULL_DAYS_AGO - 3, DAYS - EARLIER_PULL_DAYS_AGO)
    early = sum(int(reported_orders(each, EARLIER_PULL_DAYS_AGO)[young].sum()) for each in advertised)
    late = sum(int(reported_orders(each, 0)[young].sum()) for each in advertised)
    final = sum(int(each.orders[young].sum()) for each in advertised)
    assert 0 < early < late <= final
    assert LAST_PULL_DAYS > EARLIER_PULL_DAYS_AGO + 7


def test_campaigns_and_products_are_told_of_the_last_three_full_months_and_the_running_one(
    files: list[DemoFile], read: dict[str, WholeFile[Any]]
) -> None:
    first = date(TODAY.year - 1, 12, 1)
    wanted = {first + timedelta(days=number) for number in range((TODAY - first).days)}
    for market in MARKETS:
        for kind in ("campaign_report", "advertised_product_report"):
            told = [f for f in files if (f.marketplace, f.kind) == (market, kind)]
            assert wanted <= {row.date_from for file in told for row in read[file.name].rows}


def test_no_listing_has_more_orders_from_ads_than_it_sold(advertised: list[CampaignHistory]) -> None:
    by_listing: dict[str, Any] = defaultdict(int)
    for each in advertised:
        by_listing[each.campaign.seller_sku] += each.orders.sum(axis=(1, 2))
    sold = {each.listing.listing.seller_sku: each.listing.sold[-DAYS:] for each in advertised}
    for sku, orders in by_listing.items():
        assert (orders <= sold[sku]).all()


def test_nobody_clicks_ads_of_what_is_not_on_the_shelf(advertised: list[CampaignHistory]) -> None:
    for each in advertised:
        empty = (each.listing.sellable[-DAYS:] == 0) & (each.listing.sold[-DAYS:] == 0)
        assert each.clicks[empty].sum() == 0


def test_no_file_tells_anything_of_the_day_on_which_it_was_pulled(
    files: list[DemoFile], read: dict[str, WholeFile[Any]]
) -> None:
    for file in files:
        if file.kind != "bulk_sheet":
            assert file.as_of is not None
            assert max(row.date_from for row in read[file.name].rows) < file.as_of.date()


def test_the_bulk_sheets_name_every_campaign_and_target_with_ids_of_their_own(
    files: list[DemoFile], read: dict[str, WholeFile[Any]]
) -> None:
    rows = [row for file in files if file.kind == "bulk_sheet" for row in read[file.name].rows]
    records = [row.record for row in rows if isinstance(row, BulkEntityRow)]
    counts = Counter(record.entity for record in records)
    assert counts[BulkEntity.CAMPAIGN] == len(CAMPAIGNS)
    targets = [record.keyword_id or record.product_targeting_id for record in records]
    known = [each for each in targets if each]
    assert len(known) == len(set(known)) == sum(len(each.targets) for each in CAMPAIGNS)


def test_the_cast_has_healthy_bleeding_capped_and_short_campaigns(advertised: list[CampaignHistory]) -> None:
    skus = {(listing.marketplace, listing.seller_sku) for listing in LISTINGS}
    assert {(each.marketplace, each.seller_sku) for each in CAMPAIGNS} <= skus
    assert {each.marketplace for each in CAMPAIGNS} == set(MARKETS)
    stories = " ".join(each.story for each in CAMPAIGNS)
    for word in ("healthy", "bleeding", "capped", "out of stock", "fell"):
        assert word in stories
    acos = {
        each.campaign.name: each.cents.sum() / 100 / max(float(each.orders.sum() * each.price), 1.0)
        for each in advertised
    }
    assert acos["SP | Travel adapter | broad"] > 3 * acos["SP | Travel adapter | exact"]
    capped = next(each for each in advertised if "capped" in each.campaign.story)
    at_budget = capped.cents.sum(axis=1) / 100 > 0.9 * capped.campaign.daily_budget
    assert 0.2 < at_budget.mean() < 0.9


def test_cents_are_split_without_losing_one() -> None:
    parts = split_cents(np.array([100, 7, 0]), np.array([[1, 1, 1], [0, 5, 2], [3, 0, 0]]))
    assert parts.sum(axis=1).tolist() == [100, 7, 0]
    assert parts[1, 0] == 0
