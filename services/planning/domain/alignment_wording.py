"""Says in an English sentence what a finding of the alignment means; frontends may say it in another language."""

from collections.abc import Mapping

from services.planning.domain.alignment import AlignmentCode, AlignmentFinding

_SENTENCES: Mapping[AlignmentCode, str] = {
    AlignmentCode.ORPHAN: "An objective of a {level} has a parent; this one has none.",
    AlignmentCode.LEVEL_SKIPPED: "An objective of a {level} hangs directly below one of a {parent_level}.",
    AlignmentCode.PERIOD_OUTSIDE_PARENT: "It runs from {start_date} to {end_date}, which is not within its parent's"
    " {parent_start_date} to {parent_end_date}.",
    AlignmentCode.CIRCLE: "Its line of parents leads back to itself.",
    AlignmentCode.KEY_RESULT_COUNT: "It has {count} key results; {fewest} to {most} are usual, and one is the least.",
    AlignmentCode.INCOMPLETE_KEY_RESULT: "The key result lacks: {missing}.",
    AlignmentCode.COVERAGE: "The targets below come to {coverage:.1%} of this one, {difference} {direction} it.",
    AlignmentCode.COUNTED_TWICE: "Two key results below the same one count the same {metric}: {scope} and"
    " {other_scope} overlap.",
    AlignmentCode.OPPOSITE_DIRECTIONS: "One key result wants more {metric} ({scope}), another wants less.",
    AlignmentCode.DEPENDENCY_UNCONFIRMED: "It waits for another unit that has not confirmed, and nobody owns the risk.",
    AlignmentCode.NO_WEIGHT: "Everything in it has the weight 0, so that it has no progress.",
    AlignmentCode.DIFFERS_FROM_PLAN: "The target is {target}, but the released plan says {planned}.",
}


def alignment_sentence(finding: AlignmentFinding) -> str:
    """The sentence of a finding."""
    return _SENTENCES[finding.code].format_map(finding.parameters).replace("%", " %")
