"""Ways to pay. Face is one of several, never the first choice made for anybody."""

from dataclasses import dataclass
from enum import Enum

from facepay.money import Money


class Tender(Enum):
    """A way to pay. All cost the payer the same."""

    CASH = "cash"
    CARD = "card"
    QR_CODE = "qr_code"
    FACE = "face"


OTHER_TENDERS = (Tender.QR_CODE, Tender.CARD, Tender.CASH)
"""What is offered at every step of a payment by face, in this order (CON-08)."""


class TenderedTooLittleError(ValueError):
    """The cash handed over is less than the amount; a mistake the till shows at once."""


@dataclass(frozen=True, slots=True)
class OtherTender:
    """A payment by another way than face. Card and code readers are simulated: they always agree.

    `received` is what was handed over: for cash at least the amount, otherwise the amount itself.
    """

    tender: Tender
    amount: Money
    received: Money

    def __post_init__(self) -> None:
        """Refuse face, and cash that is not enough."""
        if self.tender is Tender.FACE:
            raise ValueError("a payment by face is made by the payment flow")
        if self.received < self.amount:
            raise TenderedTooLittleError("less was handed over than is owed")

    @property
    def change(self) -> Money:
        """What is given back."""
        return self.received - self.amount
