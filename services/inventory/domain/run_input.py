"""Decides what the frozen input of a replenishment run is: bytes from which the same proposals come again."""

import hashlib
import math
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import numpy as np
import orjson

from services.inventory.domain.arrays import FloatArray
from services.inventory.domain.demand_paths import DemandPool
from services.inventory.domain.lead_time import Mode, TransitDistribution
from services.inventory.domain.proposals import ListingFacts, UnderWay, proposal_block
from services.inventory.domain.replenishment import PlanningBlock

FORMAT = 1
# Pieces of a run from here on hold what was learned from its input.
LEARNED_POSITION = 1_000_000
_UNKNOWN_SALES, _UNKNOWN_STOCK = -1, -1
_PIECE_BYTES = 1_000_000
# Few enough that one of them is found at once, many enough that what all parts repeat counts little.
PART_LISTINGS = 200
# Sales are small numbers in long rows of zeros: more effort than this saves little and costs much.
_COMPRESSION = 1


@dataclass(frozen=True, slots=True)
class StockState:
    """What the run saw of a listing, in packs, beside what the rule needs; shown with each proposal."""

    sellable: int
    reserved: int
    receiving: int
    inbound: int
    in_transit: int
    planned: int
    domestic_units: int | None


@dataclass(frozen=True, slots=True)
class RunInput:
    """Everything a run decides on. `sales` and `in_stock` (n, days) begin on `first_date`; NaN is unknown."""

    as_of_date: date
    review_days: int
    currency: str
    first_date: date
    listings: tuple[ListingFacts, ...]
    stock: tuple[StockState, ...]
    sales: FloatArray
    in_stock: FloatArray
    under_way: tuple[UnderWay, ...]
    lanes: Mapping[str, Mapping[Mode, TransitDistribution]]
    domestic: Mapping[str, float]


def frozen(source: RunInput) -> bytes:
    """The input as bytes: a line of JSON with the facts, then the two matrices as little-endian numbers."""
    header = {
        "format": FORMAT,
        "as_of_date": source.as_of_date,
        "review_days": source.review_days,
        "currency": source.currency,
        "first_date": source.first_date,
        "days": source.sales.shape[1],
        "listings": [
            _values(facts) | {"freight": {mode.value: cost for mode, cost in facts.freight.items()}}
            for facts in source.listings
        ],
        "stock": [_values(state) for state in source.stock],
        "under_way": [_values(entry) for entry in source.under_way],
        "lanes": {
            name: {
                mode.value: [transit.days.tolist(), transit.weights.tolist(), transit.observations]
                for mode, transit in lane.items()
            }
            for name, lane in source.lanes.items()
        },
        "domestic": dict(source.domestic),
    }
    sales = np.where(np.isnan(source.sales), _UNKNOWN_SALES, source.sales).astype("<i4")
    in_stock = np.where(np.isnan(source.in_stock), _UNKNOWN_STOCK, source.in_stock).astype("<i1")
    return b"".join([orjson.dumps(header, option=orjson.OPT_SORT_KEYS), b"\n", sales.tobytes(), in_stock.tobytes()])


def thawed(content: bytes) -> RunInput:
    """The input that was frozen; ValueError for bytes of another format."""
    return _thawed(content, None)


def thawed_listing(content: bytes, key: str) -> RunInput:
    """The part of a frozen input that is about one listing, whose draws and prospects are those it had in the whole.

    Takes out that listing alone: of ten thousand, a tenth of the time that all of them take.
    """
    return _thawed(content, key)


def _thawed(content: bytes, key: str | None) -> RunInput:
    end = content.index(b"\n")
    header: dict[str, Any] = orjson.loads(content[:end])
    if header["format"] != FORMAT:
        raise ValueError(f"a frozen input of format {header['format']} cannot be read")
    count, days = len(header["listings"]), int(header["days"])
    first, last = 0, count
    if key is not None:
        first = next(row for row, each in enumerate(header["listings"]) if each["key"] == key)
        last = first + 1
    shape, size = (last - first, days), (last - first) * days
    sales = np.frombuffer(content, "<i4", size, end + 1 + 4 * first * days).reshape(shape).astype(np.float32)
    start = end + 1 + 4 * count * days + first * days
    in_stock = np.frombuffer(content, "<i1", size, start).reshape(shape).astype(np.float32)
    sales[sales == _UNKNOWN_SALES] = np.nan
    in_stock[in_stock == _UNKNOWN_STOCK] = np.nan
    return RunInput(
        date.fromisoformat(header["as_of_date"]),
        header["review_days"],
        header["currency"],
        date.fromisoformat(header["first_date"]),
        tuple(_facts(each) for each in header["listings"][first:last]),
        tuple(StockState(**each) for each in header["stock"][first:last]),
        sales,
        in_stock,
        tuple(_under_way(each) for each in header["under_way"] if key is None or each["listing_key"] == key),
        {
            name: {
                Mode(mode): TransitDistribution(np.array(days, dtype=float), np.array(weights, dtype=float), seen)
                for mode, (days, weights, seen) in lane.items()
            }
            for name, lane in header["lanes"].items()
        },
        header["domestic"],
    )


