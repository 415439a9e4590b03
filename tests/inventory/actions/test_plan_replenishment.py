"""The stateless planning call from bytes to bytes: what is read, what is refused and how, and that it is pure."""

import asyncio
import copy
import gzip
import zlib
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import orjson
import pytest

from services.inventory.actions.children import Children
from services.inventory.actions.plan_replenishment import answer_to, plan_replenishment, pointer_of
from services.inventory.schemas.replenishment_plan import REQUEST_EXAMPLES, PlanAnswer, PlanRequest, request_schema
from shared.core.content_encoding import decoded
from shared.core.errors import BadRequest, ContentTooLarge, Invalid, TradewindError, Unavailable, UnsupportedMediaType

Body = dict[str, Any]


def body() -> Body:
    value: Body = copy.deepcopy(REQUEST_EXAMPLES["with_domestic_stock"]["value"])
    return value


def refused(change: Callable[[Body], object], error: type[TradewindError] = Invalid) -> TradewindError:
    changed = body()
    change(changed)
    with pytest.raises(error) as caught:
        answer_to(orjson.dumps(changed))
    return caught.value


@pytest.mark.parametrize("example", list(REQUEST_EXAMPLES))
def test_the_documented_examples_are_answered_as_documented(example: str) -> None:
    answer = PlanAnswer.model_validate_json(answer_to(orjson.dumps(REQUEST_EXAMPLES[example]["value"])), strict=True)
    assert sum(line.qty for line in answer.shipments) > 0
    assert {line.sku for line in answer.shipments} == {"A1/US"}


def test_the_same_bytes_give_the_same_answer() -> None:
    content = orjson.dumps(body())
    assert answer_to(content) == answer_to(content)


def test_shipments_stay_within_the_domestic_stock() -> None:
    scarce = body()
    scarce["items"][0]["domestic"] = 5
    answer = orjson.loads(answer_to(orjson.dumps(scarce)))
    assert 0 < sum(line["qty"] for line in answer["shipments"]) <= 5


def test_a_sku_that_is_not_on_sale_gets_nothing() -> None:
    unlisted = body()
    unlisted["skus"][0]["price"] = None
    assert orjson.loads(answer_to(orjson.dumps(unlisted)))["shipments"] == []


def test_no_skus_need_no_shipments() -> None:
    empty = body() | {"skus": [], "items": []}
    assert orjson.loads(answer_to(orjson.dumps(empty))) == {"shipments": [], "purchases": []}


def test_fields_that_the_plan_does_not_know_are_ignored() -> None:
    more = body() | {"comment": "replay 7"}
    more["skus"][0]["colour"] = "blue"
    assert answer_to(orjson.dumps(more)) == answer_to(orjson.dumps(body()))


WRONG: list[tuple[str, Callable[[Body], object], str]] = [
    ("no skus", lambda b: b.pop("skus"), "#/skus"),
    ("text for a number", lambda b: b["skus"][0].update(on_hand="40"), "#/skus/0/on_hand"),
    ("negative stock", lambda b: b["skus"][0].update(on_hand=-1), "#/skus/0/on_hand"),
    ("a truth value for a number", lambda b: b.update(review_days=True), "#/review_days"),
    ("a fraction of a day", lambda b: b.update(today=28.5), "#/today"),
    ("unknown mode", lambda b: b.update(modes=["slow_sea"]), "#/modes/0"),
    ("unknown mode under way", lambda b: b["skus"][0]["pipeline"][0].update(mode="rail"), "#/skus/0/pipeline/0/mode"),
    ("shipped tomorrow", lambda b: b["skus"][0]["pipeline"][0].update(shipped=29), "#/skus/0/pipeline/0/shipped"),
    ("text among the days", lambda b: b["skus"][0]["history"].__setitem__(3, "2"), "#/skus/0/history"),
    ("negative sales", lambda b: b["skus"][0]["history"].__setitem__(3, -2), "#/skus/0/history/3"),
    ("a list among the days", lambda b: b["skus"][0]["history"].__setitem__(3, [1]), "#/skus/0/history"),
    ("history is no list", lambda b: b["skus"][0].update(history=7), "#/skus/0/history"),
    ("too short a history", lambda b: b["skus"][0]["history"].pop(), "#/skus/0/history"),
    ("in_stock of another length", lambda b: b["skus"][0]["in_stock"].pop(), "#/skus/0/in_stock"),
    ("in_stock beyond one", lambda b: b["skus"][0]["in_stock"].__setitem__(0, 2), "#/skus/0/in_stock/0"),
    ("a sku twice", lambda b: b["skus"].append(b["skus"][0]), "#/skus/1/sku"),
    ("an item twice", lambda b: b["items"].append(b["items"][0]), "#/items/1/item"),
    ("an item without stock", lambda b: b["skus"][0].update(item="B2"), "#/skus/0/item"),
    (
        "no penalty and no margin",
        lambda b: [b["skus"][0]["econ"].pop(k) for k in ("penalty", "margin")],
        "#/skus/0/econ/penalty",
    ),
    ("no product cost", lambda b: b["skus"][0]["econ"].pop("cogs"), "#/skus/0/econ/cogs"),
    ("negative lead time", lambda b: b["lead_times"]["air"].append(-1), "#/lead_times/air/3"),
    ("no such date", lambda b: b.update(date="2026-02-30"), "#/date"),
    ("negative order", lambda b: b["items"][0]["open_po"][0].update(qty=-3), "#/items/0/open_po/0/qty"),
    ("history from tomorrow", lambda b: b.update(history_from=29), "#/history_from"),
]


