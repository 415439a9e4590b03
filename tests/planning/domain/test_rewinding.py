"""What resources were, told backwards from what they are."""

from services.planning.domain.rewinding import Change, rewound


def test_changes_are_taken_back_from_the_newest_to_the_oldest() -> None:
    now = {"lamp": {"title": "Third", "launch": "2027-09-01", "owner": "Mei"}}
    since = [
        Change("lamp", "changed", {"title": "Second"}),
        Change("lamp", "moved", {"launch": "2027-08-01"}),
        Change("lamp", "changed", {"title": "First", "launch": None}),
    ]
    assert rewound(now, since) == {"lamp": {"title": "First", "launch": None, "owner": "Mei"}}
    assert rewound(now, since[:2]) == {"lamp": {"title": "Second", "launch": "2027-08-01", "owner": "Mei"}}
    assert rewound(now, []) == now


def test_what_was_made_since_is_not_there_and_what_was_deleted_is_there_again() -> None:
    since = [
        Change("mat", "deleted", {"title": "Mat of cork"}),
        Change("mat", "changed", {"title": "Mat"}),
        Change("lamp", "changed", {"title": "Lamp"}),
        Change("lamp", "created", {"title": None}),
    ]
    assert rewound({"lamp": {"title": "Desk lamp"}}, since) == {"mat": {"title": "Mat"}}


def test_what_came_and_went_since_was_never_there() -> None:
    since = [Change("mat", "deleted", {"title": "Mat"}), Change("mat", "created", {"title": None})]
    assert rewound({}, since) == {}
