"""What the planning service is told by its environment: `PLANNING_*`."""

from pydantic_settings import SettingsConfigDict

from shared.web.settings import ServiceSettings


class PlanningSettings(ServiceSettings):
    """Settings of the planning service."""

    model_config = SettingsConfigDict(env_prefix="PLANNING_")

    public_url: str = "http://localhost:8003"
