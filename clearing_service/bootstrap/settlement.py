"""Settlement of the clearing institution, put together."""

from dataclasses import dataclass
from datetime import timedelta

from clearing_service.bootstrap.stores import Stores
from clearing_service.config import Config
from clearing_service.ledger.entries import Institution
from clearing_service.settlement.fee_rates import load_fee_schedule
from clearing_service.settlement.settlement_run import SettlementRun
from clearing_service.settlement.use_cases import Settlement
from facepay.identifiers import ParticipantId
from facepay.ports import Clock


@dataclass(frozen=True, slots=True)
class SettlementParts:
    """What operators call, and what the clock does by itself."""

    use_cases: Settlement
    run: SettlementRun


def open_settlement(config: Config, stores: Stores, clock: Clock) -> SettlementParts:
    """Return both; raises `FeeRatesError`."""
    schedule = load_fee_schedule(config.directory)
    institution = Institution(ParticipantId(config.participant_id))
    use_cases = Settlement(stores.clearing, schedule, institution, clock)
    settle_after = timedelta(minutes=config.settlement.settle_after_minutes)
    return SettlementParts(use_cases, SettlementRun(use_cases, clock, settle_after))
