"""A real seller end to end: its reports in through the API, proposals out, beside Amazon's own advice."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.roles import DatabaseUrls
from shared.client.tradewind import TradewindClient
from tests.inventory.end_to_end.assumptions import Assumptions
from tests.inventory.end_to_end.real_seller import TODAY, Plan, missing_samples, plan
from tests.support.processes import running_services
from tests.support.tenants import create_tenant

pytestmark = pytest.mark.skipif(
    bool(missing_samples()), reason="the real seller's files are not beside this checkout (set TRADEWIND_SHARED)"
)


@pytest_asyncio.fixture(scope="module")
async def found(
    clone_database: Callable[[str], AbstractAsyncContextManager[DatabaseUrls]],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Plan]:
    logs: Path = tmp_path_factory.mktemp("real_seller")
    async with clone_database("real_seller") as urls:
        tenant = await create_tenant(urls.owner)
        with running_services(urls, ["inventory"], logs=logs) as services:
            async with TradewindClient(services["inventory"].url, tenant.key) as client:
                yield await plan(client, Assumptions())


def test_months_without_a_file_are_unknown_and_not_zero(found: Plan) -> None:
    assert found.coverage[0][0] == date(2018, 11, 1)
    assert found.coverage[-1][1] == TODAY
    covered = {(first.year, first.month) for first, _ in found.coverage}
    assert (2019, 7) in covered
    assert not covered & {(2019, 8), (2019, 9)}


def test_every_sku_of_the_report_and_of_the_orders_has_an_outcome_with_its_stock(found: Plan) -> None:
    assert len(found.comparisons) >= 43
    assert sum(each.sellable_units for each in found.comparisons) >= 1_497
    assert all(each.outcome["reasons"] or each.proposed_units for each in found.comparisons)


def test_drafts_of_shipments_are_not_taken_for_goods_in_transit(found: Plan) -> None:
    assert all(each.outcome["coming_units"] == 0 for each in found.comparisons)


def test_what_amazon_advises_to_send_and_has_sold_in_the_month_is_proposed_too(found: Plan) -> None:
    advised = [each for each in found.comparisons if each.amazon_units]
    assert sum(each.amazon_units or 0 for each in advised) == 81
    selling = {each.seller_sku for each in advised if each.amazon_alert and each.units_30_days}
    assert len(selling) == 2
    assert selling <= {each.seller_sku for each in found.comparisons if each.proposed_units}


def test_nothing_is_proposed_without_expected_demand(found: Plan) -> None:
    silent = [each for each in found.comparisons if each.outcome["daily_demand"] == 0]
    assert silent
    assert all(each.proposed_units == 0 for each in silent)


def test_proposals_are_whole_cartons_within_what_lies_at_home_and_tie_to_the_totals(found: Plan) -> None:
    assumed = Assumptions()
    stated = {each.seller_sku for each in found.comparisons if each.sellable_units}
    for proposal in found.proposals:
        assert proposal["ship_by_date"] == TODAY.isoformat()
        if proposal["seller_sku"] in stated:
            assert proposal["quantity_units"] % assumed.carton_units == 0
    assert all(each.proposed_units <= assumed.domestic_units for each in found.comparisons)
    assert found.run["totals"]["units"] == sum(proposal["quantity_units"] for proposal in found.proposals)
