"""Decides which words of search terms are the same word, so that terms can learn from each other."""

import re
from collections.abc import Sequence

import numpy as np

from services.ads.domain.arrays import IntArray

LEAST_OCCURRENCES = 2
_BETWEEN_WORDS = re.compile(r"[^\w\n]+")


def word_occurrences(texts: Sequence[str], least: int = LEAST_OCCURRENCES) -> tuple[IntArray, IntArray]:
    """Which term has which word: rows of terms and codes of words, one pair for each word of each term.

    Words are case-folded, an English plural counts as its singular, a word counts once in a term; words of
    fewer than `least` terms say nothing of others and are left out.
    """
    joined = _BETWEEN_WORDS.sub(" ", "\n".join(text.replace("\n", " ") for text in texts).casefold())
    seen: dict[str, int] = {}
    rows: list[int] = []
    codes: list[int] = []
    for row, line in enumerate(joined.split("\n")):
        for word in line.split():
            rows.append(row)
            codes.append(seen.setdefault(word, len(seen)))
    if not rows:
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
    stems: dict[str, int] = {}
    stem_of = np.array([stems.setdefault(_singular(word), len(stems)) for word in seen], dtype=np.intp)
    row_array, code = np.array(rows, dtype=np.intp), stem_of[np.array(codes, dtype=np.intp)]
    pairs = np.unique(row_array * len(stems) + code)
    row_array, code = pairs // len(stems), pairs % len(stems)
    shared = np.bincount(code, minlength=len(stems)) >= least
    new_code = np.cumsum(shared) - 1
    kept = shared[code]
    return row_array[kept], new_code[code[kept]]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
