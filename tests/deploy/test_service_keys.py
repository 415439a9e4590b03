"""Keys between services: made once per tenant, derived from a secret that must be strong, changed without a gap."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from deploy import service_keys
from deploy.keys import KeyRefused, ensure_principal, ensure_tenant
from deploy.service_keys import SERVICE_SCOPES, ensure_service_keys, find_secret, local_secret
from shared.core.api_key import derived_api_key, is_strong_secret, parse_api_key
from shared.core.ids import new_id
from shared.db.api_keys import service_principal

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECRET = "first secret 0123456789abcdefghijklmnop"


def test_a_derived_key_has_the_form_of_every_key_and_follows_from_the_secret() -> None:
    key = derived_api_key("abcdefABCDEF", SECRET)
    assert parse_api_key(key.text) == key
    assert derived_api_key("abcdefABCDEF", SECRET) == key
    assert derived_api_key("abcdefABCDEF", SECRET + "x").text != key.text
    assert derived_api_key("abcdefABCDEG", SECRET).text[21:] != key.text[21:]


@pytest.mark.parametrize("weak", ["", "short", "a" * 64, "changethis" * 3])
def test_a_weak_secret_is_refused(weak: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_strong_secret(weak)
    if weak:
        monkeypatch.setenv("SERVICE_KEY_SECRET", weak)
        with pytest.raises(KeyRefused):
            find_secret()


def test_the_local_secret_is_made_up_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SERVICE_KEY_SECRET", raising=False)
    monkeypatch.setattr(service_keys, "_FILE", tmp_path / "secret")
    made = local_secret()
    assert is_strong_secret(made)
    assert local_secret() == made == find_secret()


async def test_keys_are_made_once_and_a_new_secret_leaves_the_last_one_live(
    owner: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    tenant_id = await ensure_tenant(owner, f"service-keys-{new_id()}", NOW)
    secrets = [SECRET, SECRET.replace("first", "other"), SECRET.replace("first", "third")]
    for number, secret in enumerate(secrets):
        moment = NOW + timedelta(days=number)
        assert await ensure_service_keys(owner, tenant_id, secret, moment) == len(SERVICE_SCOPES) == 2
        assert await ensure_service_keys(owner, tenant_id, secret, moment) == 0
    for service, scopes in SERVICE_SCOPES.items():
        name = service_principal(service)
        principal_id = await ensure_principal(owner, tenant_id, name, kind="integration", role="machine", now=NOW)
        rows = await owner.fetch(
            "SELECT key_id, sha256, scopes, revoked_at FROM platform.api_key"
            " WHERE tenant_id = $1 AND principal_id = $2 ORDER BY created_at",
            tenant_id,
            principal_id,
        )
        assert [
            derived_api_key(row["key_id"], secret).sha256 == row["sha256"]
            for row, secret in zip(rows, secrets, strict=True)
        ] == [True] * 3
        assert [row["revoked_at"] is None for row in rows] == [False, True, True]
        assert {tuple(row["scopes"]) for row in rows} == {scopes}
