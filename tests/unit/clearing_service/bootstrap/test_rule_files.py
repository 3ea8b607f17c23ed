"""A file of rules of one's own takes the place of the program's; one that is unusable stops it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from clearing_service.approval import policy as act_policy
from clearing_service.cases import policy as case_policy
from clearing_service.cases.case import CaseKind
from clearing_service.errors import ClearingError
from clearing_service.payment import risk_rules
from clearing_service.routing import evidence_rules
from clearing_service.settlement import fee_rates

Loader = Callable[[Path | None], object]

RULE_FILES: list[tuple[Loader, str, type[ClearingError]]] = [
    (act_policy.load_act_policy, act_policy.POLICY_NAME, act_policy.ActPolicyError),
    (case_policy.load_case_policy, case_policy.POLICY_NAME, case_policy.CasePolicyError),
    (risk_rules.load_risk_rules, risk_rules.RULES_NAME, risk_rules.RiskRulesError),
    (
        evidence_rules.load_evidence_rules,
        evidence_rules.POLICY_NAME,
        evidence_rules.EvidenceRulesError,
    ),
    (fee_rates.load_fee_schedule, fee_rates.RATES_NAME, fee_rates.FeeRatesError),
]


@pytest.mark.parametrize(("load", "name", "_failure"), RULE_FILES)
def test_a_folder_without_a_file_of_its_own_has_the_programs(
    load: Loader, name: str, _failure: type[ClearingError], tmp_path: Path
) -> None:
    packaged = load(None)
    assert load(tmp_path) == packaged
    module = Path(load.__code__.co_filename)  # type: ignore[attr-defined]
    (tmp_path / name).write_bytes(module.with_name(name).read_bytes())
    assert load(tmp_path) == packaged


@pytest.mark.parametrize(("load", "name", "failure"), RULE_FILES)
def test_a_file_that_cannot_be_read_is_named_and_not_passed_over(
    load: Loader, name: str, failure: type[ClearingError], tmp_path: Path
) -> None:
    own = tmp_path / name
    own.mkdir()
    with pytest.raises(failure, match=f"{own} cannot be read"):
        load(tmp_path)
    own.rmdir()
    own.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(failure, match=f"{own} cannot be read"):
        load(tmp_path)
    own.unlink()
    own.symlink_to(tmp_path / "moved away")
    with pytest.raises(failure, match=f"{own} cannot be read"):
        load(tmp_path)


LISTS = [
    (fee_rates.read_fee_schedule, fee_rates.FeeRatesError, "rate = [1]"),
    (fee_rates.read_fee_schedule, fee_rates.FeeRatesError, "rate = [[]]"),
    (
        fee_rates.read_fee_schedule,
        fee_rates.FeeRatesError,
        "[[rate]]\nfee = []\nvalid_from = 2026-01-01\nparts_per_million = 1\ncap_minor_units = 1",
    ),
    (risk_rules.read_risk_rules, risk_rules.RiskRulesError, "rule = [1]"),
    (risk_rules.read_risk_rules, risk_rules.RiskRulesError, "rule = ['x']"),
    (risk_rules.read_risk_rules, risk_rules.RiskRulesError, "rule = [[]]"),
    (
        case_policy.read_case_policy,
        case_policy.CasePolicyError,
        "\n".join(
            f"[{kind.name.lower()}]\ndue_hours = 1\nowner = 'x'"
            + ("\nproofs = [[]]" if kind.name == "LOSS" else "")
            for kind in CaseKind
        ),
    ),
]


@pytest.mark.parametrize(("read", "failure", "text"), LISTS)
def test_a_list_of_something_else_is_refused_like_any_other_mistake(
    read: Callable[[str], object], failure: type[ClearingError], text: str
) -> None:
    with pytest.raises(failure):
        read(text)
