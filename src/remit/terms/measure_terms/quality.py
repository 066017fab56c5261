"""Measures of quality: accuracy, satisfaction, recommendation."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from remit.terms.measure_terms.bases import MeasureTerms, Unit


class Accuracy(MeasureTerms):
    """1 − defective / audited; critical and non-critical errors kept apart.

    Of evaluations, a defective one has an error of the kinds named; of transactions, only audited ones count.
    """

    kind: Literal["accuracy"] = Field("accuracy", alias="is")
    of: Literal["evaluations", "transactions"] = Field(
        "evaluations", description="Quality evaluations, or audited transactions."
    )
    errors: Literal[
        "all", "critical", "non_critical", "customer_critical", "business_critical", "compliance_critical"
    ] = Field("all", description="Which errors make a record defective; the last three are of evaluations.")
    per: Literal["record", "opportunity"] = Field(
        "record",
        description="`record`: defective records / audited records; `opportunity`: errors / opportunities for error.",
    )

    @model_validator(mode="after")
    def _table_has_the_errors(self) -> Self:
        if self.of == "transactions" and self.errors.endswith("_critical") and self.errors != "non_critical":
            raise ValueError(
                f"transactions don't tell {self.errors} errors apart; write errors: critical, or of: evaluations"
            )
        if self.per == "opportunity" and self.of == "transactions":
            raise ValueError("transactions count no opportunities for error; write per: record, or of: evaluations")
        return self

    @property
    def is_share(self) -> bool:
        return self.per == "record"


class Satisfaction(MeasureTerms):
    """CSAT: the share of answers in the top boxes of the scale."""

    kind: Literal["satisfaction"] = Field("satisfaction", alias="is")
    top_boxes: int = Field(2, ge=1, description="How many of the highest marks count as satisfied.")
    scale_max: int = Field(5, ge=2, description="The highest mark, where the answers do not bring their own.")
    default_table: ClassVar[str] = "surveys"


class NetPromoter(MeasureTerms):
    """NPS: the share of marks 9–10 less the share of marks 0–6; from −1 to 1, printed as −100 to 100."""

    kind: Literal["net_promoter"] = Field("net_promoter", alias="is")
    unit: ClassVar[Unit] = Unit.SCORE
    is_proportion: ClassVar[bool] = False
    default_table: ClassVar[str] = "surveys"
