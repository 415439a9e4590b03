"""What the planning service is told by its environment: `PLANNING_*`."""

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from shared.core.api_key import is_strong_secret
from shared.web.settings import ServiceSettings


class PlanningSettings(ServiceSettings):
    """Settings of the planning service and its worker."""

    model_config = SettingsConfigDict(env_prefix="PLANNING_")

    public_url: str = "http://localhost:8003"
    worker_concurrency: int = Field(
        default=2, ge=1, le=64, description="operations that one worker carries out at once"
    )
    feed_interval_minutes: int = Field(
        default=60, ge=0, le=10_080, description="how often workers pull measured figures; 0: only when asked to"
    )
    inventory_url: str = Field(
        default="http://localhost:8001/v1", description="where inventory answers, with its version"
    )
    ads_url: str = Field(default="http://localhost:8002/v1", description="where ads answers, with its version")
    service_key_secret: SecretStr | None = Field(
        default=None,
        description="from which this service's keys for other services are derived; without it none is asked",
    )

    @field_validator("service_key_secret")
    @classmethod
    def _strong(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not is_strong_secret(value.get_secret_value()):
            raise ValueError("must be 32 random characters or more, such as `openssl rand -hex 32` makes")
        return value

    @property
    def secret(self) -> str | None:
        """The secret of this service's keys as text, where there is one."""
        return None if self.service_key_secret is None else self.service_key_secret.get_secret_value()
