"""What the ads service is told by its environment: `ADS_*`."""

from pydantic_settings import SettingsConfigDict

from shared.web.settings import ServiceSettings


class AdsSettings(ServiceSettings):
    """Settings of the ads service."""

    model_config = SettingsConfigDict(env_prefix="ADS_")

    public_url: str = "http://localhost:8002"
