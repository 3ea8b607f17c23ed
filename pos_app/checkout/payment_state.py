"""Where a payment is, as the terminal knows it, and which moves are permitted.

The clearing service has its own states (`facepay.payment_decision`). UNKNOWN exists here only: the
terminal sent a request to move money and has not learnt what became of it.
"""

from enum import Enum

from pos_app.errors import PosError


class TerminalState(Enum):
    """A payment's place in the terminal's journal. The values are stored."""

    STARTED = "started"
    """Journaled; nothing that moves money was sent."""
    AUTHORIZING = "authorizing"
    """The request that moves money may have left the terminal."""
    UNKNOWN = "unknown"
    APPROVED = "approved"
    DECLINED = "declined"
    ENDED = "ended"
    """Cancelled, expired or failed before money could move."""
    REVERSING = "reversing"
    """A reversal is queued until it is acknowledged."""
    REVERSED = "reversed"
    CASE = "case"
    """The reversal was not acknowledged in time: people must look at it."""

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens by itself."""
        return not PERMITTED_MOVES[self] or self is TerminalState.APPROVED


LEFT_OVER = (TerminalState.STARTED, TerminalState.AUTHORIZING, TerminalState.UNKNOWN)
"""Where the end of a process leaves a payment that nobody settles but the next process."""

_REVERSIBLE = frozenset({TerminalState.REVERSING})

PERMITTED_MOVES: dict[TerminalState, frozenset[TerminalState]] = {
    TerminalState.STARTED: _REVERSIBLE
    | {TerminalState.AUTHORIZING, TerminalState.DECLINED, TerminalState.ENDED},
    TerminalState.AUTHORIZING: _REVERSIBLE
    | {
        TerminalState.UNKNOWN,
        TerminalState.APPROVED,
        TerminalState.DECLINED,
        TerminalState.ENDED,
    },
    TerminalState.UNKNOWN: _REVERSIBLE
    | {TerminalState.APPROVED, TerminalState.DECLINED, TerminalState.ENDED},
    TerminalState.APPROVED: _REVERSIBLE,
    TerminalState.DECLINED: frozenset(),
    TerminalState.ENDED: frozenset(),
    TerminalState.REVERSING: frozenset({TerminalState.REVERSED, TerminalState.CASE}),
    TerminalState.REVERSED: frozenset(),
    TerminalState.CASE: frozenset({TerminalState.REVERSED}),
}


class ForbiddenMoveError(PosError):
    """A move that the table does not permit; our own mistake, raised where money could follow."""


def require_move(current: TerminalState, following: TerminalState) -> None:
    """Raise `ForbiddenMoveError` unless the table permits the move; staying is always permitted."""
    if following is not current and following not in PERMITTED_MOVES[current]:
        raise ForbiddenMoveError(f"a payment does not move from {current} to {following}")
