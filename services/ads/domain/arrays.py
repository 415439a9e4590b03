"""The array types that the mathematics of advertising exchanges."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[Any]
IntArray = NDArray[Any]
BoolArray = NDArray[np.bool_]
