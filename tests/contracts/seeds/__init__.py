"""What each service needs for its contract test: data, and bodies that fit it.

A service adds, in the module of its name here:
- to `fill`: a few rows of the new resource through the public API, and their ids under `path.<parameter>`. A test
  that changes or deletes rows needs many of them. A list without a dot in its name is for bodies alone.
- to `decide`: what takes two people, such as approvals; it is given a client of a colleague too.
- to `BODIES`, by operation id: a body that is accepted, where the document's example or values made up from its
  schema would be refused for the most part (ids that must exist, codes that must be new, a range whose ends must be
  in order). `use.number` differs from body to body, `use.known("path.run_id")` exists, `use.resource` is what the
  path names. Bytes stand for a file.
- to `PLACES`: a list of its own for a path parameter that an operation wants in a certain state.
- to `leave_undone`: work that is started when no worker runs any more, to be watched and cancelled.
- to `SLOW`: operations that compute for long on every request; they get a fifth of the cases.

Schemathesis says "missing test data" where an operation met only 404 and "schema validation mismatch" where it met
only 4xx: then ids or a body are missing here. Any other finding is a defect of the service or of its document.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from shared.client.tradewind import TradewindClient
from shared.db.engine import Database
from tests.contracts.bodies import Maker
from tests.contracts.seeds import ads, inventory, planning


async def _nothing(client: TradewindClient) -> list[str]:
    return []


async def _nothing_decided(client: TradewindClient, colleague: TradewindClient) -> dict[str, list[str]]:
    return {}


async def _nothing_told(database: Database, tenant_id: UUID) -> None:
    return


@dataclass(frozen=True, slots=True)
class Seed:
    """One service: `fill` gives the values that exist by place, `leave_undone` ids of operations that wait.

    `tell` puts into the database what no caller may write.

    `bodies`, `places` and `slow` are by operation id.
    """

    fill: Callable[[TradewindClient], Awaitable[dict[str, list[str]]]]
    bodies: Mapping[str, Maker]
    places: Mapping[tuple[str, str], str] = field(default_factory=dict)
    leave_undone: Callable[[TradewindClient], Awaitable[list[str]]] = _nothing
    slow: Sequence[str] = ()
    decide: Callable[[TradewindClient, TradewindClient], Awaitable[dict[str, list[str]]]] = _nothing_decided
    tell: Callable[[Database, UUID], Awaitable[None]] = _nothing_told


SEEDS: Mapping[str, Seed] = {
    "ads": Seed(ads.fill, ads.BODIES, ads.PLACES, ads.leave_undone, ads.SLOW),
    "inventory": Seed(inventory.fill, inventory.BODIES, inventory.PLACES, inventory.leave_undone, inventory.SLOW),
    "planning": Seed(
        planning.fill,
        planning.BODIES,
        planning.PLACES,
        planning.leave_undone,
        decide=planning.decide,
        tell=planning.tell,
    ),
}