@pytest.mark.parametrize(("change", "pointer"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_is_wrong_is_refused_and_its_field_named(change: Callable[[Body], object], pointer: str) -> None:
    problem = refused(change)
    assert [each.pointer for each in problem.errors] == [pointer]
    assert all(each.detail and each.code for each in problem.errors)


def test_several_faults_are_told_at_once_but_no_more_than_fifty() -> None:
    problem = refused(lambda b: b["skus"].extend({} for _ in range(100)))
    assert len(problem.errors) == 50
    assert problem.detail.startswith("400 field(s)")


@pytest.mark.parametrize("content", [b"", b"{", b"[1,", b"nul", b'{"today": NaN}', b"\xff\xfe"])
def test_what_is_not_json_is_a_bad_request(content: bytes) -> None:
    with pytest.raises(BadRequest):
        answer_to(content)


@pytest.mark.parametrize("content", [b"[]", b"3", b"null", b'"plan"'])
def test_json_that_is_no_object_is_invalid(content: bytes) -> None:
    with pytest.raises(Invalid):
        answer_to(content)


def test_a_gzipped_body_is_the_same_body() -> None:
    content = orjson.dumps(body())
    assert answer_to(gzip.compress(content), "gzip") == answer_to(content)


def test_a_small_body_cannot_become_a_huge_one() -> None:
    bomb = gzip.compress(b" " * 1_000_000)
    assert len(bomb) < 2_000
    with pytest.raises(ContentTooLarge):
        decoded(bomb, "gzip", limit=999_999)
    assert len(decoded(bomb, "gzip", limit=1_000_000)) == 1_000_000


@pytest.mark.parametrize(
    "content",
    [b"{}", gzip.compress(b"{}", mtime=0)[:-4], gzip.compress(b"{}", mtime=0) + b"more", zlib.compress(b"{}"), b""],
)
def test_damaged_gzip_is_a_bad_request(content: bytes) -> None:
    with pytest.raises(BadRequest):
        decoded(content, "gzip")


def test_other_encodings_are_refused() -> None:
    with pytest.raises(UnsupportedMediaType):
        decoded(b"{}", "br")


async def test_it_runs_in_a_child_and_its_errors_come_back() -> None:
    content = orjson.dumps(body())
    children = Children()
    assert await plan_replenishment(children, content) == answer_to(content)
    with pytest.raises(Invalid) as caught:
        await plan_replenishment(children, b"{}")
    assert "#/skus" in {each.pointer for each in caught.value.errors}


async def test_plans_beyond_what_may_wait_are_turned_away() -> None:
    children = Children(at_once=1, most_waiting=1)
    content = orjson.dumps(body())
    outcomes = await asyncio.gather(*(plan_replenishment(children, content) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(each, bytes) for each in outcomes) == 2
    assert sum(isinstance(each, Unavailable) for each in outcomes) == 2
    assert await plan_replenishment(children, content) == answer_to(content)


def test_field_paths_become_json_pointers() -> None:
    assert pointer_of("skus[3].pipeline[0].qty") == "#/skus/3/pipeline/0/qty"
    assert pointer_of("body") == "#"


def test_every_documented_field_of_a_request_is_of_the_contract() -> None:
    assert set(PlanRequest.model_fields) == {
        "today", "date", "review_days", "reviews_left", "modes", "lead_times", "history_from", "skus", "production",
        "items",
    }  # fmt: skip


def test_the_published_schema_is_whole_and_its_examples_are_of_it() -> None:
    schema = request_schema()
    assert "$ref" not in orjson.dumps(schema).decode()
    assert "$defs" not in schema
    validator = jsonschema_rs.validator_for(schema)
    for example in schema["examples"]:
        assert not [error.message for error in validator.iter_errors(example)]
