"""Tests of the actions of ads."""
