"""What the cashier's window shows of a refund or void, as plain values. Nothing here knows Qt.

The reference number of a payment is shown nowhere before the refund: its last digits, read from the
payer's receipt, are what shows that this is the payment that is meant.
"""

from dataclasses import dataclass
from enum import Enum

from facepay.money import Money
from facepay.vocabulary import RefundKind
from pos_app.checkout.refund import ApprovedPayment, RefundReceipt
from pos_app.ui.till_model import OutcomeView

CHECK_LENGTH = 4
"""Last digits of the reference number that are typed from the payer's receipt."""


class RefundStage(Enum):
    """What the cashier is asked or told."""

    CLOSED = "closed"
    LOADING = "loading"
    LIST = "list"
    KIND = "kind"
    AMOUNT = "amount"
    CHECK = "check"
    WORKING = "working"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class RefundView:
    """Everything that is shown of a refund."""

    stage: RefundStage = RefundStage.CLOSED
    is_online: bool = False
    payments: tuple[ApprovedPayment, ...] = ()
    """The latest approved payments of this till, newest first."""
    chosen: ApprovedPayment | None = None
    kind: RefundKind | None = None
    typed_minor_units: int = 0
    checked: str = ""
    """Digits typed from the receipt so far."""
    outcome: OutcomeView | None = None
    receipt: RefundReceipt | None = None
    may_ask_again: bool = False
    """Whether nobody knows yet what became of it."""

    @property
    def whole(self) -> Money | None:
        """The sum of the chosen payment."""
        return self.chosen.payment.binding.fields.amount if self.chosen else None

    @property
    def amount(self) -> Money | None:
        """What would go back: all of it by a void, what was typed by a refund."""
        if self.whole is None or self.kind is RefundKind.VOID:
            return self.whole
        return Money(self.typed_minor_units, self.whole.currency)

    @property
    def is_amount_possible(self) -> bool:
        """Whether the amount is one that the payment could have left."""
        whole, amount = self.whole, self.amount
        if whole is None or amount is None:
            return False
        return 0 < amount.amount_minor_units <= whole.amount_minor_units

    @property
    def is_check_complete(self) -> bool:
        """Whether as many digits were typed as are asked for."""
        return len(self.checked) == CHECK_LENGTH

    @property
    def is_checked(self) -> bool:
        """Whether the digits typed are those of the chosen payment's receipt."""
        chosen = self.chosen
        return (
            chosen is not None
            and self.is_check_complete
            and chosen.rrn.value.endswith(self.checked)
        )
