"""HTTP bodies of products."""

from pydantic import ConfigDict, Field

from services.inventory.schemas.fields import AssumedFields, CostBody, Identifier, Title
from shared.web.schemas import (
    ABSENT,
    Body,
    Count,
    Id,
    Instant,
    NonNegativeDecimalStr,
    Patch,
    Positive,
    Schema,
    Version,
)

_CODE = "Your own code of the product, unique in your company whatever its case."
_COST = "What one unit costs you to buy."
_CARTON = "Units in a carton: shipments are whole cartons."
_MOQ = "The fewest units that can be ordered."
_WEIGHT = "Weight of one unit in kilograms."
_VOLUME = "Volume of one unit in cubic centimetres."
_DAYS = "Days from order until the goods are at home."


class ProductRead(Schema):
    """What is bought and held at home."""

    id: Id
    code: Identifier = Field(description=_CODE, examples=["KETTLE-1L"])
    name: Title = Field(description="What people call it.", examples=["Kettle, 1 litre"])
    unit_cost: CostBody | None = Field(description=_COST)
    carton_units: Positive = Field(description=_CARTON, examples=[24])
    moq_units: Positive = Field(description=_MOQ, examples=[500])
    unit_weight_kg: NonNegativeDecimalStr | None = Field(description=_WEIGHT, examples=["0.85"])
    unit_volume_cm3: NonNegativeDecimalStr | None = Field(description=_VOLUME, examples=["3200"])
    production_days: Count | None = Field(description=_DAYS, examples=[30])
    assumed_fields: AssumedFields
    version: Version
    created_at: Instant = Field(description="When it was made.")
    updated_at: Instant = Field(description="When it was last changed.")


class ProductCreate(Body):
    """A new product. What is left out is assumed until somebody states it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "KETTLE-1L",
                    "name": "Kettle, 1 litre",
                    "unit_cost": {"amount": "38.50", "currency": "CNY"},
                    "carton_units": 24,
                    "moq_units": 480,
                    "unit_weight_kg": "0.85",
                    "unit_volume_cm3": "3200",
                    "production_days": 30,
                }
            ]
        }
    )

    code: Identifier = Field(description=_CODE, examples=["KETTLE-1L"])
    name: Title = Field(description="What people call it.", examples=["Kettle, 1 litre"])
    unit_cost: CostBody | None = Field(default=None, description=_COST)
    carton_units: Positive | None = Field(default=None, description=_CARTON, examples=[24])
    moq_units: Positive | None = Field(default=None, description=_MOQ, examples=[480])
    unit_weight_kg: NonNegativeDecimalStr | None = Field(default=None, description=_WEIGHT, examples=["0.85"])
    unit_volume_cm3: NonNegativeDecimalStr | None = Field(default=None, description=_VOLUME, examples=["3200"])
    production_days: Count | None = Field(default=None, description=_DAYS, examples=[30])


class ProductPatch(Patch):
    """What may change of a product; cost, weight, volume and days may be null where they are not known."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"carton_units": 12}]})

    code: Identifier = Field(default=ABSENT, description=_CODE, examples=["KETTLE-1L"])
    name: Title = Field(default=ABSENT, description="What people call it.", examples=["Kettle, 1 litre"])
    unit_cost: CostBody | None = Field(default=ABSENT, description=_COST)
    carton_units: Positive = Field(default=ABSENT, description=_CARTON, examples=[12])
    moq_units: Positive = Field(default=ABSENT, description=_MOQ, examples=[480])
    unit_weight_kg: NonNegativeDecimalStr | None = Field(default=ABSENT, description=_WEIGHT, examples=["0.85"])
    unit_volume_cm3: NonNegativeDecimalStr | None = Field(default=ABSENT, description=_VOLUME, examples=["3200"])
    production_days: Count | None = Field(default=ABSENT, description=_DAYS, examples=[30])


class ProductUpsert(ProductPatch):
    """A product by its code: what is left out stays as it is; a new product needs a name."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"code": "KETTLE-1L", "name": "Kettle, 1 litre", "carton_units": 24}]}
    )

    code: Identifier = Field(description="The code that names it, whatever its case.", examples=["KETTLE-1L"])


class ProductBatch(Body):
    """Many products, each added or changed by itself."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [{"code": "KETTLE-1L", "name": "Kettle, 1 litre"}]}]}
    )

    items: list[ProductUpsert] = Field(min_length=1, max_length=1_000)
