"""Measured figures of advertising by day over HTTP."""

from services.ads.queries.metric_readings import read_metric_readings
from shared.web.metric_readings import metric_readings_router

TOLD = """
`ad_spend`, `ad_sales`, `ad_clicks` and `ad_orders` by day, from the newest pull of each campaign's day: of a
marketplace from campaign reports, of a product from reports of advertised products. Only reports by day count; weeks
and longer ranges are not told, and not spread over their days. Sales and orders grow for some days after the click,
and come again as they do. Money is in the marketplace's currency.

A product is told by its code once inventory has said which it is, which it is asked at each scoring run. Where a newer
pull does not name a product any more, a day's pulls were withdrawn, or inventory says another code, the reading of the
former becomes 0.
"""

router = metric_readings_router("ads", read_metric_readings, TOLD)
