"""Draws pictures of advertising, in a child: drawing takes longer than other requests should wait."""

from services.ads.actions.children import Children
from services.ads.pictures.performance_picture import PerformancePicture
from services.ads.pictures.score_picture import ScorePicture
from services.ads.pictures.waste_picture import WastePicture

Picture = PerformancePicture | ScorePicture | WastePicture


async def draw(children: Children, picture: Picture) -> bytes:
    """The picture as SVG. Unavailable when too much is being computed."""
    content: bytes = await children.run(drawn, picture)
    return content


def drawn(picture: Picture) -> bytes:
    """In a child: draws."""
    # The plotting library costs every process that imports it half a second; children begin with it loaded.
    from services.ads.pictures import performance_chart, score_history, waste_map

    match picture:
        case PerformancePicture():
            return performance_chart.performance_chart_svg(picture)
        case ScorePicture():
            return score_history.score_history_svg(picture)
        case WastePicture():
            return waste_map.waste_map_svg(picture)
