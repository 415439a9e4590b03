"""Roadmaps over HTTP: who does what when, what slips and why, and what costs what when."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.draw_planning import draw
from services.planning.api.as_of import RoadmapAsOf
from services.planning.api.roadmap_bodies import RoadmapAsk, price_roadmap_body, roadmap_body
from services.planning.api.roadmap_pictures import price_roadmap_picture, roadmap_picture
from services.planning.queries.frozen_roadmap import load_frozen
from services.planning.queries.roadmap import NoSchedule, Roadmap, RoadmapSelection, load_roadmap
from services.planning.queries.snapshots import get_baseline
from services.planning.schemas.fields import PlannedDay
from services.planning.schemas.roadmap import (
    MAX_BARS,
    MAX_DRAWN_BARS,
    BarRead,
    GroupBy,
    PricePointRead,
    PriceRoadmapRead,
    RoadmapRead,
)
from shared.core.clock import utc_now
from shared.core.errors import FieldProblem, Invalid, NotFound, Unavailable
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import DatabaseDep
from shared.web.exports import OR_TABLE_OR_PICTURE, AcceptTableOrPicture, Table, export, json_answer, wants_table
from shared.web.pictures import PICTURE, picture, wants_picture
from shared.web.problems import problem_responses
from shared.web.routing import ServiceRouter
from shared.web.schemas import MarketplaceCode

router = ServiceRouter("roadmap", "Initiatives over time: planned, promised, expected, done; what slips, and why.")

NodeId = Annotated[UUID | None, Query(description="Only this part of the portfolio and what is below it.")]
OwnerId = Annotated[UUID | None, Query(description="Only initiatives of this owner.")]
UnitId = Annotated[UUID | None, Query(description="Only initiatives of this unit and the ones below it.")]
Marketplace = Annotated[MarketplaceCode | None, Query(description="Only initiatives with a price there.")]
FromDate = Annotated[PlannedDay | None, Query(description="Only what reaches into this day or later.")]
ToDate = Annotated[PlannedDay | None, Query(description="Only what reaches into this day or earlier.")]


class RoadmapTooLarge(Invalid):
    """The selection has more initiatives than a roadmap shows; ask for a part of the portfolio, an owner or a unit."""

    slug, title = "roadmap-too-large", "Too many initiatives"


def select(
    node_id: NodeId = None, owner_id: OwnerId = None, unit_id: UnitId = None, marketplace: Marketplace = None
) -> RoadmapSelection:
    """What the caller wants to see."""
    return RoadmapSelection(node_id=node_id, owner_id=owner_id, unit_id=unit_id, marketplace=marketplace)


SelectionDep = Annotated[RoadmapSelection, Depends(select)]


GroupByQuery = Annotated[GroupBy, Query(description="What the bars are put together by.")]
IncludeKilled = Annotated[bool, Query(description="Whether what was killed is shown too.")]
BaselineId = Annotated[UUID | None, Query(description="The snapshot to compare with.")]
PriceMarketplace = Annotated[MarketplaceCode, Query(description="Where the prices are.")]


async def read(
    database: DatabaseDep,
    caller: CallerDep,
    selection: SelectionDep,
    group_by: GroupByQuery = GroupBy.SERIES,
    from_date: FromDate = None,
    to_date: ToDate = None,
    include_killed: IncludeKilled = False,
    baseline_id: BaselineId = None,
    as_of: RoadmapAsOf = None,
) -> RoadmapRead:
    """The roadmap that the caller wants to see; its transaction is over before anything is drawn."""
    baseline = None
    async with database.session(caller.tenant_id) as session:
        roadmap = await _load(session, caller.tenant_id, selection, as_of)
        if baseline_id is not None:
            await _check_baseline(session, caller.tenant_id, baseline_id)
            baseline = (await load_frozen(session, caller.tenant_id, baseline_id)).initiatives
    ask = RoadmapAsk(
        group_by=group_by,
        as_of=as_of or utc_now(),
        window=(from_date, to_date),
        include_killed=include_killed,
        baseline_id=baseline_id,
        baseline=baseline,
    )
    return roadmap_body(roadmap, ask)


async def read_prices(
    database: DatabaseDep,
    caller: CallerDep,
    marketplace: PriceMarketplace,
    node_id: NodeId = None,
    owner_id: OwnerId = None,
    unit_id: UnitId = None,
    as_of: RoadmapAsOf = None,
) -> PriceRoadmapRead:
    """The prices that the caller wants to see."""
    selection = RoadmapSelection(node_id=node_id, owner_id=owner_id, unit_id=unit_id, marketplace=marketplace)
    async with database.session(caller.tenant_id) as session:
        roadmap = await _load(session, caller.tenant_id, selection, as_of)
    return price_roadmap_body(roadmap, marketplace, as_of or utc_now())


RoadmapDep = Annotated[RoadmapRead, Depends(read)]
PriceRoadmapDep = Annotated[PriceRoadmapRead, Depends(read_prices)]
_PROBLEMS = (Invalid, RoadmapTooLarge, NoSchedule, Unavailable)


@router.get(
    "/roadmap",
    response_model=RoadmapRead,
    dependencies=[requires("planning.read")],
    responses={**OR_TABLE_OR_PICTURE, **problem_responses(*_PROBLEMS)},
)
async def get_roadmap(found: RoadmapDep, accept: AcceptTableOrPicture = None) -> Response:
    """Read a roadmap: bars with planned, promised, expected, actual and baseline dates, slips and their causes.

    A slip is counted from what was promised; slack takes up delay before anything slips. The cause is the initiative
    that set the start of one that slips.
    """
    if wants_table(accept):
        return await export(Table("roadmap", BarRead, (bar.model_dump(mode="json") for bar in found.bars)), accept)
    return await _picture(found) if wants_picture(accept) else json_answer(found)


@router.get(
    "/roadmap.svg",
    dependencies=[requires("planning.read")],
    response_class=Response,
    responses={**PICTURE, **problem_responses(*_PROBLEMS)},
)
async def draw_roadmap(found: RoadmapDep) -> Response:
    """Draw a roadmap as SVG, with its baseline and what holds up what, for pages, mails and print."""
    return await _picture(found)


@router.get(
    "/price-roadmap",
    response_model=PriceRoadmapRead,
    dependencies=[requires("planning.read")],
    responses={**OR_TABLE_OR_PICTURE, **problem_responses(*_PROBLEMS)},
)
async def get_price_roadmap(found: PriceRoadmapDep, accept: AcceptTableOrPicture = None) -> Response:
    """Read the products of a marketplace by price and launch, each with the one that it replaces."""
    if wants_table(accept):
        points = (point.model_dump(mode="json") for point in found.points)
        return await export(Table("price_roadmap", PricePointRead, points), accept)
    return await _price_picture(found) if wants_picture(accept) else json_answer(found)


@router.get(
    "/price-roadmap.svg",
    dependencies=[requires("planning.read")],
    response_class=Response,
    responses={**PICTURE, **problem_responses(*_PROBLEMS)},
)
async def draw_price_roadmap(found: PriceRoadmapDep) -> Response:
    """Draw the products of a marketplace by price and launch as SVG."""
    return await _price_picture(found)


async def _picture(found: RoadmapRead) -> Response:
    if len(found.bars) > MAX_DRAWN_BARS:
        raise RoadmapTooLarge(initiatives=len(found.bars), limit=MAX_DRAWN_BARS)
    return picture(await draw(roadmap_picture(found)))


async def _price_picture(found: PriceRoadmapRead) -> Response:
    return picture(await draw(price_roadmap_picture(found)))


async def _load(session: AsyncSession, tenant_id: UUID, selection: RoadmapSelection, as_of: RoadmapAsOf) -> Roadmap:
    """The roadmap, as long as it is one that can be shown."""
    roadmap = await load_roadmap(session, tenant_id, selection, as_of=as_of)
    if len(roadmap.selected) > MAX_BARS:
        raise RoadmapTooLarge(initiatives=len(roadmap.selected), limit=MAX_BARS)
    return roadmap


async def _check_baseline(session: AsyncSession, tenant_id: UUID, baseline_id: UUID) -> None:
    try:
        await get_baseline(session, tenant_id, baseline_id)
    except NotFound:
        problem = FieldProblem("query:baseline_id", "unknown", "There is no baseline with this id.")
        raise Invalid("The baseline does not exist.", errors=[problem]) from None
