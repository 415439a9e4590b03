"""The journal over HTTP."""

from services.planning.queries.changes import CHANGES
from services.planning.schemas.changes import ChangeRead
from shared.web.lists import list_endpoint
from shared.web.routing import ServiceRouter

router = ServiceRouter("changes", "Who changed what, when and why: appended with every change, never altered.")

list_endpoint(router, "/changes", CHANGES, ChangeRead, scope="planning.read")
