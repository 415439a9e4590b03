"""Draws the picture of a listing's stock, in a child: drawing takes longer than other requests should wait."""

from services.inventory.actions.children import Children
from services.inventory.pictures.stock_picture import StockPicture


async def draw_stock(children: Children, picture: StockPicture) -> bytes:
    """The picture as SVG. Unavailable when too much is being computed."""
    content: bytes = await children.run(drawn, picture)
    return content


def drawn(picture: StockPicture) -> bytes:
    """In a child: draws."""
    # The plotting library costs every process that imports it half a second; children begin with it loaded.
    from services.inventory.pictures.stock_projection import stock_projection_svg

    return stock_projection_svg(picture)
