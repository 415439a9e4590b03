"""Decisions about proposals: stock at home is promised once, changes need reasons, nothing is decided twice."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text

from services.inventory.actions.decide_proposal import (
    Approval,
    approve_proposal,
    reject_proposal,
)
from services.inventory.actions.decide_proposals import decide_proposals
from services.inventory.actions.relink_listing import relink_listing
from services.inventory.domain.lead_time import Mode
from services.inventory.domain.ledger import LocationKind
from services.inventory.queries.shipments import get_shipment, list_lines_of
from services.inventory.schemas.shipment_proposals import Decision, DecisionResult, ProposalDecision
from services.inventory.tables import ListingRow, ShipmentProposalRow
from shared.core.errors import AlreadyDecided, Conflict, InsufficientStock, Invalid, PreconditionFailed, ReasonMissing
from shared.db.engine import Database
from tests.inventory.ledger_checks import assert_ledger_holds
from tests.inventory.proposals import propose
from tests.inventory.runs import put
from tests.inventory.seed import NOW, Seed, seed
from tests.support.tenants import Tenant


@pytest_asyncio.fixture
async def seller(database: Database, tenant: Tenant) -> Seed:
    """100 kettles and 100 trays at home."""
    async with database.session(tenant.id) as session:
        made = await seed(session, tenant.id)
        for code in made.products:
            await put(session, made, code, 100, LocationKind.DOMESTIC)
    return made


async def proposal(database: Database, seller: Seed, code: str, units: int, **options: Any) -> UUID:
    async with database.session(seller.tenant_id) as session:
        return await propose(session, seller, code, units, **options)


async def approved(
    database: Database, seller: Seed, proposal_id: UUID, version: int = 1, **approval: Any
) -> ShipmentProposalRow:
    async with database.session(seller.tenant_id) as session:
        return await approve_proposal(
            session,
            seller.tenant_id,
            seller.tenant_id,
            proposal_id,
            Approval(**approval),
            expected_version=version,
            now=NOW,
        )


async def test_approval_plans_a_shipment_and_promises_the_stock(database: Database, seller: Seed) -> None:
    row = await approved(database, seller, await proposal(database, seller, "KETTLE", 60))
    assert (row.state, row.approved_units, row.version) == ("approved", 60, 2)
    assert row.shipment_id is not None
    async with database.session(seller.tenant_id) as session:
        shipment = await get_shipment(session, seller.tenant_id, row.shipment_id)
        [line] = await list_lines_of(session, seller.tenant_id, row.shipment_id)
    assert (shipment.state, shipment.mode, shipment.marketplace) == ("planned", "slow_sea", "US")
    assert shipment.eta_date == row.arrival_p50_date
    assert line.planned_units == 60
    await assert_ledger_holds(database, seller.tenant_id)


async def test_what_was_proposed_before_a_relink_is_not_approved_after_it(database: Database, seller: Seed) -> None:
    old = await proposal(database, seller, "KETTLE", 20)
    other = await proposal(database, seller, "TRAY", 20)
    async with database.session(seller.tenant_id) as session:
        listing = await session.get(ListingRow, (seller.tenant_id, seller.listings["KETTLE"]))
        assert listing is not None
        await relink_listing(
            session, listing, listing.product_id, 2, created_by=seller.tenant_id, import_id=None, now=NOW
        )
    with pytest.raises(AlreadyDecided):
        await approved(database, seller, old, version=2)
    assert (await approved(database, seller, other)).state == "approved"


async def test_batches_that_want_the_same_products_in_another_order_never_block_each_other(
    database: Database, seller: Seed
) -> None:
    batches = [
        [await proposal(database, seller, code, 10, mode=mode) for code in codes]
        for mode, codes in (("slow_sea", ("KETTLE", "TRAY")), ("air", ("TRAY", "KETTLE")))
    ]

    async def decided(identifiers: list[UUID]) -> list[DecisionResult]:
        async with database.session(seller.tenant_id) as session:
            return await decide_proposals(
                session,
                seller.tenant_id,
                seller.tenant_id,
                [ProposalDecision(proposal_id=each, version=1, decision=Decision.APPROVE) for each in identifiers],
                request_id="batch",
                now=NOW,
            )

    for batch, results in zip(batches, await asyncio.gather(*map(decided, batches)), strict=True):
        assert [(each.key, each.status) for each in results] == [(identifier, 200) for identifier in batch]
    await assert_ledger_holds(database, seller.tenant_id)


async def test_proposals_that_go_the_same_way_share_a_shipment(database: Database, seller: Seed) -> None:
    first = await approved(database, seller, await proposal(database, seller, "KETTLE", 60))
    second = await approved(database, seller, await proposal(database, seller, "TRAY", 10))
    again = await approved(database, seller, await proposal(database, seller, "KETTLE", 5))
    by_air = await approved(database, seller, await proposal(database, seller, "TRAY", 10, mode="air"))
    assert first.shipment_id == second.shipment_id == again.shipment_id != by_air.shipment_id
    assert first.shipment_id is not None
    async with database.session(seller.tenant_id) as session:
        lines = await list_lines_of(session, seller.tenant_id, first.shipment_id)
    assert sorted(line.planned_units for line in lines) == [10, 65]
    await assert_ledger_holds(database, seller.tenant_id)


async def test_a_part_may_be_approved_with_a_reason(database: Database, seller: Seed) -> None:
    proposal_id = await proposal(database, seller, "KETTLE", 60)
    with pytest.raises(ReasonMissing):
        await approved(database, seller, proposal_id, quantity_units=40)
    row = await approved(database, seller, proposal_id, quantity_units=40, mode=Mode.FAST_SEA, reason="cash")
    assert (row.state, row.approved_units, row.decision_reason) == ("partly_approved", 40, "cash")


async def test_what_is_not_free_cannot_be_approved_and_changes_nothing(database: Database, seller: Seed) -> None:
    proposal_id = await proposal(database, seller, "KETTLE", 120)
    with pytest.raises(InsufficientStock) as caught:
        await approved(database, seller, proposal_id)
    assert caught.value.parameters["available"] == 100
    row = await approved(database, seller, proposal_id, quantity_units=100, reason="all there is")
    assert row.state == "partly_approved"
    await assert_ledger_holds(database, seller.tenant_id)


async def test_a_proposal_is_decided_once(database: Database, seller: Seed) -> None:
    proposal_id = await proposal(database, seller, "KETTLE", 60)
    await approved(database, seller, proposal_id)
    with pytest.raises(PreconditionFailed):
        await approved(database, seller, proposal_id)
    with pytest.raises(AlreadyDecided):
        await approved(database, seller, proposal_id, version=2)
    async with database.session(seller.tenant_id) as session:
        with pytest.raises(AlreadyDecided):
            await reject_proposal(
                session, seller.tenant_id, seller.tenant_id, proposal_id, "no", expected_version=2, now=NOW
            )


async def test_a_rejection_keeps_who_when_and_why(database: Database, seller: Seed) -> None:
    proposal_id = await proposal(database, seller, "KETTLE", 60)
    async with database.session(seller.tenant_id) as session:
        row = await reject_proposal(
            session, seller.tenant_id, seller.tenant_id, proposal_id, "season ends", expected_version=1, now=NOW
        )
        [event] = (
            await session.execute(
                text("SELECT * FROM inventory.shipment_proposal_event WHERE tenant_id = :t"), {"t": seller.tenant_id}
            )
        ).all()
    assert (row.state, row.decided_at, row.decision_reason) == ("rejected", NOW, "season ends")
    assert (event.from_state, event.to_state, event.reason) == ("proposed", "rejected", "season ends")


async def test_a_named_shipment_must_be_planned_and_go_the_same_way(database: Database, seller: Seed) -> None:
    sea = await approved(database, seller, await proposal(database, seller, "KETTLE", 10))
    named = await approved(database, seller, await proposal(database, seller, "TRAY", 10), shipment_id=sea.shipment_id)
    assert named.shipment_id == sea.shipment_id
    with pytest.raises(Invalid):
        await approved(
            database, seller, await proposal(database, seller, "TRAY", 10, mode="air"), shipment_id=sea.shipment_id
        )
    async with database.session(seller.tenant_id) as session:
        await session.execute(
            text("UPDATE inventory.shipment SET state = 'booked' WHERE tenant_id = :t"), {"t": seller.tenant_id}
        )
    with pytest.raises(Conflict):
        await approved(database, seller, await proposal(database, seller, "TRAY", 5), shipment_id=sea.shipment_id)


async def test_racing_approvals_never_promise_more_than_there_is(database: Database, seller: Seed) -> None:
    proposals = [await proposal(database, seller, "KETTLE", 30) for _ in range(8)]
    outcomes = await asyncio.gather(*(approved(database, seller, each) for each in proposals), return_exceptions=True)
    won = [each for each in outcomes if isinstance(each, ShipmentProposalRow)]
    lost = [each for each in outcomes if isinstance(each, InsufficientStock)]
    assert (len(won), len(lost)) == (3, 5)
    assert len({each.shipment_id for each in won}) == 1
    await assert_ledger_holds(database, seller.tenant_id)


async def test_racing_decisions_on_one_proposal_have_one_winner(database: Database, seller: Seed) -> None:
    proposal_id = await proposal(database, seller, "KETTLE", 10)
    outcomes = await asyncio.gather(
        *(approved(database, seller, proposal_id) for _ in range(5)), return_exceptions=True
    )
    assert sum(isinstance(each, ShipmentProposalRow) for each in outcomes) == 1
    assert sum(isinstance(each, PreconditionFailed) for each in outcomes) == 4
    await assert_ledger_holds(database, seller.tenant_id)
