"""Windows closed, settled, aborted and rejoined on operators' word."""

from clearing_service.operation.act_context import ActContext
from clearing_service.payment.clearing_book import ClearingBook
from clearing_service.settlement.window_steps import (
    WindowOutcome,
    abort_window,
    close_window,
    lacking_funds,
    not_pending,
    rejoin_window,
    settle_windows,
)
from facepay.operator_act import Act, ActOutcome


def close(book: ClearingBook, act: Act, context: ActContext) -> ActOutcome:
    """Close the open window before its cutover, and open the next."""
    return _told(close_window(book, act.known_window, context.now))


def abort(book: ClearingBook, act: Act, context: ActContext) -> ActOutcome:
    """Give up a window's settlement."""
    return _told(abort_window(book, act.known_window, context.now))


def rejoin(book: ClearingBook, act: Act, context: ActContext) -> ActOutcome:
    """Let an aborted window be settled again."""
    return _told(rejoin_window(book, act.known_window, context.now))


def settle(book: ClearingBook, act: Act, context: ActContext) -> ActOutcome:
    """Settle a window with those before it that wait, unless somebody lacks funds for that.

    The clock aborts what lacks funds; an operator who asks is told, and nothing changes.
    """
    window = book.windows.get(act.known_window)
    outcome = not_pending(window)
    if outcome is not WindowOutcome.DONE:
        return _told(outcome)
    if act.known_window not in context.nets:  # it was not pending when its rows were read
        return ActOutcome.NOT_PRICED
    if lacking_funds(book, context.nets.values()):
        return ActOutcome.LACKS_FUNDS
    return _told(settle_windows(book, context.nets, context.now).outcome)


def _told(outcome: WindowOutcome) -> ActOutcome:
    return ActOutcome[outcome.name]
