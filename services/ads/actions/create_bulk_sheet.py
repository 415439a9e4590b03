"""Makes a bulk-operations sheet of the approved changes of an account in a marketplace, and keeps it as given out."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.actions.decide_ad_proposal import decided_together, lock_with_bundles, note_decision
from services.ads.domain.amazon_limits import is_least_bid_verified, least_bid
from services.ads.domain.bulk_changes import (
    ApprovedChange,
    Destination,
    Entity,
    LeftOut,
    SheetRow,
    exact_group_name,
    sheet_rows,
)
from services.ads.domain.names import name_key
from services.ads.domain.proposal_states import ProposalState
from services.ads.domain.proposals import ProposalKind
from services.ads.domain.scored import Level
from services.ads.domain.vocabulary import AdProduct, Placement, TargetKind
from services.ads.formats.bulk_row import BulkEntity, BulkRecord, Operation
from services.ads.formats.bulk_upload import bulk_upload
from services.ads.tables import AdProposalRow, BulkSheetRow
from shared.core.errors import Conflict, FieldProblem, Invalid
from shared.core.ids import new_id

_PLACES = text("""
    SELECT p.id, c.ad_product, c.ad_account_id, c.marketplace, c.amazon_campaign_id,
           c.targeting_type = 'manual' AND coalesce(c.state, 'enabled') = 'enabled' AS takes_keywords,
           g.amazon_ad_group_id, g.name AS ad_group_name, t.amazon_target_id, t.kind AS target_kind,
           coalesce(s.is_asin, false) AS is_asin,
           ARRAY(SELECT DISTINCT a.seller_sku FROM ads.product_ad AS a
                 WHERE a.tenant_id = p.tenant_id AND a.ad_group_id = p.ad_group_id AND a.seller_sku IS NOT NULL
                   AND coalesce(a.state, 'enabled') = 'enabled' ORDER BY 1) AS seller_skus,
           ARRAY(SELECT x.name_key FROM ads.ad_group AS x
                 WHERE p.kind = 'harvest' AND x.tenant_id = p.tenant_id AND x.campaign_id = p.campaign_id
           ) AS ad_group_names,
           -- A sheet has been given out that may have made the ad group, and nobody has taken it back.
           EXISTS (SELECT FROM ads.ad_proposal AS o
                   WHERE p.kind = 'harvest' AND o.tenant_id = p.tenant_id AND o.ad_group_id = p.ad_group_id
                     AND o.kind = 'harvest' AND o.bulk_sheet_id IS NOT NULL AND o.state IN ('exported', 'applied')
           ) AS was_given_out
    FROM ads.ad_proposal AS p
    JOIN ads.campaign AS c ON c.tenant_id = p.tenant_id AND c.id = p.campaign_id
    LEFT JOIN ads.ad_group AS g ON g.tenant_id = p.tenant_id AND g.id = p.ad_group_id
    LEFT JOIN ads.target AS t ON t.tenant_id = p.tenant_id AND t.id = p.target_id
    LEFT JOIN ads.search_term AS s ON p.level = 'search_term' AND s.tenant_id = p.tenant_id AND s.id = p.subject_id
    WHERE p.tenant_id = :tenant_id AND p.id = ANY (:ids)
