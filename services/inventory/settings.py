"""What the inventory service is told by its environment: `INVENTORY_*`."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.web.settings import ServiceSettings


class InventorySettings(ServiceSettings):
    """Settings of the inventory service and its worker."""

    model_config = SettingsConfigDict(env_prefix="INVENTORY_")

    public_url: str = "http://localhost:8001"
    worker_concurrency: int = Field(
        default=2, ge=1, le=64, description="operations that one worker carries out at once"
    )
