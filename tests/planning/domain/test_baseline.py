"""What a roadmap was and is, field by field, and how far a period's launches kept their word."""

import json
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.planning.domain.baseline import (
    DifferenceKind,
    FieldChange,
    LaunchNow,
    Row,
    baseline_dates,
    commitment_integrity,
    differences,
    frozen,
)
from services.planning.domain.initiative_dates import Dates

FIRST, LAST = date(2027, 1, 1), date(2027, 3, 31)
AFTER = date(2027, 4, 15)
DUE = {f"p{number}": date(2027, 1, 10) + timedelta(days=7 * number) for number in range(10)}


def test_k53_integrity_is_what_happened_on_time_of_what_was_promised() -> None:
    now = [LaunchNow(f"p{number}", launched_date=DUE[f"p{number}"]) for number in range(7)]
    now += [LaunchNow("p7", expected_date=date(2027, 5, 1)), LaunchNow("p8", launched_date=date(2027, 4, 10))]
    now += [LaunchNow("p9", expected_date=DUE["p9"], is_killed=True)]
    now += [LaunchNow(f"n{number}", launched_date=date(2027, 2, 1 + number)) for number in range(3)]
    answer = commitment_integrity(DUE, now, FIRST, LAST, AFTER)
    assert answer.integrity == Decimal("0.70")
    assert (answer.promised, len(answer.on_time), answer.moved_out, answer.killed) == (10, 7, ("p7", "p8"), ("p9",))
    assert len(answer.added) == 3


def test_a_launch_whose_day_has_not_come_is_pending_until_it_is_known_to_slip() -> None:
    baseline = {"a": date(2027, 3, 1), "b": date(2027, 3, 1)}
    now = [LaunchNow("a", expected_date=date(2027, 3, 1)), LaunchNow("b", expected_date=date(2027, 3, 2))]
    answer = commitment_integrity(baseline, now, FIRST, LAST, date(2027, 2, 1))
    assert (answer.pending, answer.moved_out, answer.integrity) == (("a",), ("b",), Decimal(0))


def test_what_happens_later_was_not_known_before() -> None:
    launched = [LaunchNow("a", launched_date=date(2027, 3, 1))]
    early = commitment_integrity({"a": date(2027, 3, 1)}, launched, FIRST, LAST, date(2027, 2, 28))
    assert (early.on_time, early.pending) == ((), ("a",))


def test_a_day_late_is_on_time_only_within_the_tolerance() -> None:
    now = [LaunchNow("a", launched_date=date(2027, 3, 2))]
    assert commitment_integrity({"a": date(2027, 3, 1)}, now, FIRST, LAST, AFTER).moved_out == ("a",)
    assert commitment_integrity({"a": date(2027, 3, 1)}, now, FIRST, LAST, AFTER, tolerance_days=1).on_time == ("a",)


def test_what_has_vanished_counts_as_killed_and_what_was_killed_is_not_added() -> None:
    now = [LaunchNow("n", expected_date=date(2027, 2, 1), is_killed=True)]
    answer = commitment_integrity({"a": date(2027, 3, 1)}, now, FIRST, LAST, AFTER)
    assert (answer.killed, answer.added) == (("a",), ())


def test_a_period_without_promised_launches_has_no_integrity() -> None:
    answer = commitment_integrity({"a": date(2027, 6, 1)}, [LaunchNow("a")], FIRST, LAST, AFTER)
    assert (answer.integrity, answer.promised, answer.killed) == (None, 0, ())


FATES = st.builds(
    lambda launched, expected, killed: (launched, expected, killed),
    st.none() | st.dates(FIRST, AFTER),
    st.none() | st.dates(FIRST, AFTER),
    st.booleans(),
)


@given(st.dictionaries(st.sampled_from(sorted(DUE)), FATES), st.dates(FIRST, AFTER))
def test_every_promised_launch_has_one_fate(
    fates: dict[str, tuple[date | None, date | None, bool]], as_of: date
) -> None:
    answer = commitment_integrity(DUE, [LaunchNow(key, *fate) for key, fate in fates.items()], FIRST, LAST, as_of)
    listed = [*answer.on_time, *answer.moved_out, *answer.killed, *answer.pending]
    assert sorted(listed) == sorted(DUE)
    assert answer.integrity is not None
    assert 0 <= answer.integrity <= 1


LAMP: Row = {
    "title": "Lamp",
    "status": "design",
    "committed.launch": "2027-07-01",
    "planned.launch": "2027-06-15",
    "budget": Decimal("1000.00"),
    "actual.start": None,
}


def test_differences_are_told_field_by_field() -> None:
    before: dict[str, Row] = {
        "lamp": LAMP,
        "mat": {"status": "design"},
        "old": {"status": "design"},
        "same": {"status": "test"},
    }
    now: dict[str, Row] = {
        "lamp": {
            **LAMP,
            "committed.launch": date(2027, 7, 20),
            "budget": Decimal("1200"),
            "actual.start": "2027-01-02",
        },
        "mat": {"status": "killed"},
        "new": {"status": "proposed"},
        "same": {"status": "test"},
    }
    found = {each.key: each for each in differences(before, now)}
    assert set(found) == {"lamp", "mat", "old", "new"}
    assert found["lamp"].kinds == (DifferenceKind.MOVED, DifferenceKind.RESCOPED, DifferenceKind.PROGRESSED)
    assert found["lamp"].moved_days == 19
    assert found["lamp"].changes == (
        FieldChange("committed.launch", "2027-07-01", "2027-07-20"),
        FieldChange("budget", "1000", "1200"),
        FieldChange("actual.start", None, "2027-01-02"),
    )
    assert found["mat"].kinds == (DifferenceKind.KILLED,)
    assert found["new"].kinds == (DifferenceKind.ADDED,)
    assert found["old"].kinds == (DifferenceKind.REMOVED,)


def test_progress_alone_neither_moves_nor_rescopes() -> None:
    (found,) = differences({"a": LAMP}, {"a": {**LAMP, "status": "test", "actual.dev_done": "2027-05-01"}})
    assert found.kinds == (DifferenceKind.PROGRESSED,)
    assert found.moved_days is None


def test_a_snapshot_that_went_through_json_equals_what_it_was_taken_of() -> None:
    row: Row = {
        "prices": [{"marketplace": "US", "amount": Decimal("19.90"), "is_set": True}],
        "day": date(2027, 1, 1),
        "effort_days": 30,
    }
    kept = json.loads(json.dumps({name: frozen(value) for name, value in row.items()}))
    assert differences({"a": kept}, {"a": row}) == ()


def test_a_baseline_holds_to_what_was_committed_else_forecast_else_planned() -> None:
    row: Row = {
        "planned.start": "2027-01-01",
        "planned.launch": "2027-06-01",
        "committed.launch": "2027-07-01",
        "forecast.start": "2027-01-10",
        "forecast.launch": "2027-07-20",
        "planned.end": "2029-01-01",
    }
    assert baseline_dates(row) == Dates(date(2027, 1, 10), None, date(2027, 7, 1), date(2029, 1, 1))


def test_slack_that_follows_from_a_move_is_no_progress_of_its_own() -> None:
    then = {"forecast.end": "2027-03-21", "committed.end": "2027-03-21", "slack_days": 3}
    now = {"forecast.end": "2027-04-04", "committed.end": "2027-04-04", "slack_days": 17}
    assert differences({"entry": then}, {"entry": now})[0].kinds == (DifferenceKind.MOVED,)
    assert differences({"entry": then}, {"entry": then | {"slack_days": 1}})[0].kinds == (DifferenceKind.PROGRESSED,)
