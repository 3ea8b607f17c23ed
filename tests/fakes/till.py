"""A shop, a catalogue, a notice and receipts for looking at the till without a payment service."""

from datetime import UTC, datetime

from facepay.identifiers import (
    AcceptorId,
    ApprovalCode,
    OrderId,
    ParticipantId,
    PaymentId,
    RetrievalReferenceNumber,
    Stan,
    TerminalId,
)
from facepay.money import Money
from facepay.response_code import ResponseCode
from facepay.wire.terminal import Acceptor, Notice, NoticeText
from pos_app.checkout.receipt import FacePaymentRecord, Receipt
from pos_app.checkout.sale import Cart, CatalogueItem
from pos_app.ui.till_model import Shop
from tests.fakes.ports import ManualClock, SeededRandomness

ACCEPTOR = Acceptor(
    acceptor_id=AcceptorId("SANDBOX00000001"),
    name_zh="春风便利店",
    name_en="Spring Breeze Store",
    acquirer_id=ParticipantId("40010001"),
    complaint_phone="400-000-0000",
    complaint_url="https://complaints.example/",
)
TERMINAL_ID = TerminalId("TILL0001")
SHOP = Shop(ACCEPTOR, TERMINAL_ID)

_GOODS = (
    ("tea", "龙井茶", "Longjing tea", 3880),
    ("rice", "东北大米 5 公斤", "Northeast rice, 5 kg", 4590),
    ("milk", "鲜牛奶", "Fresh milk", 1290),
    ("bun", "鲜肉包", "Pork bun", 350),
    ("noodle", "手工挂面", "Handmade noodles", 890),
    ("water", "矿泉水", "Mineral water", 200),
    ("apple", "红富士苹果", "Fuji apples", 1580),
    ("egg", "土鸡蛋 12 枚", "Farm eggs, 12", 1990),
    ("soy", "生抽酱油", "Light soy sauce", 1190),
    ("umbrella", "雨伞", "Umbrella", 2900),
    ("charger", "充电线", "Charging cable", 1990),
    ("tissue", "面巾纸", "Tissues", 990),
)
CATALOGUE = tuple(
    CatalogueItem(sku, "", chinese, english, Money(fen)) for sku, chinese, english, fen in _GOODS
)
CART = Cart().with_item(CATALOGUE[0]).with_item(CATALOGUE[3], 4).with_item(CATALOGUE[1])

NOTICE = Notice(
    version="1",
    sha256=bytes(32),
    zh=NoticeText(
        processor="华东沙盒清算有限公司，持牌清算机构（模拟），不是商店。",  # noqa: RUF001
        contact="电话 400-000-1111；privacy@clearing.example",  # noqa: RUF001
        purpose="仅为本次付款找到您的开户银行。付款由您的密码确认。",
        method="本机把人脸转换成数字，拆分并加密后分发，任何一家都无法单独看到您的脸。",  # noqa: RUF001
        scope="人脸特征、真人在场检查，以及需要时的手机尾号。",  # noqa: RUF001
        storage_period="画面最多一分钟，仅在内存中；加密数据不留存。",  # noqa: RUF001
        necessity="没有手机和银行卡时，靠人脸找到您的银行。",  # noqa: RUF001
        effect_on_rights="人脸不能像密码那样更换。您不同意，其他一切不变。",  # noqa: RUF001
        how_to_use_rights="可随时关闭、撤回、查看、更正或删除：请拨打上述电话。",  # noqa: RUF001
        recipients="清算机构、托管机构和见证机构，各自只得到一部分。",  # noqa: RUF001
    ),
    en=NoticeText(
        processor="East Sandbox Clearing Co., a licensed clearing institution (simulated), "
        "not the shop.",
        contact="Call 400-000-1111 or write to privacy@clearing.example",
        purpose="Only to find your bank for this payment. Your PIN approves it.",
        method="This till turns your face into numbers, splits and seals them. No single one of "
        "the recipients can see your face.",
        scope="Face features, a check that you are present, and phone digits if asked.",
        storage_period="Pictures at most one minute, in memory only. Sealed data is not kept.",
        necessity="Without a phone or card, your face is how your bank is found.",
        effect_on_rights="A face cannot be changed like a password. If you say no, nothing else "
        "changes.",
        how_to_use_rights="Close, withdraw, see, correct or erase at any time: call the number "
        "above.",
        recipients="The clearing institution, a custodian and a witness; each gets only a part.",
    ),
)


def face_receipt(cart: Cart = CART) -> Receipt:
    return Receipt(
        acceptor=ACCEPTOR,
        terminal_id=TERMINAL_ID,
        order_id=OrderId("20260302-100512-7F3A"),
        lines=cart.lines,
        amount=cart.total,
        paid_at=datetime(2026, 3, 2, 2, 5, 31, tzinfo=UTC),
        face=FacePaymentRecord(
            payment_id=PaymentId.generate(ManualClock(), SeededRandomness()),
            response_code=ResponseCode.APPROVED,
            rrn=RetrievalReferenceNumber("606100000042"),
            approval_code=ApprovalCode("A7K3Q9"),
            stan=Stan("000042"),
            masked_name="*小明",
        ),
    )
