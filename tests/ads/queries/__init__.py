"""Tests of the queries of ads."""
