"""Decides what the bodies of differences and of commitment integrity say."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from uuid import UUID

from services.planning.domain.baseline import (
    Difference,
    DifferenceKind,
    LaunchNow,
    Row,
    baseline_dates,
    commitment_integrity,
    differences,
)
from services.planning.domain.initiative_states import DEVELOPED, InitiativeKind, InitiativeStatus
from services.planning.domain.rounding import RATIO_PLACES, half_up
from services.planning.queries.frozen_roadmap import DEPENDENCY, INITIATIVE, FrozenRoadmap
from services.planning.queries.roadmap import Roadmap
from services.planning.schemas.snapshots import (
    CommitmentIntegrityRead,
    DifferenceRead,
    DifferencesRead,
    LaunchRead,
    SnapshotFieldChangeRead,
)
from services.planning.tables import SnapshotRow

_DATE_GROUPS = ("planned.", "committed.", "actual.", "forecast.")


def differences_body(
    snapshot: SnapshotRow, before: FrozenRoadmap, now: FrozenRoadmap, against_id: UUID | None, against_at: datetime
) -> DifferencesRead:
    """What became of every initiative and dependency that differs."""
    changed = differences(before.initiatives, now.initiatives)
    initiatives = {**before.initiatives, **now.initiatives}
    items = [_difference(INITIATIVE, each, _text(initiatives[each.key], "code"), initiatives) for each in changed]
    items.sort(key=lambda item: ((item.code or "").casefold(), item.subject_id))
    links = {**before.dependencies, **now.dependencies}
    for each in differences(before.dependencies, now.dependencies):
        ends = (_text(initiatives.get(str(links[each.key][end]), {}), "title") for end in ("from_id", "to_id"))
        items.append(_difference(DEPENDENCY, each, None, {each.key: {"title": " → ".join(ends)}}))
    counts = Counter(kind for each in changed for kind in each.kinds)
    return DifferencesRead(
        snapshot_id=snapshot.id,
        taken_at=snapshot.taken_at,
        against_id=against_id,
        against_at=against_at,
        counts={kind: counts[kind] for kind in DifferenceKind},
        items=items,
    )


def _difference(kind: str, found: Difference, code: str | None, rows: Mapping[str, Row]) -> DifferenceRead:
    return DifferenceRead(
        subject_kind=kind,
        subject_id=UUID(found.key),
        code=code,
        title=_text(rows[found.key], "title"),
        kinds=list(found.kinds),
        moved_days=found.moved_days,
        changes=[
            SnapshotFieldChangeRead(field=_path(each.field), old=each.old, new=each.new) for each in found.changes
        ],
    )


def _text(row: Row, name: str) -> str:
    """A text of a frozen row; what is outside the selection has none."""
    return str(row.get(name) or "…")


def _path(field: str) -> str:
    """A field as the resource names it: `committed.launch_date`."""
    return f"{field}_date" if field.startswith(_DATE_GROUPS) else field


def integrity_body(
    snapshot: SnapshotRow,
    kept: Mapping[str, Row],
    roadmap: Roadmap,
    selected: Iterable[str],
    period: tuple[date, date],
    as_of: datetime,
    tolerance_days: int,
) -> CommitmentIntegrityRead:
    """How the launches of the baseline in the period went; `selected` may also have been added since.

    A launch is that of what is developed: other kinds are seen, but not sold.
    """
    launches = dict(_launches(kept))
    bars = roadmap.bars(as_of.date())
    items = {item.key: item for item in roadmap.items if item.kind in DEVELOPED}
    now = {
        key: LaunchNow(
            key, items[key].actual.launch, bars[key].forecast.launch, items[key].status is InitiativeStatus.KILLED
        )
        for key in {*launches, *selected}
        if key in items
    }
    found = commitment_integrity(launches, now.values(), *period, as_of.date(), tolerance_days)

    def launch(key: str) -> LaunchRead:
        card, known = roadmap.cards.get(key), now.get(key)
        return LaunchRead(
            initiative_id=UUID(key),
            code=_text(kept[key], "code") if card is None else card.code,
            title=_text(kept[key], "title") if card is None else card.title,
            baseline_date=launches.get(key),
            launched_date=None if known is None else known.launched_date,
            expected_date=None if known is None or known.launched_date is not None else known.expected_date,
        )

    integrity = found.integrity
    return CommitmentIntegrityRead(
        snapshot_id=snapshot.id,
        from_date=period[0],
        to_date=period[1],
        as_of=as_of,
        tolerance_days=tolerance_days,
        promised_count=found.promised,
        integrity=None if integrity is None else float(half_up(integrity, RATIO_PLACES)),
        on_time=[launch(key) for key in found.on_time],
        moved_out=[launch(key) for key in found.moved_out],
        killed=[launch(key) for key in found.killed],
        pending=[launch(key) for key in found.pending],
        added=[launch(key) for key in found.added],
    )


def _launches(kept: Mapping[str, Row]) -> Iterator[tuple[str, date]]:
    """The launches that the baseline held to, of what was not given up."""
    for key, row in kept.items():
        day = baseline_dates(row).launch
        if (
            day is not None
            and row["status"] != InitiativeStatus.KILLED
            and InitiativeKind(str(row["kind"])) in DEVELOPED
        ):
            yield key, day