""")
# Another ad group, running, of a manual campaign of the same purpose that sells one of the products, takes what was
# found (words or products: never both) and is not kept away from it; with most exact keywords first. What is there
# already must be known by Amazon's id, so that it can be changed, and nothing else may be about to change it.
_DESTINATIONS = text("""
    SELECT DISTINCT ON (p.id) p.id, c.id AS campaign_id, c.amazon_campaign_id, g.amazon_ad_group_id,
           same.id AS target_id, same.amazon_target_id
    FROM ads.ad_proposal AS p
    JOIN ads.campaign AS o ON o.tenant_id = p.tenant_id AND o.id = p.campaign_id
    JOIN ads.search_term AS s ON s.tenant_id = p.tenant_id AND s.id = p.subject_id
    JOIN ads.product_ad AS here ON here.tenant_id = p.tenant_id AND here.ad_group_id = p.ad_group_id
    JOIN ads.product_ad AS there ON there.tenant_id = p.tenant_id
        AND there.advertised_product_id = here.advertised_product_id AND there.ad_group_id <> here.ad_group_id
        AND coalesce(there.state, 'enabled') = 'enabled'
    JOIN ads.ad_group AS g ON g.tenant_id = p.tenant_id AND g.id = there.ad_group_id
        AND g.amazon_ad_group_id IS NOT NULL AND coalesce(g.state, 'enabled') = 'enabled'
    JOIN ads.campaign AS c ON c.tenant_id = p.tenant_id AND c.id = g.campaign_id
        AND c.ad_account_id = o.ad_account_id AND c.marketplace = o.marketplace AND c.ad_product = o.ad_product
        AND c.targeting_type = 'manual' AND c.amazon_campaign_id IS NOT NULL
        AND coalesce(c.state, 'enabled') = 'enabled'
        AND coalesce(c.is_brand_defence, false) = coalesce(o.is_brand_defence, false)
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE t.match_type = 'exact') AS exact_keywords,
               count(*) FILTER (WHERE t.kind = 'keyword') AS keywords,
               count(*) FILTER (WHERE t.kind = 'product') AS products
        FROM ads.target AS t WHERE t.tenant_id = p.tenant_id AND t.ad_group_id = g.id
    ) AS k
    LEFT JOIN LATERAL (
        SELECT t.id, t.amazon_target_id FROM ads.target AS t
        WHERE t.tenant_id = p.tenant_id AND t.ad_group_id = g.id AND t.state IS DISTINCT FROM 'archived'
          AND CASE WHEN s.is_asin
              THEN t.kind = 'product' AND t.text_key IN ('asin=' || s.text_key, 'asin="' || s.text_key || '"')
              ELSE t.kind = 'keyword' AND t.match_type = 'exact' AND t.text_key = s.text_key END
        ORDER BY t.amazon_target_id IS NULL, t.id LIMIT 1
    ) AS same ON true
    WHERE p.tenant_id = :tenant_id AND p.id = ANY (:ids) AND p.kind = 'harvest'
      AND (same.id IS NULL OR same.amazon_target_id IS NOT NULL)
      AND NOT EXISTS (
          SELECT FROM ads.ad_proposal AS q
          WHERE q.tenant_id = p.tenant_id AND q.subject_id = same.id AND q.state IN ('approved', 'exported')
      )
      AND CASE WHEN s.is_asin THEN k.products > 0 OR k.keywords = 0 ELSE k.keywords > 0 OR k.products = 0 END
      AND NOT EXISTS (
          SELECT FROM ads.negative_target AS n
          WHERE n.tenant_id = p.tenant_id AND n.campaign_id = c.id AND (n.ad_group_id IS NULL OR n.ad_group_id = g.id)
            AND coalesce(n.state, 'enabled') = 'enabled'
            AND CASE n.match_type
                WHEN 'negative_exact' THEN n.text_key = s.text_key
                WHEN 'negative_phrase' THEN strpos(' ' || s.text_key || ' ', ' ' || n.text_key || ' ') > 0
                ELSE s.is_asin AND strpos(n.text_key, s.text_key) > 0 END
      )
    ORDER BY p.id, k.exact_keywords DESC, g.id
