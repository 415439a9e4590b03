"""Settings refuse what would not be safe."""

from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from services.inventory.settings import InventorySettings
from shared.web.settings import ServiceSettings

GOOD = "postgresql://tw_inventory:8f14e45fceea167a@database/tradewind"


def settings(url: str = GOOD, **others: Any) -> ServiceSettings:
    return ServiceSettings(database_url=SecretStr(url), **others)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://tw_inventory@database/tradewind",
        "postgresql://tw_inventory:@database/tradewind",
        "postgresql://tw_inventory:tw_inventory@database/tradewind",
        "postgresql://tw_inventory:Postgres@database/tradewind",
        "postgresql://tw_inventory:changethis@database/tradewind",
        "postgresql://postgres:8f14e45fceea167a@database/tradewind",
        "postgresql://tw_owner:8f14e45fceea167a@database/tradewind",
        "nonsense",
    ],
)
def test_an_unsafe_database_address_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(ValidationError) as caught:
        settings(url)
    assert "8f14e45fceea167a" not in str(caught.value)


def test_keys_do_not_travel_in_the_clear() -> None:
    with pytest.raises(ValidationError, match="https"):
        settings(public_url="http://api.seller.test")
    allowed = settings(public_url="http://api.seller.test", plain_http_allowed=True)
    assert allowed.base_url == "http://api.seller.test/v1"
    assert settings(public_url="https://api.seller.test/inventory/").base_url == "https://api.seller.test/inventory/v1"
    assert settings(public_url="http://127.0.0.1:8001").base_url == "http://127.0.0.1:8001/v1"
    for wrong in ("ftp://host", "localhost:8001", "https://host?x=1", ""):
        with pytest.raises(ValidationError):
            settings(public_url=wrong)


def test_secrets_are_not_shown() -> None:
    shown = repr(settings(signing_key=SecretStr("very secret")))
    assert "8f14e45fceea167a" not in shown
    assert "very secret" not in shown


def test_all_processes_of_a_service_sign_alike_and_two_services_do_not() -> None:
    assert settings().cursor_key == settings().cursor_key
    assert settings().cursor_key != settings(GOOD.replace("8f14", "1234")).cursor_key
    assert settings(signing_key=SecretStr("a")).cursor_key != settings().cursor_key


def test_a_service_reads_its_own_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INVENTORY_DATABASE_URL", GOOD)
    monkeypatch.setenv("INVENTORY_PUBLIC_URL", "https://seller.test/inventory")
    monkeypatch.setenv("ADS_PUBLIC_URL", "https://seller.test/ads")
    assert InventorySettings().public_url == "https://seller.test/inventory"
