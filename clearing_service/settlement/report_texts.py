# ruff: noqa: RUF001
"""What a check of a report says to a person, in Chinese and English."""

from enum import Enum

from clearing_service.settlement.report_check import CheckedReport, Finding, ReportFinding
from clearing_service.settlement.report_summary import ReportSummary
from facepay.money import Money


class Language(Enum):
    """Which language a command speaks. The values are those of `--lang`."""

    ENGLISH = "en"
    CHINESE = "zh_CN"


_FINDINGS: dict[Finding, tuple[str, str]] = {
    Finding.PROOF_MISSING: ("the proof file is not beside the report", "报表旁缺少证明文件"),
    Finding.PROOF_MALFORMED: (
        "the proof file is damaged or does not belong to the report",
        "证明文件已损坏或不属于该报表",
    ),
    Finding.LINE_MALFORMED: ("a line does not follow the layout", "该行不符合格式"),
    Finding.OTHER_KEY: (
        "the digest was signed with another key than the given one",
        "摘要由另一把密钥签名",
    ),
    Finding.SIGNATURE_INVALID: ("the digest's signature does not hold", "摘要签名无效"),
    Finding.ACCOUNTS_ALTERED: (
        "the accounts are not those that were signed",
        "账户列表与签名时不一致",
    ),
    Finding.OTHER_WINDOW: ("a line belongs to another window", "该行属于另一个清算窗口"),
    Finding.OTHER_PARTICIPANT: ("a line belongs to another participant", "该行属于另一参与机构"),
    Finding.LINES_OUT_OF_ORDER: (
        "a line stands twice or not in the ledger's order",
        "该行重复或未按账本顺序排列",
    ),
    Finding.LINES_MISSING: ("lines are missing", "缺少明细行"),
    Finding.LINES_EXTRA: ("there are more lines than were signed", "明细行多于签名时的数目"),
    Finding.LINE_ALTERED: ("a line is not what was signed", "该行与签名时不一致"),
    Finding.NOT_IN_THE_WINDOW: (
        "the lines are not in the signed window",
        "明细不在已签名的清算窗口内",
    ),
    Finding.TOTALS_ALTERED: ("the totals are not those that were signed", "合计与签名时不一致"),
    Finding.TOTALS_DIFFER: (
        "the lines do not add up to the signed position",
        "明细之和不等于已签名的净额",
    ),
    Finding.POSITIONS_NOT_ZERO: (
        "the positions of all accounts do not sum to zero",
        "全部账户净额之和不为零",
    ),
    Finding.SUMMARY_ALTERED: ("the summary does not follow from the lines", "汇总与明细不符"),
    Finding.CHAIN_BROKEN: (
        "the digest does not follow the one before it",
        "摘要未衔接上一个清算窗口的摘要",
    ),
}

_VERIFIED = (
    "Verified: every line is in the signed window and none was altered, left out or put in; the "
    "net position is the sum of the lines; the positions of all accounts sum to zero.",
    "验证通过：每一行均在已签名的清算窗口内，无篡改、遗漏或增添；净额等于明细之和；全部账户净额之和为零。",
)
_REFUSED = ("NOT verified. Do not settle on this report.", "验证未通过，请勿据此报表结算。")


def check_text(checked: CheckedReport, language: Language) -> str:
    """Return what was found, line by line."""
    lines = [_summary_line(checked.summary, language)] if checked.summary else []
    lines += [finding_text(item, language) for item in checked.findings]
    lines.append(_in(language, _VERIFIED if checked.is_verified else _REFUSED))
    return "\n".join(lines)


def finding_text(item: ReportFinding, language: Language) -> str:
    """Return one finding in words, with its stable name."""
    where = (
        "" if item.line is None else _in(language, (f"line {item.line}: ", f"第 {item.line} 行："))
    )
    return f"{where}{_in(language, _FINDINGS[item.finding])} [{item.finding.value}]"


def signed_amount(minor_units: int) -> str:
    """Return an amount with its sign, as in `-12.30 CNY`."""
    return ("-" if minor_units < 0 else "") + str(Money(abs(minor_units)))


def _summary_line(summary: ReportSummary, language: Language) -> str:
    count = sum(item.count for item in summary.kinds)
    position = signed_amount(summary.net_position_minor_units)
    english = (
        f"Window {summary.window} of {summary.business_date}, participant {summary.participant}: "
        f"{count} lines, net position {position}, digest {summary.digest_hash.hex()[:16]}"
    )
    chinese = (
        f"清算窗口 {summary.window}（{summary.business_date}），参与机构 {summary.participant}："
        f"{count} 行，净额 {position}，摘要 {summary.digest_hash.hex()[:16]}"
    )
    return _in(language, (english, chinese))


def _in(language: Language, texts: tuple[str, str]) -> str:
    english, chinese = texts
    return english if language is Language.ENGLISH else chinese
