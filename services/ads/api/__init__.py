"""The operations of the ads service."""

from services.ads.api.advertising_benchmarks import router as advertising_benchmarks

ROUTERS = (advertising_benchmarks,)
