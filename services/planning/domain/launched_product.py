"""Decides which planned scopes are about a launched product, and by which readings they are told."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from services.planning.domain.scope import Scope, overlaps


@dataclass(frozen=True, slots=True)
class LaunchedProduct:
    """What an initiative launched: sold in `marketplaces`, wherever where none is named.

    `product_ref` is None while it has no code: then only what names the initiative itself is about it.
    """

    initiative_id: str
    product_ref: str | None
    marketplaces: tuple[str, ...] = ()

    @property
    def places(self) -> tuple[Scope, ...]:
        """The product in each of its marketplaces."""
        whole = told_by(Scope(initiative_id=self.initiative_id), self.product_ref)
        return tuple(replace(whole, marketplace=each) for each in self.marketplaces) or (whole,)

    def scopes(self, planned: Iterable[Scope]) -> tuple[Scope, ...]:
        """The planned scopes that are about it by their text, then the places that none of these is about.

        Where both the product and the initiative are planned for the same readings, the product counts.
        """
        own = sorted(filter(self._is_own, planned), key=lambda each: each.product_ref is not None)
        of_readings = {told_by(each, self.product_ref): each for each in own}
        unplanned = [place for place in self.places if not any(overlaps(each, place) for each in of_readings)]
        return (*sorted(of_readings.values(), key=lambda each: each.canonical), *unplanned)

    def _is_own(self, scope: Scope) -> bool:
        is_named = self.initiative_id == scope.initiative_id or self.product_ref == scope.product_ref is not None
        is_sold_there = not self.marketplaces or scope.marketplace in (None, *self.marketplaces)
        return is_named and scope.initiative_id in (None, self.initiative_id) and is_sold_there


def told_by(scope: Scope, product_ref: str | None) -> Scope:
    """The scope of readings that tell of a scope which names an initiative: those of its product, once it has a code.

    Services that measure know products, not initiatives.
    """
    if scope.initiative_id is None or product_ref is None:
        return scope
    return replace(scope, initiative_id=None, product_ref=scope.product_ref or product_ref)
