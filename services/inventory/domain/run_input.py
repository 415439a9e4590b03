"""Decides what the frozen input of a replenishment run is: bytes from which the same proposals come again."""

import hashlib
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import orjson

from services.inventory.domain.arrays import FloatArray
from services.inventory.domain.lead_time import Mode, TransitDistribution
from services.inventory.domain.proposals import ListingFacts, UnderWay

FORMAT = 1
_UNKNOWN_SALES, _UNKNOWN_STOCK = -1, -1
_PIECE_BYTES = 1_000_000
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
            _fields(facts) | {"freight": {mode.value: cost for mode, cost in facts.freight.items()}}
            for facts in source.listings
        ],
        "stock": [_fields(state) for state in source.stock],
        "under_way": [_fields(entry) for entry in source.under_way],
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
    end = content.index(b"\n")
    header: dict[str, Any] = orjson.loads(content[:end])
    if header["format"] != FORMAT:
        raise ValueError(f"a frozen input of format {header['format']} cannot be read")
    listings = tuple(_facts(fields) for fields in header["listings"])
    shape = (len(listings), int(header["days"]))
    size = shape[0] * shape[1]
    sales = np.frombuffer(content, "<i4", size, end + 1).reshape(shape).astype(np.float32)
    in_stock = np.frombuffer(content, "<i1", size, end + 1 + 4 * size).reshape(shape).astype(np.float32)
    sales[sales == _UNKNOWN_SALES] = np.nan
    in_stock[in_stock == _UNKNOWN_STOCK] = np.nan
    return RunInput(
        date.fromisoformat(header["as_of_date"]),
        header["review_days"],
        header["currency"],
        date.fromisoformat(header["first_date"]),
        listings,
        tuple(StockState(**fields) for fields in header["stock"]),
        sales,
        in_stock,
        tuple(_under_way(fields) for fields in header["under_way"]),
        {
            name: {
                Mode(mode): TransitDistribution(np.array(days, dtype=float), np.array(weights, dtype=float), seen)
                for mode, (days, weights, seen) in lane.items()
            }
            for name, lane in header["lanes"].items()
        },
        header["domestic"],
    )


def fingerprint(content: bytes) -> bytes:
    """SHA-256 of a frozen input: equal for equal inputs."""
    return hashlib.sha256(content).digest()


def packed(content: bytes) -> Iterator[bytes]:
    """The frozen input compressed, in pieces that a row can hold."""
    whole = zlib.compress(content, _COMPRESSION)
    for first in range(0, len(whole), _PIECE_BYTES):
        yield whole[first : first + _PIECE_BYTES]


def unpacked(pieces: Iterator[bytes]) -> bytes:
    """The frozen input from its pieces in order."""
    return zlib.decompress(b"".join(pieces))


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def _facts(fields: dict[str, Any]) -> ListingFacts:
    freight = {Mode(mode): cost for mode, cost in fields["freight"].items()}
    return ListingFacts(**(fields | {"freight": freight, "assumed": tuple(fields["assumed"])}))


def _under_way(fields: dict[str, Any]) -> UnderWay:
    expected = fields["expected_date"]
    return UnderWay(
        fields["listing_key"],
        Mode(fields["mode"]),
        fields["units"],
        date.fromisoformat(fields["shipped_date"]),
        None if expected is None else date.fromisoformat(expected),
    )
