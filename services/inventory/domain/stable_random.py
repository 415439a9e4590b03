"""Random numbers that depend on what they are for, never on the order in which things are computed."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from services.inventory.domain.arrays import FloatArray, IntArray

SeedArray = NDArray[np.uint64]

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


def seed_of(key: str) -> int:
    """A 64-bit seed from a stable key (BLAKE2b), the same in every process and on every machine."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "little")


def seeds_of(keys: list[str] | tuple[str, ...]) -> SeedArray:
    """Seeds of shape (n,) for n keys."""
    return np.array([seed_of(key) for key in keys], dtype=np.uint64)


def mixed(seeds: SeedArray, salt: int) -> SeedArray:
    """Seeds of another stream: the same keys used for another purpose."""
    return scrambled(seeds + np.uint64((salt * 0xD1342543DE82EF95) & 0xFFFFFFFFFFFFFFFF))


def scrambled(state: SeedArray) -> SeedArray:
    """The output function of SplitMix64 (Steele, Lea & Flood 2014)."""
    state = (state ^ (state >> np.uint64(30))) * _MIX_1
    state = (state ^ (state >> np.uint64(27))) * _MIX_2
    return state ^ (state >> np.uint64(31))


def uniforms(seeds: SeedArray, count: int) -> FloatArray:
    """Uniform numbers in (0, 1), shape (n, count): counter-based, row i depends on seeds[i] alone."""
    counters = np.arange(1, count + 1, dtype=np.uint64) * _GAMMA
    bits = scrambled(seeds[:, None] + counters[None, :])
    numbers = ((bits >> np.uint64(40)).astype(np.float32) + np.float32(0.5)) * np.float32(2.0**-24)
    return numbers.astype(np.float32, copy=False)


def permutations(seeds: SeedArray, count: int) -> IntArray:
    """A random order of 0..count-1 per seed, shape (n, count)."""
    return np.argsort(uniforms(seeds, count), axis=1, kind="stable")


def stratified(seeds: SeedArray, count: int) -> FloatArray:
    """One uniform number from each of `count` equal strata, in random order, shape (n, count)."""
    order = permutations(seeds, count)
    jitter = uniforms(mixed(seeds, 0x51), count)
    return ((order + jitter) / np.float32(count)).astype(np.float32)
