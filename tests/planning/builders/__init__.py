"""Makes the objects of planning that the tests generated from the OpenAPI document need; a module for each noun."""

from tests.planning.builders import foundations, imports, initiatives, metrics, objectives, plans, reviews

__all__ = ["foundations", "imports", "initiatives", "metrics", "objectives", "plans", "reviews"]
