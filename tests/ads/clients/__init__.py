"""Tests of what ads asks of other services."""
