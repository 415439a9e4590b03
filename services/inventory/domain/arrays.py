"""The array types that the planning mathematics exchanges."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[Any]  # float32 in the sampled blocks, float64 elsewhere
IntArray = NDArray[Any]
BoolArray = NDArray[np.bool_]