""")
_ENTITIES = {entity: BulkEntity(entity.value) for entity in Entity}


class NotApproved(Conflict):
    """Only approved proposals can be given out; `errors` name those that are not."""

    slug, title = "not-approved", "Not approved"


class SeveralMarkets(Invalid):
    """A sheet is of one account in one marketplace."""

    slug, title = "several-markets", "Several markets"


class ContradictingChanges(Conflict):
    """A sheet changes a subject once; `errors` name what is changed twice."""

    slug, title = "contradicting-changes", "Contradicting changes"


class NothingToExport(Conflict):
    """None of the proposals can be told to Amazon by a sheet; `errors` say why."""

    slug, title = "nothing-to-export", "Nothing to export"


async def create_bulk_sheet(
    session: AsyncSession, tenant_id: UUID, principal_id: UUID, proposal_ids: Sequence[UUID], now: datetime
) -> BulkSheetRow:
    """The sheet; its proposals are exported, those that cannot be in it stay approved and are named with the reason."""
    held = await lock_with_bundles(session, tenant_id, set(proposal_ids))
    proposals = {row.id: row for row in held if row.id in set(proposal_ids)}
    problems = [
        FieldProblem(f"#/proposal_ids/{index}", "not_found", "There is no such proposal.")
        if each not in proposals
        else FieldProblem(f"#/proposal_ids/{index}", "not_approved", f"The proposal is {proposals[each].state}.")
        for index, each in enumerate(proposal_ids)
        if each not in proposals or proposals[each].state != ProposalState.APPROVED
    ]
    if problems:
        raise NotApproved("Only approved proposals can be given out.", errors=problems[:100])
    left = [row for row in held if row.id not in proposals and row.state == ProposalState.APPROVED]
    if left:
        raise decided_together(left, "#/proposal_ids")
    _refuse_contradictions(proposals, proposal_ids)
    names = {"tenant_id": tenant_id, "ids": list(proposals)}
    places = {row.id: row for row in await session.execute(_PLACES, names)}
    markets = {(place.ad_account_id, place.marketplace) for place in places.values()}
    if len(markets) != 1:
        raise SeveralMarkets("The proposals are of several accounts or marketplaces; make a sheet for each.")
    destinations = {row.id: row for row in await session.execute(_DESTINATIONS, names)}
    records: list[BulkRecord] = []
    exported: list[AdProposalRow] = []
    left_out: list[dict[str, str]] = []
    made: set[SheetRow] = set()
    found = {
        identifier: sheet_rows(_change(proposals[identifier], places[identifier], destinations.get(identifier)))
        for identifier in dict.fromkeys(proposal_ids)
    }
    torn = {proposals[each].bundle_id for each, rows in found.items() if isinstance(rows, LeftOut)} - {None}
    for identifier, rows in found.items():
        proposal = proposals[identifier]
        if not isinstance(rows, LeftOut) and proposal.bundle_id in torn:
            rows = LeftOut.DECIDED_TOGETHER
        if isinstance(rows, LeftOut):
            left_out.append({"proposal_id": str(identifier), "code": rows.value})
            continue
        exported.append(proposal)
        if proposal.kind == ProposalKind.HARVEST:
            there = destinations.get(identifier)
            proposal.destination_campaign_id = proposal.campaign_id if there is None else there.campaign_id
            proposal.destination_target_id = None if there is None else there.target_id
        for row in rows:
            key = _without_bid(row)
            # Two harvests of one ad group share the new ad group and its ads, two targets the negative of a term, two
            # harvests of the same words their keyword.
            if key in made:
                if not row.creates:
                    proposal.destination_target_id = None  # the other one has set its bid
                continue
            made.add(key)
            records.append(_record(row))
    if not exported:
        problems = [
            FieldProblem(f"#/proposal_ids/{index}", each["code"], "Amazon cannot be told of it by a sheet.")
            for index, each in enumerate(left_out)
        ]
        raise NothingToExport("None of the proposals can be in a sheet.", errors=problems[:100])
    content = bulk_upload(records, now)
    [(account_id, marketplace)] = markets
    sheet = BulkSheetRow(
        tenant_id=tenant_id,
        id=new_id(),
        ad_account_id=account_id,
        marketplace=marketplace,
        proposals_count=len(exported),
        rows_count=len(records),
        left_out=left_out,
        sha256=hashlib.sha256(content).digest(),
        content=content,
        created_by=principal_id,
        created_at=now,
    )
    session.add(sheet)
    await session.flush()
    for proposal in exported:
        proposal.bulk_sheet_id = sheet.id
        note_decision(session, proposal, ProposalState.EXPORTED, principal_id, None, now)
    await session.flush()
    return sheet


def _refuse_contradictions(proposals: Mapping[UUID, AdProposalRow], proposal_ids: Sequence[UUID]) -> None:
    """Of several rows about one thing Amazon takes the last: nobody would have chosen which."""
    first: dict[tuple[UUID, str | None], UUID] = {}
    problems = []
    for index, identifier in enumerate(proposal_ids):
        proposal = proposals[identifier]
        other = first.setdefault((proposal.subject_id, proposal.placement), identifier)
        if other != identifier:
            detail = f"Proposal {other} ({proposals[other].kind}) changes the same; reject one of the two."
            problems.append(FieldProblem(f"#/proposal_ids/{index}", "changes_the_same", detail))
    if problems:
        raise ContradictingChanges("Two of the proposals change the same thing.", errors=problems[:100])


def _without_bid(row: SheetRow) -> SheetRow:
    return replace(row, bid=None, default_bid=None)


def _change(proposal: AdProposalRow, place: object, there: Any | None) -> ApprovedChange:
    value = proposal.new_value if proposal.edited_value is None else proposal.edited_value
    get = place.__getattribute__
    return ApprovedChange(
        kind=ProposalKind(proposal.kind),
        level=Level(proposal.level),
        ad_product=AdProduct(get("ad_product")),
        campaign_id=get("amazon_campaign_id"),
        ad_group_id=get("amazon_ad_group_id"),
        target_id=get("amazon_target_id"),
        target_kind=None if get("target_kind") is None else TargetKind(get("target_kind")),
        words=proposal.words,
        words_are_asin=get("is_asin"),
        placement=proposal.placement,
        value=None if value is None else Decimal(value).normalize() + Decimal(0),
        ad_group_name=get("ad_group_name"),
        seller_skus=tuple(get("seller_skus")),
        takes_keywords=bool(get("takes_keywords"))
        and not get("was_given_out")
        and name_key(exact_group_name(get("ad_group_name") or "")) not in get("ad_group_names"),
        destination=None
        if there is None
        else Destination(there.amazon_campaign_id, there.amazon_ad_group_id, there.amazon_target_id),
        least_bid=least_bid(proposal.currency),
        is_least_bid_verified=is_least_bid_verified(proposal.currency),
    )


def _record(row: SheetRow) -> BulkRecord:
    by_product = row.entity in (Entity.PRODUCT_TARGETING, Entity.NEGATIVE_PRODUCT_TARGETING)
    return BulkRecord(
        entity=_ENTITIES[row.entity],
        operation=Operation.CREATE if row.creates else Operation.UPDATE,
        campaign_id=row.campaign_id,
        ad_group_id=row.ad_group_id,
        keyword_id=None if by_product else row.target_id,
        product_targeting_id=row.target_id if by_product else None,
        ad_group_name=row.ad_group_name,
        state=row.state,
        daily_budget=row.daily_budget,
        seller_sku=row.seller_sku,
        default_bid=row.default_bid,
        bid=row.bid,
        keyword_text=None if by_product else row.words,
        match_type=row.match_type,
        placement=None if row.placement is None else Placement(row.placement),
        percentage=row.percentage,
        targeting_expression=row.words if by_product else None,
    )
