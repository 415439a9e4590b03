"""A service's README names exactly the operations that the service offers."""

import re
from typing import Any

import pytest
from pydantic import SecretStr

from deploy.endpoint_table import endpoint_table
from deploy.roles import SERVICES
from tests.support.http import APPLICATIONS
from tests.support.paths import REPOSITORY


def document(service: str) -> dict[str, Any]:
    create, settings_type = APPLICATIONS[service]
    url = SecretStr(f"postgresql://tw_{service}:not-connected@127.0.0.1/none")
    built: dict[str, Any] = create(settings_type(database_url=url)).openapi()
    return built


@pytest.mark.parametrize("service", SERVICES)
def test_the_readme_has_the_table_of_operations(service: str) -> None:
    text = (REPOSITORY / "services" / service / "README.md").read_text()
    in_readme = [line for line in text.splitlines() if re.match(r"\| `(GET|POST|PUT|PATCH|DELETE) ", line)]
    assert sorted(in_readme) == sorted(endpoint_table(document(service))[2:]), (
        f"run `tradewind openapi {service} --as-table` and put its output into services/{service}/README.md"
    )
