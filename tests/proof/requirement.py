"""How a proof says that a rule is broken."""

from facepay.identifiers import PaymentId


class InvariantViolatedError(Exception):
    """A rule is broken. `rule` names it, `about` says which payments a trace should show."""

    def __init__(self, rule: str, detail: str, about: tuple[str, ...] = ()) -> None:
        super().__init__(f"{rule}: {detail}")
        self.rule = rule
        self.about = about


def require(holds: bool, rule: str, detail: str, payment_id: PaymentId | None = None) -> None:
    """Raise `InvariantViolatedError` unless a rule holds."""
    if not holds:
        about = () if payment_id is None else (str(payment_id),)
        raise InvariantViolatedError(rule, detail, about)
