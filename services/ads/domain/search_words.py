"""Decides which words of search terms are the same word, so that terms can learn from each other."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import count

import numpy as np

from services.ads.domain.arrays import IntArray

LEAST_OCCURRENCES = 2
BREAK = "\x00"


def word_occurrences(texts: Sequence[str], least: int = LEAST_OCCURRENCES) -> tuple[IntArray, IntArray]:
    """Which term has which word: rows of terms and codes of words, one pair for each word of each term.

    Case and punctuation do not count, an English plural counts as its singular, a word counts once in a term;
    words of fewer than `least` terms say nothing of others and are left out.
    """
    # One split for all texts, and what is done to a word is done once for all its occurrences.
    words = f" {BREAK} ".join(_without_breaks(texts)).split()
    written: defaultdict[str, int] = defaultdict(count().__next__)
    ends = written[BREAK]
    code = np.fromiter(map(written.__getitem__, words), dtype=np.intp, count=len(words))
    row = np.cumsum(code == ends)
    stems: defaultdict[str, int] = defaultdict(count().__next__)
    nothing = stems[""]  # the break itself, and what has no letter or digit
    stem = np.array([stems[_stem(word)] for word in written], dtype=np.intp)
    pairs = np.sort(row * len(stems) + stem[code])
    pairs = pairs[np.flatnonzero(np.diff(pairs, prepend=-1))]
    row, code = pairs // len(stems), pairs % len(stems)
    shared = np.bincount(code, minlength=len(stems)) >= least
    shared[nothing] = False
    kept = shared[code]
    return row[kept], (np.cumsum(shared) - 1)[code[kept]]


def casefolded(texts: Sequence[str]) -> list[str]:
    """Each text with case folded: of all at once, as there are a hundred thousand."""
    return BREAK.join(_without_breaks(texts)).casefold().split(BREAK) if texts else []


def _without_breaks(texts: Sequence[str]) -> Sequence[str]:
    return [text.replace(BREAK, "") for text in texts] if BREAK in "".join(texts) else texts


def _stem(word: str) -> str:
    letters = word.casefold()
    if not letters.isalnum():
        letters = "".join(letter for letter in letters if letter.isalnum())
    return letters[:-1] if len(letters) > 3 and letters.endswith("s") and not letters.endswith("ss") else letters
