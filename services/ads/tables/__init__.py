"""The rows of the ads service."""

from services.ads.tables.advertising_benchmark import AdvertisingBenchmarkRow, ShippedBenchmarkRow
from services.ads.tables.base import AdsBase

__all__ = ["AdsBase", "AdvertisingBenchmarkRow", "ShippedBenchmarkRow"]
