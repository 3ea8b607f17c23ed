"""What carrying out an act needs beside the act."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from clearing_service.cases.policy import CasePolicy
from clearing_service.ledger.account import AccountId
from clearing_service.ledger.entries import Institution
from clearing_service.ledger.transfer import EntryId
from clearing_service.settlement.funds import FundsMove
from clearing_service.settlement.netting import NetPositions
from facepay.operator_act import Act


@dataclass(frozen=True, slots=True)
class ActRules:
    """What every act is carried out by: whose book it is, and the rules of cases."""

    institution: Institution
    cases: CasePolicy


@dataclass(frozen=True, slots=True)
class ActContext:
    """One commit's: the act's number, the time, and what was read before.

    `nets` are net positions of windows: of those to be settled, or of all that are closed and not
    settled, for an act that must leave what they need. While an act is only tried out its number
    is 0.
    """

    rules: ActRules
    now: datetime
    number: int = 0
    nets: Mapping[int, NetPositions] = field(default_factory=dict)

    def owed_in_closed_windows(self, position: AccountId) -> int:
        """Return what a position owes in `nets`; what it is owed in another window is no help.

        Windows may be settled one by one, so each must find its own funds.
        """
        return sum(max(0, -net.by_account.get(position, 0)) for net in self.nets.values())

    def move(self, act: Act) -> FundsMove:
        """Return the movement of the act's sum; its row is named after the act."""
        entry_id = EntryId.derived("act", str(self.number))
        return FundsMove(entry_id, act.known_amount, self.now)
