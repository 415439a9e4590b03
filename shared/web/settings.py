"""What every service is told by its environment, and the values that are refused because they are not safe."""

import hashlib
from functools import cached_property
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

_LOOPBACK = {"localhost", "127.0.0.1", "::1", "test"}
_GUESSABLE = {"", "postgres", "password", "changethis", "changeme", "secret", "tradewind", "admin"}
_FORBIDDEN_ROLES = {"postgres", "tw_owner", "tw_verify"}


class ServiceSettings(BaseSettings):
    """Settings that all services share; a service subclasses it with its own `env_prefix`."""

    database_url: SecretStr = Field(description="Postgres as the service's own runtime role")
    public_url: str = Field(
        default="http://localhost:8000", description="where callers reach the service, without /v1: links start with it"
    )
    plain_http_allowed: bool = Field(
        default=False, description="accept a PUBLIC_URL without TLS that is not this machine (a private network)"
    )
    pool_size: int = Field(default=10, ge=1, le=200)
    reader_pool_size: int = Field(default=10, ge=1, le=200)
    statement_timeout_ms: int = Field(default=30_000, ge=100, le=600_000)
    max_body_bytes: int = Field(default=1_000_000, ge=1_000, le=1_000_000_000)
    rate_limit_quota: int = Field(default=6_000, ge=1, le=1_000_000_000, description="requests per key and window")
    rate_limit_window_seconds: int = Field(default=60, ge=1, le=86_400)
    workers: int = Field(default=1, ge=1, le=1_000, description="processes that share the quota")
    signing_key: SecretStr | None = Field(
        default=None, description="signs page cursors; derived from the database password when not set"
    )
    queue_age_limit_seconds: int = Field(default=900, ge=1)
    log_level: str = Field(default="info", pattern="^(debug|info|warning|error)$")

    @field_validator("public_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("must be an absolute http(s) URL without query")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _safe(self) -> Self:
        parts = urlsplit(self.public_url)
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK and not self.plain_http_allowed:
            raise ValueError("PUBLIC_URL must be https: keys travel with every request (or set PLAIN_HTTP_ALLOWED)")
        try:
            url = make_url(self.database_url.get_secret_value())
        except ArgumentError:
            raise ValueError("DATABASE_URL is not a database address") from None
        if url.username in _FORBIDDEN_ROLES:
            raise ValueError(f"DATABASE_URL must name the service's own role, not {url.username}")
        if str(url.password or "").lower() in {*_GUESSABLE, str(url.username or "").lower()}:
            raise ValueError("DATABASE_URL has no password, or one that anybody would guess")
        return self

    @property
    def base_url(self) -> str:
        """Where the versioned API begins; absolute links start with it."""
        return f"{self.public_url}/v1"

    @cached_property
    def cursor_key(self) -> bytes:
        """The key that signs cursors: equal in all processes of a service, and secret."""
        if self.signing_key is not None:
            material = self.signing_key.get_secret_value()
        else:
            material = str(make_url(self.database_url.get_secret_value()).password)
        return hashlib.blake2b(material.encode(), person=b"page cursors", digest_size=32).digest()
