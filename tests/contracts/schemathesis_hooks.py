"""Gives valid cases of schemathesis what no generator guesses: ids that exist, their versions, bodies that fit them.

Without this, few cases would get past 404, 409, 412 and 422. The coverage phase, which takes no values from
dictionaries, always gets them; the random phases often enough. What is random about a case otherwise stays.
"""

import itertools
import json
import os
import random
import urllib.error
import urllib.request
from typing import Any

import schemathesis
from schemathesis.core.parameters import ParameterLocation

from tests.contracts.bodies import Bodies
from tests.contracts.seeds import SEEDS

KEY = os.environ.get("TRADEWIND_CONTRACT_KEY", "")
SHARE = {"examples": 1.0, "coverage": 1.0, "fuzzing": 0.8, "stateful": 0.3}
EXAMPLE_KEY = "01939c2e-order-4711"
_choose = random.Random(20)
_seed = SEEDS[os.environ["TRADEWIND_CONTRACT_SERVICE"]]
_known = json.loads(os.environ["TRADEWIND_CONTRACT_KNOWN"])
_fitting = os.environ["TRADEWIND_CONTRACT_BODIES_FIT"] == "yes"
_bodies = Bodies(_known, _seed.bodies if _fitting else {}, _seed.places if _fitting else {}, _choose)
_number = itertools.count(1)


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case[Any], kwargs: dict[str, Any]) -> None:
    """Put known ids, a fitting body and the present version, where one is asked for, into a valid case."""
    meta = case.meta
    if meta is None or meta.generation.mode.is_negative or any(map(meta.is_negative_at, ParameterLocation)):
        return
    phase = meta.phase.name.value
    if _choose.random() >= SHARE.get(phase, 0.0):
        return
    operation = str(case.operation.definition.raw.get("operationId"))
    for name in case.path_parameters:
        value = _bodies.pick(operation, name, phase)
        if value is not None:
            case.path_parameters[name] = value
    headers: Any = case.headers or {}
    version, resource = _found(case) if case.method != "GET" and case.path_parameters else (None, {})
    number = next(_number)
    body = _bodies.make(operation, number, resource, phase)
    if body is not None:
        # Bytes are no string to the schema, so that a file made of them would turn the case into an invalid one.
        case.body = {name: value.decode() if isinstance(value, bytes) else value for name, value in body.items()}
    if headers.get("Idempotency-Key") == EXAMPLE_KEY:  # used again, for something else, it would be refused
        headers["Idempotency-Key"] = f"contract-{number}"
    if "If-Match" in headers and version:
        headers["If-Match"] = version


def _found(case: schemathesis.Case[Any]) -> tuple[str | None, dict[str, Any]]:
    """ETag and body of the resource, which for an action such as /shipments/{id}/transitions is one level up."""
    path = case.formatted_path
    while path.count("/") > 1:
        request = urllib.request.Request(
            (case.operation.base_url or "").rstrip("/") + path, headers={"Authorization": f"Bearer {KEY}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                if response.headers.get("ETag"):
                    return str(response.headers["ETag"]), json.loads(response.read())
        except (urllib.error.HTTPError, ValueError):
            pass
        path = path.rpartition("/")[0]
    return None, {}
