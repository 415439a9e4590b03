"""Invariants that hold in the database at every moment, checked from outside by a role that may only read."""
