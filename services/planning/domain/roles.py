"""Decides which roles people play, and for what."""

from enum import StrEnum


class Role(StrEnum):
    """Product, market and category manager, and those who own, approve and account for things."""

    PM = "PM"
    MM = "MM"
    CM = "CM"
    OWNER = "owner"
    APPROVER = "approver"
    FINANCE = "finance"
    OTHER = "other"


class AssignmentSubject(StrEnum):
    """What a role is played for."""

    ORGANISATION_UNIT = "organisation_unit"
    PORTFOLIO_NODE = "portfolio_node"
    INITIATIVE = "initiative"
    PLAN = "plan"