def block_of(source: RunInput) -> PlanningBlock:
    """The input as the rule takes it."""
    return proposal_block(
        source.as_of_date,
        source.review_days,
        source.listings,
        source.sales,
        source.in_stock,
        source.under_way,
        source.lanes,
    )


def frozen_pool(pool: DemandPool) -> bytes:
    """What was learned from an input, as bytes: it could be learned again, but pictures cannot wait for that."""
    plain: dict[str, Any] = {}
    arrays: list[tuple[str, str, tuple[int, ...]]] = []
    parts: list[bytes] = []
    for each in fields(pool):
        value = getattr(pool, each.name)
        if isinstance(value, np.ndarray):
            arrays.append((each.name, value.dtype.str, value.shape))
            parts.append(np.ascontiguousarray(value).tobytes())
        else:
            plain[each.name] = value
    return b"".join([orjson.dumps({"plain": plain, "arrays": arrays}), b"\n", *parts])


def thawed_pool(content: bytes) -> DemandPool:
    """What was learned, from its bytes."""
    at = content.index(b"\n") + 1
    header: dict[str, Any] = orjson.loads(content[: at - 1])
    values: dict[str, Any] = header["plain"]
    for name, kind, shape in header["arrays"]:
        count = math.prod(shape)
        values[name] = np.frombuffer(content, kind, count, at).reshape(shape).copy()
        at += count * np.dtype(kind).itemsize
    # Pools of earlier runs do not say how many listings each group had: one is the most careful guess.
    values.setdefault("group_count", np.ones_like(values["group_level"]))
    return DemandPool(**values)


@dataclass(frozen=True, slots=True)
class InputPiece:
    """What one row holds of a frozen input: a part of its listings, in order, those of `keys`."""

    keys: tuple[str, ...]
    content: bytes


def packed_parts(source: RunInput, size: int = PART_LISTINGS) -> Iterator[InputPiece]:
    """The input in parts of so many listings, each a frozen input of its own: one listing is read without the rest.

    Every part says all lanes, and what its listings have at home; the first also what no listing has.
    """
    pooled = {listing.pool for listing in source.listings}
    for first in range(0, max(len(source.listings), 1), size):
        listings = source.listings[first : first + size]
        keys, pools = tuple(listing.key for listing in listings), {listing.pool for listing in listings}
        mine = frozenset(keys)
        part = replace(
            source,
            listings=listings,
            stock=source.stock[first : first + size],
            sales=source.sales[first : first + size],
            in_stock=source.in_stock[first : first + size],
            under_way=tuple(entry for entry in source.under_way if entry.listing_key in mine),
            domestic={
                pool: units
                for pool, units in source.domestic.items()
                if pool in pools or (first == 0 and pool not in pooled)
            },
        )
        yield InputPiece(keys, zlib.compress(frozen(part), _COMPRESSION))


def joined_parts(pieces: Iterable[bytes]) -> bytes:
    """The frozen input of which `packed_parts` made pieces, byte for byte."""
    parts = [thawed(zlib.decompress(piece)) for piece in pieces]
    domestic: dict[str, float] = {}
    for part in parts:
        domestic.update(part.domestic)
    return frozen(
        replace(
            parts[0],
            listings=tuple(listing for part in parts for listing in part.listings),
            stock=tuple(state for part in parts for state in part.stock),
            sales=np.concatenate([part.sales for part in parts]),
            in_stock=np.concatenate([part.in_stock for part in parts]),
            under_way=tuple(entry for part in parts for entry in part.under_way),
            domestic=domestic,
        )
    )


def fingerprint(content: bytes) -> bytes:
    """SHA-256 of a frozen input: equal for equal inputs."""
    return hashlib.sha256(content).digest()


def packed(content: bytes) -> Iterator[bytes]:
    """Bytes compressed, in pieces that a row can hold."""
    whole = zlib.compress(content, _COMPRESSION)
    for first in range(0, len(whole), _PIECE_BYTES):
        yield whole[first : first + _PIECE_BYTES]


def unpacked(pieces: Iterator[bytes]) -> bytes:
    """The bytes from their pieces in order."""
    return zlib.decompress(b"".join(pieces))


def _values(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def _facts(given: dict[str, Any]) -> ListingFacts:
    freight = {Mode(mode): cost for mode, cost in given["freight"].items()}
    return ListingFacts(**(given | {"freight": freight, "assumed": tuple(given["assumed"])}))


def _under_way(given: dict[str, Any]) -> UnderWay:
    expected = given["expected_date"]
    return UnderWay(
        given["listing_key"],
        Mode(given["mode"]),
        given["units"],
        date.fromisoformat(given["shipped_date"]),
        None if expected is None else date.fromisoformat(expected),
    )
