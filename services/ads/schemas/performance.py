"""HTTP bodies of performance and of the pulls that brought it."""

from pydantic import Field

from services.ads.domain.vocabulary import Granularity, Report
from services.ads.schemas.fields import AmazonMarketplace, Figure, Text
from shared.web.schemas import BigCount, Count, CurrencyCode, Day, DecimalStr, Id, Instant, Schema

_REPORT = "What the figures are of."
_GRANULARITY = "Whether of one day, of seven, or of another period; never to be added to each other."
_FROM, _TO = "First day.", "Last day."
_COST, _SALES = "Money spent.", "Sales attributed to the ads."
_NOT_SAID = "Null where the report does not say it."


class PerformanceRead(Schema):
    """Current figures of one subject on one day or over one period."""

    report: Report = Field(description=_REPORT)
    granularity: Granularity = Field(description=_GRANULARITY)
    date_from: Day = Field(description=_FROM)
    date_to: Day = Field(description=_TO)
    campaign_id: Id
    campaign: Text = Field(description="Name of the campaign.")
    subject_id: Id = Field(
        description="The campaign, ad group, placement, target, search term or product ad, as `report` says."
    )
    subject: Text | None = Field(description="Its name, text or SKU.")
    currency: CurrencyCode
    pull_id: Id = Field(description="The pull that says it.")
    impressions: Figure | None = Field(description=_NOT_SAID)
    clicks: Figure | None = Field(description=_NOT_SAID)
    cost: DecimalStr | None = Field(description=_COST)
    orders: Figure | None = Field(description="Orders attributed to the ads. " + _NOT_SAID)
    units: Figure | None = Field(description="Units in these orders. " + _NOT_SAID)
    sales: DecimalStr | None = Field(description=_SALES)
    own_sku_units: Figure | None = Field(description="Units of the advertised product itself. " + _NOT_SAID)
    own_sku_sales: DecimalStr | None = Field(description="Sales of the advertised product itself. " + _NOT_SAID)


class PerformanceDayRead(Schema):
    """What one pull says in sum of a campaign's day or period."""

    report: Report = Field(description=_REPORT)
    granularity: Granularity = Field(description=_GRANULARITY)
    date_from: Day = Field(description=_FROM)
    date_to: Day = Field(description=_TO)
    campaign_id: Id
    campaign: Text = Field(description="Name of the campaign.")
    currency: CurrencyCode
    pull_id: Id
    as_of: Instant = Field(description="When Amazon said it.")
    is_current: bool = Field(description="Whether no newer pull says anything of this day or period.")
    row_count: Count = Field(description="Rows of the report.")
    impressions: Figure | None = Field(description=_NOT_SAID)
    clicks: Figure | None = Field(description=_NOT_SAID)
    cost: DecimalStr | None = Field(description=_COST)
    orders: Figure | None = Field(description=_NOT_SAID)
    sales: DecimalStr | None = Field(description=_SALES)


class ReportPullRead(Schema):
    """One report of an account in a marketplace as Amazon gave it at one moment."""

    id: Id
    import_id: Id
    ad_account_id: Id
    marketplace: AmazonMarketplace = Field(description="What the report is of.")
    currency: CurrencyCode
    report: Report = Field(description=_REPORT)
    granularity: Granularity | None = Field(description="Of most of its rows; null while it is being read.")
    date_from: Day | None = Field(description=_FROM)
    date_to: Day | None = Field(description=_TO)
    as_of: Instant = Field(description="When Amazon gave it: what is newer counts.")
    attribution_days: Count | None = Field(description="How many days after a click an order counts.")
    row_count: BigCount = Field(description="Its rows.")
    withdrawn_at: Instant | None = Field(description="When its import was withdrawn; null while it counts.")
    withdrawn_by: Id | None = Field(description="The principal who withdrew it.")
