"""Changes what a company says of its campaign."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.actions.change_resource import lock_at_version, write_changes
from services.ads.schemas.campaigns import CampaignPatch
from services.ads.tables import CampaignRow


async def update_campaign(
    session: AsyncSession,
    tenant_id: UUID,
    campaign_id: UUID,
    patch: CampaignPatch,
    *,
    expected_version: int,
    now: datetime,
) -> CampaignRow:
    """The changed campaign; PreconditionFailed when it is not at the version that the caller read."""
    row = await lock_at_version(session, CampaignRow, tenant_id, campaign_id, expected_version)
    await write_changes(session, row, patch.changes(), now)
    return row
