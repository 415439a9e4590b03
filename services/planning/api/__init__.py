"""The operations of the planning service."""

from services.planning.api.organisation_units import router as organisation_units

ROUTERS = (organisation_units,)
