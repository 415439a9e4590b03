"""What tests of gaps and reviews stand on."""

from tests.planning.measured import tell
from tests.planning.objectives.conftest import okrs

__all__ = ["okrs", "tell"]
