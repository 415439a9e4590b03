"""Decides which words of search terms are the same word, so that terms can learn from each other."""

from collections.abc import Sequence

import numpy as np

from services.ads.domain.arrays import IntArray

LEAST_OCCURRENCES = 2
BREAK = "\x00"
AT_ONCE = 8_192  # texts, whose letters a processor keeps close at hand
LEAST_PLURAL = 4  # letters: shorter words that end with s are seldom plurals


def word_occurrences(texts: Sequence[str], least: int = LEAST_OCCURRENCES) -> tuple[IntArray, IntArray]:
    """Which term has which word: rows of terms and codes of words, one pair for each word of each term.

    Case and punctuation do not count, an English plural counts as its singular, a word counts once in a term;
    words of fewer than `least` terms say nothing of others and are left out.
    """
    parts = [_words(texts[first : first + AT_ONCE]) for first in range(0, len(texts), AT_ONCE)]
    row = np.concatenate([np.zeros(0, np.intp), *(row + part * AT_ONCE for part, (row, _) in enumerate(parts))])
    _, word = np.unique(np.concatenate([np.zeros(0, np.uint64), *(each for _, each in parts)]), return_inverse=True)
    count = int(word.max(initial=0)) + 1
    pairs = np.sort(row * count + word)  # `np.unique` would hash them, which takes ten times as long
    row, word = np.divmod(pairs[np.flatnonzero(np.diff(pairs, prepend=-1))], count)
    shared = np.bincount(word, minlength=count) >= least
    kept = shared[word]
    return row[kept], (np.cumsum(shared) - 1)[word[kept]]


def _words(texts: Sequence[str]) -> tuple[IntArray, IntArray]:
    """All words of the texts: in which each is, and its hash. An array of their letters takes the place of loops."""
    whole = BREAK.join(_without_breaks(texts)).casefold().encode("utf-32-le", "surrogatepass")
    letters, row = _letters_and_spaces(np.frombuffer(whole, dtype="<u4"))
    edges = np.flatnonzero(np.diff(np.r_[False, letters > 0, False].astype(np.int8)))
    if not edges.size:
        return edges, edges.astype(np.uint64)
    return row[edges[::2]], _hashes(letters, edges[::2], edges[1::2])


def _without_breaks(texts: Sequence[str]) -> Sequence[str]:
    return [text.replace(BREAK, "") for text in texts] if BREAK in "".join(texts) else texts


def _letters_and_spaces(written: IntArray) -> tuple[IntArray, IntArray]:
    """The letters and digits, with 0 for each space and break between them, and of which text each is."""
    kind = np.zeros(int(written.max(initial=0)) + 1, dtype=np.int8)
    for code in np.flatnonzero(np.bincount(written)).tolist():
        letter = chr(code)
        kind[code] = 1 if letter.isalnum() else 0 if letter == BREAK or letter.isspace() else -1
    kinds = kind[written]
    counts = kinds >= 0
    return np.where(kinds > 0, written, 0)[counts], np.cumsum(written == 0)[counts]


def _hashes(letters: IntArray, begins: IntArray, ends: IntArray) -> IntArray:
    """Alike for the same word and for its plural, for others not: a multilinear hash of 64 bits.

    Letters are random numbers, times one for their place (Lemire and Kaser, "Strongly universal string hashing is
    fast", The Computer Journal 57, 2014): of a million words two are mistaken for each other in one of a hundred
    thousand runs, and then each lends the other a little of its rate.
    """
    is_plural = (ends - begins >= LEAST_PLURAL) & (letters[ends - 1] == ord("s")) & (letters[ends - 2] != ord("s"))
    until_next = np.diff(np.r_[begins, letters.size])
    place = np.arange(begins[0], letters.size) - np.repeat(begins, until_next)
    # Of a generator each, so that a letter and a place count as much beside whatever other letters and places.
    of_letter = np.random.default_rng(0).integers(1 << 64, size=int(letters.max()) + 1, dtype=np.uint64)
    of_place = np.random.default_rng(1).integers(1 << 64, size=int(place.max()) + 1, dtype=np.uint64) | np.uint64(1)
    of_letter[0] = 0
    told = of_letter[letters]
    told[ends[is_plural] - 1] = 0
    return np.asarray(np.add.reduceat(told[begins[0] :] * of_place[place], begins - begins[0]))
