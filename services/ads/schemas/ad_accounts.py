"""HTTP bodies of advertising accounts."""

from pydantic import ConfigDict, Field

from services.ads.schemas.fields import Identifier
from shared.web.schemas import ABSENT, Body, Id, Instant, Name, Patch, Schema, Version

_CODE = "Short name of the account, unique whatever its case; the same as the code of the account in inventory."


class AdAccountRead(Schema):
    """One Amazon account that advertises."""

    id: Id
    code: Identifier = Field(description=_CODE, examples=["main"])
    name: Name = Field(description="What people call it.", examples=["Main account"])
    version: Version
    created_at: Instant = Field(description="When it was made.")
    updated_at: Instant = Field(description="When it was last changed.")


class AdAccountCreate(Body):
    """A new account."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"code": "europe", "name": "European account"}]})

    code: Identifier = Field(description=_CODE, examples=["europe"])
    name: Name = Field(description="What people call it.", examples=["European account"])


class AdAccountPatch(Patch):
    """What may change of an account."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Europe"}]})

    code: Identifier = Field(default=ABSENT, description=_CODE, examples=["europe"])
    name: Name = Field(default=ABSENT, description="What people call it.", examples=["Europe"])
