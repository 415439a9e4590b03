"""SQL of what a listing sells a day, by those of the last thirty days of which its sales are known."""

RATE_DAYS = 30
# Fewer days tell nobody what is sold a day. Of a younger listing all of its days are enough.
LEAST_KNOWN_DAYS = 7


def join_covered(listing: str) -> str:
    """Joins to rows of `listing` (id, account_id, marketplace) the ranges of days of which all its sales are known.

    Neighbouring and overlapping ranges are one, so that a year of daily reports is a single range.
    """
    days = "range_agg(daterange(date_from, date_to, '[]')) AS days FROM inventory.sales_coverage WHERE tenant_id = $1"
    return f"""
    LEFT JOIN (
        SELECT account_id, marketplace, {days} AND listing_id IS NULL GROUP BY account_id, marketplace
    ) AS covered_account
      ON covered_account.account_id = {listing}.account_id AND covered_account.marketplace = {listing}.marketplace
    LEFT JOIN (
        SELECT listing_id, {days} AND listing_id IS NOT NULL GROUP BY listing_id
    ) AS covered_listing ON covered_listing.listing_id = {listing}.id
    """


def select_daily_units(listing: str, last_day: str) -> str:
    """Selects, of a row of `listing` to which `join_covered` is joined, what it sells a day over 30 days to `last_day`.

    `daily_units` (packs) is null where too few of these days since the listing's first sales are known; `units` are the
    packs known to be sold, `first_day` is the day of the first sales, null without any. A day is known as in a run:
    it has a row of more than some orders, or it is covered.
    """
    rows = f"s.tenant_id = $1 AND s.listing_id = {listing}.id AND s.source <> 'partial_orders'"
    since = f"greatest(began.first_day, {last_day} - {RATE_DAYS - 1})"
    # OFFSET 0: worked out once, and not again for each row that is compared with it.
    return f"""
    SELECT began.first_day, known.units,
           CASE WHEN known.days >= least({LEAST_KNOWN_DAYS}, {last_day} - began.first_day + 1)
                THEN known.units / known.days END AS daily_units
    FROM (
        SELECT (
            SELECT s.sales_date FROM inventory.daily_sales AS s
            WHERE {rows} AND s.sales_date <= {last_day}
            ORDER BY s.sales_date LIMIT 1
        ) AS first_day
        OFFSET 0
    ) AS began
    CROSS JOIN LATERAL (
        SELECT {since} AS since,
               (coalesce(covered_account.days, datemultirange()) + coalesce(covered_listing.days, datemultirange()))
                   * datemultirange(daterange({since}, {last_day}, '[]')) AS covered
        OFFSET 0
    ) AS span
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(s.units), 0)::numeric AS units,
               count(*) FILTER (WHERE NOT s.sales_date <@ span.covered)
                   + (SELECT coalesce(sum(upper(d) - lower(d)), 0) FROM unnest(span.covered) AS d) AS days
        FROM inventory.daily_sales AS s
        WHERE {rows} AND s.sales_date BETWEEN span.since AND {last_day}
    ) AS known
    """
