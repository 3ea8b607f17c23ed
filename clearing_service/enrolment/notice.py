# ruff: noqa: RUF001 - Chinese text has Chinese punctuation
"""What a person is told before the camera may be used, as data, in versions.

A consent is recorded against one version and its hash. When purpose, method or kind of data
changes, a new version is put in force here and every consent to an older one stops authorizing
until it is taken again.
"""

from collections.abc import Sequence

from facepay.wire.terminal import Notice, NoticeText

CURRENT_VERSION = "2026-03"

_CHINESE = NoticeText(
    processor="模拟清算机构（沙箱）。本系统为模拟器，不是持牌机构的正式服务。",
    contact="投诉与个人信息保护负责人：400-000-0000，privacy@clearing.example",
    purpose="仅用于在您本人发起的线下付款中，找到您自己选定的付款账户。",
    method="您触摸屏幕后摄像头开启，最长一分钟。终端提取人脸特征后立即删除图像，"
    "特征经加密拆分后分别发送给三家机构，任何一家都无法单独还原。",
    scope="一份人脸特征模板、您的手机尾号、账户代号。不提取年龄、性别、情绪等其他信息。",
    storage_period="模板保存至您关闭刷脸支付或同意到期，最长一年；每次付款的特征不保存。",
    necessity="刷脸付款必须比对人脸特征。您也可以随时使用银行卡、扫码或现金，价格相同。",
    effect_on_rights="模板泄露可能导致被冒充。每笔付款仍须您输入支付口令，单靠人脸不能付款。",
    how_to_use_rights="可在任一开通点或向上述联系方式查询、复制、更正、删除，"
    "或随时关闭刷脸支付；关闭不影响此前的付款。",
    recipients="模板将通过网络发送给：模拟清算机构、模拟托管机构、模拟见证机构。",
)

_ENGLISH = NoticeText(
    processor="Simulated Clearing Institution (sandbox). This is a simulator, not the service of a "
    "licensed institution.",
    contact="Complaints and personal information officer: 400-000-0000, privacy@clearing.example",
    purpose="Only to find the payment account you chose, in an in-store payment that you start.",
    method="The camera starts when you touch the screen and runs for one minute at most. The "
    "terminal extracts features of your face and deletes the pictures at once; the features are "
    "split, encrypted and sent to three institutions, none of which can restore them alone.",
    scope="One template of face features, the last digits of your telephone number, an alias of "
    "your account. No age, sex, mood or any other trait is extracted.",
    storage_period="The template is kept until you close face payment or your consent ends, one "
    "year at most. The features of a payment are not kept.",
    necessity="Paying by face needs a comparison of face features. You can pay by card, code or "
    "cash at any time, at the same price.",
    effect_on_rights="A leaked template could be used to impersonate you. Every payment also needs "
    "your passcode; a face alone never pays.",
    how_to_use_rights="At any enrolment station, or through the contact above, you can see, copy, "
    "correct or delete your data, or close face payment at any time. Earlier payments stay valid.",
    recipients="The template is sent over the network to: the simulated clearing institution, the "
    "simulated custodian, the simulated witness.",
)

CURRENT_NOTICE = Notice.of(CURRENT_VERSION, zh=_CHINESE, en=_ENGLISH)


class NoticeBook:
    """The notices that authorize now: one is shown, and a touch on it, or a consent to it, counts."""

    def __init__(self, notices: Sequence[Notice] = (CURRENT_NOTICE,)) -> None:
        """Put `notices` in force, the newest last; that one is shown from now on.

        Two can be in force when only the wording changed; a change of purpose, method or kind of
        data takes the older ones out of force.
        """
        self._in_force = {notice.version: notice for notice in notices}
        self._current = notices[-1]

    @property
    def current(self) -> Notice:
        """The notice that terminals show."""
        return self._current

    @property
    def versions_in_force(self) -> frozenset[str]:
        """Versions whose consents authorize."""
        return frozenset(self._in_force)

    def is_in_force(self, version: str, text_sha256: bytes) -> bool:
        """Tell whether a touch on, or a consent to, this notice authorizes now."""
        notice = self._in_force.get(version)
        return notice is not None and notice.sha256 == text_sha256
