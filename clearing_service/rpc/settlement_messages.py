"""Windows, accounts and reports as messages. Both ends are the clearing institution's."""

from datetime import datetime

from clearing_service.ledger.account import AccountId, AccountKind, Balance
from clearing_service.ledger.window import AbortCause, SettlementWindow, WindowState
from clearing_service.operation.settlement_view import (
    FilePart,
    ReportFile,
    WindowPosition,
    WindowPositions,
)
from facepay.identifiers import ParticipantId
from facepay.v1 import settlement_pb2 as pb
from facepay.wire.strict import (
    day,
    from_milliseconds,
    given,
    require_strict,
    text,
    to_milliseconds,
    word,
)

_NAME_MAX_CHARACTERS = 80


def window_to_message(window: SettlementWindow) -> pb.Window:
    """Return what operators see of a window."""
    cause = window.abort_cause
    return pb.Window(
        number=window.number,
        business_date=window.business_date.isoformat(),
        state=pb.WindowState.ValueType(window.state.value),
        opened_at_ms=to_milliseconds(window.opened_at),
        closes_at_ms=to_milliseconds(window.closes_at),
        closed_at_ms=_milliseconds(window.closed_at),
        settled_at_ms=_milliseconds(window.settled_at),
        abort_cause=None if cause is None else pb.AbortCause.ValueType(cause.value),
    )


def window_from_message(message: pb.Window) -> SettlementWindow:
    """Read a window strictly; raises `MalformedFieldError`. Its rows do not travel."""
    require_strict(message)
    closed = given(message, "closed_at_ms", message.closed_at_ms)
    settled = given(message, "settled_at_ms", message.settled_at_ms)
    cause = given(message, "abort_cause", message.abort_cause)
    return SettlementWindow(
        number=message.number,
        business_date=day(message.business_date),
        opened_at=from_milliseconds(message.opened_at_ms),
        first_row=0,
        state=word(WindowState, message.state),
        closed_at=None if closed is None else from_milliseconds(closed),
        settled_at=None if settled is None else from_milliseconds(settled),
        abort_cause=None if cause is None else word(AbortCause, cause),
    )


def positions_to_message(found: WindowPositions) -> pb.GetWindowResponse:
    """Return the protobuf message."""
    positions = [
        pb.WindowPosition(
            participant_id=item.participant_id.value,
            account=pb.AccountKind.ValueType(item.account.value),
            net_minor_units=item.net_minor_units,
            fees_minor_units=item.fees_minor_units,
        )
        for item in found.positions
    ]
    return pb.GetWindowResponse(window=window_to_message(found.window), positions=positions)


def positions_from_message(message: pb.GetWindowResponse) -> WindowPositions:
    """Read a reply strictly; raises `MalformedFieldError`."""
    require_strict(message)
    positions = tuple(
        WindowPosition(
            ParticipantId(item.participant_id),
            word(AccountKind, item.account),
            item.net_minor_units,
            item.fees_minor_units,
        )
        for item in message.positions
    )
    return WindowPositions(window_from_message(message.window), positions)


def account_to_message(balance: Balance) -> pb.AccountTotals:
    """Return the protobuf message."""
    return pb.AccountTotals(
        participant_id=balance.account.participant_id.value,
        account=pb.AccountKind.ValueType(balance.account.kind.value),
        debits_posted=balance.debits_posted,
        credits_posted=balance.credits_posted,
        debits_held=balance.debits_held,
        credits_held=balance.credits_held,
    )


def account_from_message(message: pb.AccountTotals) -> Balance:
    """Read an account strictly; raises `MalformedFieldError`. Its cap does not travel here."""
    require_strict(message)
    account = AccountId(ParticipantId(message.participant_id), word(AccountKind, message.account))
    return Balance(
        account,
        0,
        message.debits_posted,
        message.credits_posted,
        message.debits_held,
        message.credits_held,
    )


def part_from_message(message: pb.GetReportFileResponse) -> FilePart:
    """Read a part strictly; raises `MalformedFieldError`."""
    require_strict(message)
    return FilePart(text(message.name, "a name", characters=_NAME_MAX_CHARACTERS), message.content)


def report_file(number: int) -> ReportFile:
    """Return which file is asked for; raises `MalformedFieldError`."""
    return word(ReportFile, number)


def _milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else to_milliseconds(moment)
