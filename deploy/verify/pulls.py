"""I9: of every campaign's day the figures of one pull count, the newest, and they are what that pull said."""

from deploy.verify.invariant import Invariant

_SLICE = "tenant_id, report, granularity, date_from, date_to, campaign_id"
_FIGURES = ("impressions", "clicks", "cost", "orders", "sales")
_SUMS = ", ".join(f"sum({name}) AS {name}" for name in _FIGURES)
_NEWEST = f"""
    SELECT DISTINCT ON ({_SLICE}) {_SLICE}, pull_id, {", ".join(_FIGURES)} FROM ads.pull_day
    ORDER BY {_SLICE}, as_of DESC, pull_id DESC
"""

PULLS = Invariant(
    code="I9",
    sentence="the current advertising figures of a campaign's day or period are those of its newest pull, once",
    tables=("ads.performance", "ads.superseded_performance", "ads.pull_day"),
    queries={
        "figures count that are not of the newest pull": f"""
            SELECT format('campaign %s, %s of %s', campaign_id, report, date_from)
            FROM (SELECT DISTINCT {_SLICE}, pull_id FROM ads.performance) AS p
            LEFT JOIN ({_NEWEST}) AS n USING ({_SLICE})
            WHERE n.pull_id IS DISTINCT FROM p.pull_id
        """,
        "figures are not what their pull said": f"""
            SELECT format('campaign %s, %s of %s', campaign_id, report, date_from)
            FROM ({_NEWEST}) AS n
            LEFT JOIN (SELECT {_SLICE}, {_SUMS} FROM ads.performance GROUP BY {_SLICE}) AS p USING ({_SLICE})
            WHERE ({", ".join(f"n.{name}" for name in _FIGURES)})
                  IS DISTINCT FROM ({", ".join(f"p.{name}" for name in _FIGURES)})
        """,
        "figures of one pull are kept twice": f"""
            SELECT format('campaign %s, %s of %s', campaign_id, report, date_from)
            FROM (SELECT DISTINCT {_SLICE}, pull_id FROM ads.performance) AS p
            JOIN (SELECT DISTINCT {_SLICE}, pull_id FROM ads.superseded_performance) AS s
              USING ({_SLICE}, pull_id)
        """,
    },
)
