"""The contract by which services serve measured figures to planning, and how an answer to it is put together."""

import dataclasses
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Query, Response
from pydantic import Field

from shared.core.metric_readings import MetricReading
from shared.db.cursors import CursorError, read_cursor, write_cursor
from shared.db.reading_changes import START, Note, Place, list_notes, moment_of, next_round
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import ReaderDep, SettingsDep
from shared.web.problems import InvalidCursor, problem_responses
from shared.web.routing import ServiceRouter
from shared.web.schemas import CurrencyCode, Day, DecimalStr, Instant, MarketplaceCode, Schema, Slug

CHANNEL = "amazon"
DEFAULT_LIMIT, MAX_LIMIT = 1_000, 10_000
MOST_DAYS, MOST_ROUNDS = 64, 40

MarketDay = tuple[str, date]
Readings = Mapping[MarketDay, Sequence[MetricReading]]
# Reads the figures of some days as they are now, in any order.
ReadingsOf = Callable[[Any, UUID, Sequence[MarketDay]], Awaitable[Readings]]

CONTRACT = """
Figures by present data, for whoever keeps them: without a cursor all, with one those that may have changed since.

Hand `next_cursor` back to go on; it is there on the last page as well, where the next pull begins. While `is_complete`
is false there is more to be had at once. No change is ever left out, not even one that was under way during an earlier
pull; a reading may come again as it was. Of two readings of one metric, scope and period the one observed later counts.

A figure may stop being known, as costs do when something is sold whose cost nobody has stated. What a day does not have
any more is not among its items: `told` says which parts of which days an answer tells in full, and whatever was told
before of such a part, and now is not, is known no longer. Readings that end on a day are ordered by product, metric
and first day, character by character; those of all products come first.

Two levels are told, never to be added to each other: a marketplace with all its products, and a product in a
marketplace. Several accounts of a marketplace are summed. A key that is absent from `scope` means all. Days are those
of the marketplace.
"""


class ReadingScope(Schema):
    """What a reading is of; a key that is absent means all."""

    marketplace: MarketplaceCode
    channel: Slug = Field(description="Where it was sold or advertised.", examples=[CHANNEL])
    product_ref: str = Field(
        default="",
        max_length=200,
        description="Code of the product; absent: all products.",
        examples=["HR-LAMP"],
        exclude_if=lambda value: not value,
    )


class ReadingPeriod(Schema):
    """Days that a reading is of, the last one included."""

    start_date: Day
    end_date: Day


class MetricReadingRead(Schema):
    """A measured figure."""

    metric_code: Slug = Field(description="What was measured.", examples=["units_sold"])
    scope: ReadingScope
    period: ReadingPeriod
    value: DecimalStr = Field(description="Exact decimal in a string.", examples=["12"])
    currency: CurrencyCode | None = Field(description="Of money, null of other figures.")
    observed_at: Instant = Field(description="When the figure was read from the present data.")


class ReadingPlace(Schema):
    """Where a reading stands among those that end on the same day."""

    product_ref: str = Field(
        max_length=200, description="Code of the product; empty: all products.", examples=["HR-LAMP"]
    )
    metric_code: Slug = Field(description="What was measured.", examples=["units_sold"])
    start_date: Day


def _end(description: str) -> Any:
    return Field(default=None, description=description, exclude_if=lambda value: value is None)


class ToldStretch(Schema):
    """A part of a day: of what is known of it, everything is among the items."""

    marketplace: MarketplaceCode
    channel: Slug = Field(description="Where it was sold or advertised.", examples=[CHANNEL])
    end_date: Day = Field(description="The last day of the readings.")
    after: ReadingPlace | None = _end("The part begins behind this place; absent: with the first reading.")
    until: ReadingPlace | None = _end("The part ends with this place; absent: with the last reading.")
    observed_at: Instant = Field(description="When it was read from the present data.")


class MetricReadingPage(Schema):
    """Readings, and where to go on."""

    items: list[MetricReadingRead] = Field(max_length=MAX_LIMIT, description="The readings of this page.")
    told: list[ToldStretch] = Field(
        max_length=MOST_DAYS * MOST_ROUNDS, description="Of which parts of which days the items are all that is known."
    )
    next_cursor: str = Field(max_length=1_000, description="Where the next page, or the next pull, begins.")
    is_complete: bool = Field(description="Whether everything known has been told; false: ask again at once.")


