"""Random numbers by position instead of by sequence: a hash of (key, stream, index).

Any price can be drawn without drawing those before it, which is what makes two requests agree however they are cut.
Only integer operations, so the numbers are the same on every machine.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_MASK = 0xFFFFFFFFFFFFFFFF
_GOLDEN = 0x9E3779B97F4A7C15
# Irwin-Hall of four 16-bit pieces: nearly normal, bounded by 3.46 standard deviations, exact in binary.
_PIECE = np.uint64(0xFFFF)
_CENTRE = 2.0 * 65535.0
_SCALE = 1.0 / (65536.0 * (4.0 / 12.0) ** 0.5)


def mix(value: int) -> int:
    """Return the splitmix64 finaliser of one integer."""
    value = (value + _GOLDEN) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)


def key_of(seed: int, *parts: int | str) -> int:
    """Return the 64-bit key of a seed and what it is used for."""
    state = mix(seed & _MASK)
    for part in parts:
        if isinstance(part, int):
            state = mix(state ^ (part & _MASK))
        else:
            for byte in part.encode():
                state = mix(state ^ byte)
    return state


def draw(key: int, stream: int, index: Ints) -> NDArray[np.uint64]:
    """Return 64 random bits for each `index` of a `stream` under a `key`."""
    state = index.astype(np.uint64)
    state *= np.uint64(_GOLDEN)
    state += np.uint64(mix(key ^ mix(stream)))
    state ^= state >> np.uint64(30)
    state *= np.uint64(0xBF58476D1CE4E5B9)
    state ^= state >> np.uint64(27)
    state *= np.uint64(0x94D049BB133111EB)
    state ^= state >> np.uint64(31)
    return state


def uniform(bits: NDArray[np.uint64], shift: int = 0) -> Floats:
    """Return numbers in [0, 1) from 20 of the bits, so that one draw gives three (`shift` 0, 20, 40)."""
    piece = (bits >> np.uint64(shift)) & np.uint64(0xFFFFF)
    return piece.astype(np.float64) * (1.0 / 1048576.0)


def normal(bits: NDArray[np.uint64]) -> Floats:
    """Return nearly normal numbers (mean 0, variance 1) from all of the bits."""
    total = (bits & _PIECE) + ((bits >> np.uint64(16)) & _PIECE)
    total += (bits >> np.uint64(32)) & _PIECE
    total += bits >> np.uint64(48)
    result = total.astype(np.float64)
    result -= _CENTRE
    result *= _SCALE
    return result


def noise(key: int, when: Floats) -> Floats:
    """Return a wandering value around 0 at business times `when` (in trading days).

    Value noise summed over octaves of an eighth of a day to 512 days, each with an amplitude that grows with the root
    of its period: over days it moves like a random walk with unit variance a day, over years it stays near 0.
    """
    total = np.zeros_like(when)
    for octave in range(-3, 10):
        period = 2.0**octave
        place = when / period
        whole = np.floor(place)
        share = place - whole
        node = whole.astype(np.int64)
        left = normal(draw(key, octave + 100, node))
        right = normal(draw(key, octave + 100, node + 1))
        total += (0.5 * period**0.5) * (left + (right - left) * share)
    return total
