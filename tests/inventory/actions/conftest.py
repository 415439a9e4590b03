"""Children of these tests begin with their modules loaded."""

from tests.support.children import warm_children

warm_children()
