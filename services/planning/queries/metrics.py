"""Reads of metrics: the list of the starting catalogue overlaid by a company's own, and what uses a metric."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.metric import Better, Fold, Metric, Source, Unit
from services.planning.domain.metric_catalogue import HEADLINE_CODES, STARTING_CATALOGUE, standard_name
from services.planning.queries.catalogue import metric_of
from services.planning.schemas.metrics import MetricOrigin, MetricRead
from services.planning.tables import MetricRow, PlanningBase
from shared.core.errors import NotFound
from shared.db.listing import Filter, ListQuery, Sort, decimal_json

# A standard metric never changes by itself; the first change of a company makes version 2.
STANDARD_VERSION = 1


def _literal(value: object) -> str:
    return "NULL" if value is None else "'" + str(value).replace("'", "''") + "'"


def _standard_rows() -> Iterator[str]:
    for metric in STARTING_CATALOGUE.values():
        values = (
            metric.code,
            standard_name(metric.code),
            metric.unit,
            metric.better,
            metric.fold,
            metric.source,
            metric.freshness_hours,
            metric.numerator,
            metric.denominator,
            metric.formula,
            metric.band_low,
            metric.band_high,
            metric.code in HEADLINE_CODES,
        )
        yield "(" + ", ".join(_literal(each) for each in values) + ")"


_COLUMNS = (
    "code, name, unit, better, fold, source, freshness_hours, numerator, denominator, formula, band_low, band_high,"
    " is_headline"
)
_STANDARD = f"(VALUES {', '.join(_standard_rows())}) AS d ({_COLUMNS})"
# Everything that a tenant has: its own rows, and of the standard ones those that it has not changed.
METRICS_OF_TENANT = f"""(
    SELECT o.tenant_id, {_COLUMNS}, 'own' AS origin, o.version, o.updated_at FROM planning.metric o
    WHERE o.tenant_id = $1
    UNION ALL
    SELECT $1, d.code, d.name, d.unit, d.better, d.fold, d.source, d.freshness_hours::integer, d.numerator,
        d.denominator, d.formula, d.band_low::numeric, d.band_high::numeric, d.is_headline::boolean, 'standard',
        {STANDARD_VERSION}, NULL
    FROM {_STANDARD}
    WHERE NOT EXISTS (SELECT FROM planning.metric o WHERE o.tenant_id = $1 AND o.code = d.code)
)"""

METRICS = ListQuery(
    name="metrics",
    source=f"{METRICS_OF_TENANT} m",
    where="m.tenant_id = $1",
    fields={
        "code": "m.code",
        "name": "m.name",
        "unit": "m.unit",
        "better": "m.better",
        "fold": "m.fold",
        "source": "m.source",
        "freshness_hours": "m.freshness_hours",
        "numerator": "m.numerator",
        "denominator": "m.denominator",
        "formula": "m.formula",
        "band_low": decimal_json("m.band_low"),
        "band_high": decimal_json("m.band_high"),
        "is_headline": "m.is_headline",
        "origin": "m.origin",
        "version": "m.version",
        "updated_at": "m.updated_at",
    },
    sorts={"code": Sort("m.code", "text"), "name": Sort("m.name", "text")},
    default_sort="code",
    key=Sort("m.code", "text"),
    filters={
        "unit": Filter("m.unit = ANY({})", list[Unit], "Only metrics of these units."),
        "better": Filter("m.better = ANY({})", list[Better], "Only metrics of which this is better."),
        "fold": Filter("m.fold = ANY({})", list[Fold], "Only metrics that fold so."),
        "source": Filter("m.source = ANY({})", list[Source], "Only metrics whose readings come from there."),
        "origin": Filter("m.origin = {}", MetricOrigin, "Only the company's own metrics, or only standard ones."),
        "is_headline": Filter("m.is_headline = {}", bool, "Only headline metrics, or only others."),
    },
)

# For lists of what belongs to a metric: whether there is one of this code.
METRIC_EXISTS = (
    "SELECT FROM planning.metric WHERE tenant_id = $1 AND code = $2"
    f" UNION ALL SELECT WHERE $2::text IN ({', '.join(_literal(code) for code in STARTING_CATALOGUE)})"
)


async def find_own_metric(
    session: AsyncSession, tenant_id: UUID, code: str, *, for_update: bool = False
) -> MetricRow | None:
    """The company's own row of this code."""
    row = MetricRow
    statement = select(row).where(row.tenant_id == tenant_id, row.code == code)
    return await session.scalar(statement.with_for_update() if for_update else statement)


async def get_metric(session: AsyncSession, tenant_id: UUID, code: str) -> MetricRead:
    """The metric as the company has it, or NotFound."""
    row = await find_own_metric(session, tenant_id, code)
    if row is not None:
        return own_metric(row)
    if code not in STARTING_CATALOGUE:
        raise NotFound
    return _read(
        STARTING_CATALOGUE[code],
        standard_name(code),
        code in HEADLINE_CODES,
        MetricOrigin.STANDARD,
        STANDARD_VERSION,
        None,
    )


def own_metric(row: MetricRow) -> MetricRead:
    """A company's own metric as callers see it."""
    return _read(metric_of(row), row.name, row.is_headline, MetricOrigin.OWN, row.version, row.updated_at)


def _read(
    metric: Metric, name: str, is_headline: bool, origin: MetricOrigin, version: int, updated_at: datetime | None
) -> MetricRead:
    return MetricRead(
        code=metric.code,
        name=name,
        unit=metric.unit,
        better=metric.better,
        fold=metric.fold,
        source=metric.source,
        freshness_hours=metric.freshness_hours,
        numerator=metric.numerator,
        denominator=metric.denominator,
        formula=metric.formula,
        band_low=metric.band_low,
        band_high=metric.band_high,
        is_headline=is_headline,
        origin=origin,
        version=version,
        updated_at=updated_at,
    )


async def tables_naming_metric(session: AsyncSession, tenant_id: UUID, code: str) -> list[str]:
    """The tables with a row of the company that names the metric, in order."""
    columns = [
        (table.name, table.c.tenant_id, table.c.metric_code)
        for table in PlanningBase.metadata.sorted_tables
        if "metric_code" in table.c
    ]
    found = await session.execute(
        union_all(
            *(
                select(literal(name)).where(exists().where(tenant == tenant_id, metric == code))
                for name, tenant, metric in columns
            )
        )
    )
    return sorted(name for (name,) in found)
