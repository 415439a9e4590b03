"""Gives valid cases of schemathesis resources that exist, at the version they have.

No generator guesses an id or an ETag: without this, few cases would get past 404 and 412. The coverage phase, which
takes no values from dictionaries, always gets them; the random phases often enough.
"""

import json
import os
import random
import urllib.error
import urllib.request
from typing import Any

import schemathesis
from schemathesis.core.parameters import ParameterLocation

KNOWN: dict[str, list[str]] = json.loads(os.environ.get("TRADEWIND_CONTRACT_KNOWN", "{}"))
KEY = os.environ.get("TRADEWIND_CONTRACT_KEY", "")
SHARE = {"coverage": 1.0, "fuzzing": 0.7, "stateful": 0.3}
_choose = random.Random(20)


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case[Any], kwargs: dict[str, Any]) -> None:
    """Put known ids, and the present version where one is asked for, into a valid case."""
    meta = case.meta
    if meta is None or meta.generation.mode.is_negative:
        return
    if _choose.random() >= SHARE.get(meta.phase.name.value, 0.0):
        return
    for name in case.path_parameters:
        known = KNOWN.get(f"path.{name}")
        if known and not meta.is_negative_at(ParameterLocation.PATH):
            case.path_parameters[name] = _choose.choice(known)
    if "If-Match" in (case.headers or {}):
        version = _version(case)
        if version:
            case.headers["If-Match"] = version


def _version(case: schemathesis.Case[Any]) -> str | None:
    """The ETag of the resource, which for an action such as /shipments/{id}/departures is one level up."""
    path = case.formatted_path
    while path.count("/") > 1:
        request = urllib.request.Request(
            (case.operation.base_url or "").rstrip("/") + path, headers={"Authorization": f"Bearer {KEY}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                if response.headers.get("ETag"):
                    return str(response.headers["ETag"])
        except (urllib.error.HTTPError, ValueError):
            pass
        path = path.rpartition("/")[0]
    return None
