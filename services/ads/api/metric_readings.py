"""Measured figures of advertising by day over HTTP."""

from services.ads.queries.metric_readings import read_metric_readings
from shared.web.metric_readings import metric_readings_router

TOLD = """
`ad_spend`, `ad_sales`, `ad_clicks` and `ad_orders` by day, from the newest pull of each campaign's day: of a
marketplace from campaign reports, of a product from reports of advertised products. Only reports by day count; weeks
and longer ranges are not told, and not spread over their days. Sales and orders grow for some days after the click,
and come again as they do. Money is in the marketplace's currency.

A product is told by its code once inventory has said which it is, which it is asked at each scoring run; where it says
another code, by that alone. What a newer pull of a campaign's day does not name any more is 0. Where all pulls of a day
were withdrawn, nothing is known of it.
"""

router = metric_readings_router("ads", read_metric_readings, TOLD)
