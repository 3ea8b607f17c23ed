"""The permitted moves of a payment. Whatever is not listed here cannot happen.

OPENED -> ROUTED -> AUTHORIZING -> APPROVED | DECLINED
OPENED | ROUTED -> EXPIRED | CANCELLED
APPROVED -> REVERSED | REFUNDED_IN_PART | REFUNDED
"""

from clearing_service.errors import LedgerInvariantError
from facepay.payment_decision import PaymentState
from facepay.response_code import ResponseCode

_ENDS_BEFORE_MONEY = frozenset({PaymentState.EXPIRED, PaymentState.CANCELLED})

PERMITTED_MOVES: dict[PaymentState, frozenset[PaymentState]] = {
    PaymentState.OPENED: frozenset({PaymentState.ROUTED}) | _ENDS_BEFORE_MONEY,
    # A later probe routes again or, finding nobody, takes the payment back to where it was.
    PaymentState.ROUTED: frozenset(
        {PaymentState.ROUTED, PaymentState.OPENED, PaymentState.AUTHORIZING}
    )
    | _ENDS_BEFORE_MONEY,
    PaymentState.AUTHORIZING: frozenset({PaymentState.APPROVED, PaymentState.DECLINED}),
    PaymentState.APPROVED: frozenset(
        {PaymentState.REVERSED, PaymentState.REFUNDED_IN_PART, PaymentState.REFUNDED}
    ),
    PaymentState.REFUNDED_IN_PART: frozenset(
        {PaymentState.REFUNDED_IN_PART, PaymentState.REFUNDED}
    ),
    PaymentState.DECLINED: frozenset(),
    PaymentState.EXPIRED: frozenset(),
    PaymentState.CANCELLED: frozenset(),
    PaymentState.REVERSED: frozenset(),
    PaymentState.REFUNDED: frozenset(),
}

UNDECIDED = frozenset({PaymentState.OPENED, PaymentState.ROUTED, PaymentState.AUTHORIZING})
"""Where a payment still waits for its end."""

BEFORE_MONEY = frozenset({PaymentState.OPENED, PaymentState.ROUTED})
"""Where a payment can end without the ledger having heard of it."""

GIVING_BACK = frozenset({PaymentState.APPROVED, PaymentState.REFUNDED_IN_PART})
"""Where money has moved, and some of it has not gone back."""


def require_move(old: PaymentState, new: PaymentState) -> None:
    """Raise `LedgerInvariantError` unless the move is permitted."""
    if new not in PERMITTED_MOVES[old]:
        raise LedgerInvariantError(f"a payment cannot go from {old.name} to {new.name}")


def code_without_decline(state: PaymentState) -> ResponseCode:
    """Return the code for a state that no decline explains.

    Only APPROVED is 00, so that no other answer can be taken for an approval. Any other code here
    says no more than that nothing is approved; the state says the rest.
    """
    if state is PaymentState.APPROVED:
        return ResponseCode.APPROVED
    if state in BEFORE_MONEY:
        return ResponseCode.PASSCODE_NEEDED
    return ResponseCode.RESPONSE_TOO_LATE
