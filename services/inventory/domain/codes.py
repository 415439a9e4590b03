"""Decides when two external names (SKUs, product codes, references) are the same name."""

import unicodedata


def code_key(text: str) -> str:
    """The form under which a name is unique: compatibility-normalised, case-folded, inner and outer space reduced.

    ERPs disagree about case (NetSuite's ids ignore it) and spreadsheets add space, so neither tells names apart.
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
