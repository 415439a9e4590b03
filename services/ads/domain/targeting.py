"""Decides what kind of target a targeting text is."""

from services.ads.domain.names import name_key
from services.ads.domain.vocabulary import MatchType, TargetKind

# As Amazon writes what it chooses by itself; `*` is all four in older files.
_AUTOMATIC = frozenset({"*", "close-match", "loose-match", "substitutes", "complements", "similar", "accessories"})


def target_kind(text: str, match_type: MatchType | None) -> TargetKind:
    """A keyword where there is a match type; else Amazon's own choice, an expression of products, or a keyword."""
    if match_type is not None and match_type is not MatchType.NONE:
        return TargetKind.KEYWORD
    if name_key(text) in _AUTOMATIC:
        return TargetKind.AUTO
    return TargetKind.PRODUCT if "=" in text or text.startswith("(") else TargetKind.KEYWORD
