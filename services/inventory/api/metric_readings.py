"""Measured figures by day over HTTP."""

from services.inventory.queries.metric_readings import read_metric_readings
from shared.web.metric_readings import metric_readings_router

TOLD = """
Told by day, as far as known:

- `units_sold` (packs as Amazon counts them), `orders` (an order counts once for each listing in it, as Amazon counts
  order items) and `net_revenue` (as reported, before returns), of days whose sales are known. Where a business report
  tells an account's whole day and not all sales of its listings are known, it is the marketplace's day by the report.
- `visits`: sessions. Of a marketplace's day once they are known of every account that sold something. Where only a
  longer range is known, a reading of that range, never spread over its days; it is told no more when other readings
  tell its days.
- `stockout_days`: of a product 1 where the day's end is known and no listing of it had stock, else 0; of a marketplace
  their sum. Left out where nobody knows.
- `days_of_cover`: sellable packs at the end of a day whose stock Amazon reported, over what sells a day: packs sold by
  those of the last thirty days whose sales are known, of a younger listing since its first sales. Left out where
  nothing was sold in these, and of a product where fewer than seven of the days are known of a listing that has packs
  or sold some, of a listing younger than that fewer than all of its days. A marketplace's is that of its other
  products.
- `cogs`, `fulfilment_cost` and `selling_fees`: packs times the cost and the fee, revenue times the referral rate, all
  as they are stated now, for no history of them is kept. Left out where they are not stated for all packs of the day.

Money is in the marketplace's currency. What is in another one is converted at the last rate of the day or before, over
a third currency at need; where no rate leads there the reading is left out. Listings whose product nobody has stated
count in their marketplace alone. Where a listing goes to another product, or a product gets another code, its figures
are told under the new one alone. Returned units are not known.
"""

router = metric_readings_router("inventory", read_metric_readings, TOLD)
