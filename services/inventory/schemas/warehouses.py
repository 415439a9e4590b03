"""HTTP bodies of domestic warehouses."""

from pydantic import ConfigDict, Field

from services.inventory.schemas.fields import CountryCode, Identifier
from shared.web.schemas import ABSENT, Body, Id, Instant, Name, Patch, Schema, Version

_CODE = "Your own short name of the warehouse, unique in your company whatever its case."


class WarehouseRead(Schema):
    """A place at home that holds stock."""

    id: Id
    code: Identifier = Field(description=_CODE, examples=["ningbo"])
    name: Name = Field(description="What people call it.", examples=["Ningbo"])
    country_code: CountryCode | None = Field(description="Where it stands.", examples=["CN"])
    version: Version
    created_at: Instant = Field(description="When it was made.")
    updated_at: Instant = Field(description="When it was last changed.")


class WarehouseCreate(Body):
    """A new warehouse."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"code": "ningbo", "name": "Ningbo", "country_code": "CN"}]}
    )

    code: Identifier = Field(description=_CODE, examples=["ningbo"])
    name: Name = Field(description="What people call it.", examples=["Ningbo"])
    country_code: CountryCode | None = Field(default=None, description="Where it stands.", examples=["CN"])


class WarehousePatch(Patch):
    """What may change of a warehouse."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Ningbo harbour"}]})

    code: Identifier = Field(default=ABSENT, description=_CODE, examples=["ningbo"])
    name: Name = Field(default=ABSENT, description="What people call it.", examples=["Ningbo harbour"])
    country_code: CountryCode | None = Field(default=ABSENT, description="Where it stands.", examples=["CN"])
