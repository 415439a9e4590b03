"""Draws pictures of planning, in a child: drawing takes longer than other requests should wait."""

from services.planning.actions.children import CHILDREN
from services.planning.pictures.content import (
    BridgePicture,
    HeadcountPicture,
    OkrTreePicture,
    Picture,
    PriceRoadmapPicture,
    ProfitAndLossPicture,
    RoadmapPicture,
    TrajectoryPicture,
)


async def draw(picture: Picture) -> bytes:
    """The picture as SVG. Unavailable when too much is being drawn."""
    content: bytes = await CHILDREN.run(drawn, picture)
    return content


def drawn(picture: Picture) -> bytes:
    """In a child: draws."""
    # The plotting library costs every process that imports it half a second; children begin with it loaded.
    from services.planning.pictures import (
        bridge,
        gantt,
        headcount,
        okr_tree,
        price_roadmap,
        profit_and_loss,
        trajectory,
    )

    match picture:
        case RoadmapPicture():
            return gantt.gantt_svg(picture)
        case PriceRoadmapPicture():
            return price_roadmap.price_roadmap_svg(picture)
        case OkrTreePicture():
            return okr_tree.okr_tree_svg(picture)
        case TrajectoryPicture():
            return trajectory.trajectory_svg(picture)
        case BridgePicture():
            return bridge.bridge_svg(picture)
        case ProfitAndLossPicture():
            return profit_and_loss.profit_and_loss_svg(picture)
        case HeadcountPicture():
            return headcount.headcount_svg(picture)
