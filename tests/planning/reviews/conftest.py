"""What tests of gaps and reviews stand on."""

from tests.planning.measured import tell

__all__ = ["tell"]
