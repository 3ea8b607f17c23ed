"""Response codes of ISO 8583 DE 39, as far as a payment by face uses them.

This is the one table of what a payment can end in: each cause the clearing service or the terminal
knows maps to exactly one code here, and the terminal has one text per code and language.
"""

from enum import Enum


class ResponseCode(Enum):
    """Two characters that say whether a payment was approved, and if not, why."""

    APPROVED = "00"
    INVALID_MERCHANT = "03"
    DO_NOT_HONOUR = "05"
    INVALID_TRANSACTION = "12"
    INVALID_AMOUNT = "13"
    FORMAT_ERROR = "30"
    INSUFFICIENT_FUNDS = "51"
    VERIFICATION_FAILED = "55"
    NOT_PERMITTED_TO_PAYER = "57"
    NOT_PERMITTED_TO_TERMINAL = "58"
    SUSPECTED_FRAUD = "59"
    AMOUNT_LIMIT_EXCEEDED = "61"
    SECURITY_VIOLATION = "63"
    COUNT_LIMIT_EXCEEDED = "65"
    RESPONSE_TOO_LATE = "68"
    PASSCODE_NEEDED = "70"
    PIN_TRIES_EXCEEDED = "75"
    ISSUER_UNAVAILABLE = "91"
    DUPLICATE = "94"
    SYSTEM_MALFUNCTION = "96"

    @property
    def is_approval(self) -> bool:
        """Whether money moved: true of 00 and of nothing else."""
        return self is ResponseCode.APPROVED
