"""Proposals as a run would have left them, for tests that are about what becomes of them."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.tables import ListingRow, ReplenishmentRunRow, ShipmentProposalRow
from shared.core.ids import new_id
from tests.inventory.seed import NOW, Seed

TODAY = NOW.date()
USD = {"amount": "40", "currency": "USD"}
TOTALS = {
    "proposals": 1,
    "units": 60,
    "product_units": 60,
    "cost": USD,
    "avoided": USD,
    "saving": USD,
    "by_mode": [{"mode": "slow_sea", "proposals": 1, "units": 60, "cost": USD}],
    "outcomes": [{"code": "proposed", "listings": 1}],
}
TIMINGS = {f"{step}_seconds": 0.1 for step in ("read", "layout", "learn", "decide", "conclude", "write")}
STOCK = {
    "sellable_units": 3,
    "reserved_units": 0,
    "receiving_units": 0,
    "inbound_units": 0,
    "in_transit_units": 0,
    "planned_units": 0,
    "domestic_product_units": None,
}


async def propose(
    session: AsyncSession, seed: Seed, code: str, units: int, mode: str = "slow_sea", day: date = TODAY
) -> UUID:
    """A complete run with one open proposal; the proposal's id."""
    run_id, proposal_id = new_id(), new_id()
    session.add(
        ReplenishmentRunRow(
            tenant_id=seed.tenant_id,
            id=run_id,
            operation_id=new_id(),
            state="complete",
            as_of_date=day,
            currency="USD",
            parameters={
                "as_of_date": day.isoformat(),
                "review_days": 7,
                "history_days": 365,
                "goodwill": 1.0,
                "capital_rate": 0.2,
                "currency": "USD",
                "marketplaces": None,
                "account_ids": None,
                "listing_ids": None,
            },
            input_sha256=b"\0" * 32,
            listings_count=1,
            proposals_count=1,
            totals=TOTALS,
            assumptions=[{"code": "lane", "text": "Assumed.", "listings": 1}],
            timings=TIMINGS,
            created_by=seed.tenant_id,
            created_at=NOW,
            completed_at=NOW,
        )
    )
    await session.flush()
    listing = await session.get_one(ListingRow, (seed.tenant_id, seed.listings[code]))
    session.add(
        ShipmentProposalRow(
            tenant_id=seed.tenant_id,
            id=proposal_id,
            run_id=run_id,
            listing_id=seed.listings[code],
            product_id=seed.products[code],
            lane_id=None,
            mode=mode,
            quantity_units=units,
            cartons=units,
            product_units=units * listing.units_per_listing,
            ship_by_date=day,
            arrival_p10_date=day + timedelta(days=38),
            arrival_p50_date=day + timedelta(days=44),
            arrival_p90_date=day + timedelta(days=55),
            window_from_date=day + timedelta(days=44),
            window_to_date=day + timedelta(days=50),
            probability_short=0.7,
            expected_lost_units=12.5,
            currency="USD",
            avoided_amount=Decimal("250.5"),
            cost_amount=Decimal("40"),
            saving_amount=Decimal("90.25"),
            runner_up={
                "alternative": "wait_one_review",
                "expected_cost_amount": "120",
                "line_expected_cost_amount": "29.75",
                "text": "Wait for the next review.",
            },
            reasons=[{"code": "short_in_window", "parameters": {"probability": 0.7, "units": 12.5}, "text": "Short."}],
            assumptions=[{"code": "lane", "text": "Assumed."}],
            stock=STOCK,
            state="proposed",
            version=1,
            created_at=NOW,
            updated_at=NOW,
        )
    )
    await session.flush()
    return proposal_id