def metric_readings_router(service: str, readings_of: ReadingsOf, told: str) -> ServiceRouter:
    """`GET /metric-readings` of a service: `told` says what its figures are and which it leaves out."""
    router = ServiceRouter("metric-readings", "Measured figures by day, for plans and goals.")

    @router.get(
        "/metric-readings",
        response_model=MetricReadingPage,
        dependencies=[requires(f"{service}.read")],
        responses=problem_responses(InvalidCursor),
        description=f"{CONTRACT.strip()}\n\n{told.strip()}",
    )
    async def list_metric_readings(
        connection: ReaderDep,
        caller: CallerDep,
        settings: SettingsDep,
        cursor: Annotated[
            str | None, Query(max_length=1_000, description="`next_cursor` of the answer before; absent: everything.")
        ] = None,
        limit: Annotated[
            int,
            Query(
                ge=1, le=MAX_LIMIT, description="Most readings of the answer.", json_schema_extra={"format": "int32"}
            ),
        ] = DEFAULT_LIMIT,
    ) -> Response:
        scope = scope_of(service, caller.tenant_id)
        place = START if cursor is None else place_of(cursor, scope, settings.cursor_key)
        page, place = await read_page(connection, service, caller.tenant_id, readings_of, place, limit)
        page["next_cursor"] = write_cursor(content_of(place), scope, settings.cursor_key)
        return Response(MetricReadingPage.model_validate(page).model_dump_json(), media_type="application/json")

    return router


async def read_page(
    connection: Any, service: str, tenant_id: UUID, readings_of: ReadingsOf, place: Place, limit: int
) -> tuple[dict[str, Any], Place]:
    """The next readings, at most `limit`, and the place behind them.

    A few days are asked for at once, as many as are likely to fill the page.
    """
    moment = await moment_of(connection)
    if place.is_of_another_life(moment):
        place = START
    items: list[dict[str, Any]] = []
    told: list[dict[str, Any]] = []
    days, is_complete = 1, False
    for _ in range(MOST_ROUNDS):
        notes = await list_notes(connection, service, tenant_id, place, moment, days + 1)
        is_last = len(notes) <= days
        found = await readings_of(connection, tenant_id, [(each.marketplace, each.day) for each in notes[:days]])
        for note in notes[:days]:
            readings = sorted(found.get((note.marketplace, note.day), ()), key=lambda each: each.place)
            at_it = (place.changed_in, place.marketplace, place.day) == (note.changed_in, note.marketplace, note.day)
            begin = min(max(place.done, 0), len(readings)) if at_it else 0
            done = min(begin + limit - len(items), len(readings))
            items += [_item_of(reading, moment.at) for reading in readings[begin:done]]
            if done > begin or done == len(readings):
                told.append(_stretch(note, readings, begin, done, moment.at))
            if done < len(readings):
                return _page(items, told, is_complete=False), note.passed(place, moment, done)
            place = note.passed(place, moment)
        if is_last:
            is_complete, place = True, next_round(place, moment)
            break
        if len(items) >= limit:
            break
        per_day = max(1, sum(map(len, found.values())) // days)
        days = min(MOST_DAYS, 2 * days, max(1, (limit - len(items)) // per_day))
    return _page(items, told, is_complete=is_complete), place


def _page(items: list[dict[str, Any]], told: list[dict[str, Any]], *, is_complete: bool) -> dict[str, Any]:
    return {"items": items, "told": told, "is_complete": is_complete}


def _stretch(note: Note, readings: Sequence[MetricReading], begin: int, done: int, observed_at: Any) -> dict[str, Any]:
    """The part of the note's day whose readings are those from `begin` up to `done`, to be told now."""
    return {
        "marketplace": note.marketplace,
        "channel": CHANNEL,
        "end_date": note.day,
        "after": _place_of(readings[begin - 1]) if begin else None,
        "until": _place_of(readings[done - 1]) if done < len(readings) else None,
        "observed_at": observed_at,
    }


def _place_of(reading: MetricReading) -> dict[str, Any]:
    product_ref, metric_code, start_date = reading.place
    return {"product_ref": product_ref, "metric_code": metric_code, "start_date": start_date}


def _item_of(reading: MetricReading, observed_at: Any) -> dict[str, Any]:
    return {
        "metric_code": reading.metric_code,
        "scope": {
            "marketplace": reading.marketplace,
            "channel": CHANNEL,
            "product_ref": reading.product_ref or "",
        },
        "period": {"start_date": reading.start_date, "end_date": reading.end_date},
        "value": reading.value,
        "currency": reading.currency,
        "observed_at": observed_at,
    }


def scope_of(service: str, tenant_id: UUID) -> bytes:
    """What a cursor is for: this list of this service, and one company."""
    return hashlib.blake2b(f"{service} metric readings {tenant_id}".encode(), digest_size=16).digest()


def content_of(place: Place) -> bytes:
    """A place as a cursor holds it."""
    return orjson.dumps(dataclasses.astuple(place))


def place_of(cursor: str, scope: bytes, signing_key: bytes) -> Place:
    """The place that a cursor holds; InvalidCursor for one of another list or company."""
    try:
        changed_in, marketplace, day, *more = orjson.loads(read_cursor(cursor, scope, signing_key))
    except CursorError as error:
        raise InvalidCursor from error
    return Place(changed_in, marketplace, date.fromisoformat(day), *more)
