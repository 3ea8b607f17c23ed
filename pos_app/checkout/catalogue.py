"""What the shop sells: a small list of everyday things, prices in fen, tax included."""

from facepay.money import Money
from pos_app.checkout.sale import CatalogueItem

_GOODS = (
    ("longjing", "6900000000017", "龙井茶", "Longjing tea", 3880),
    ("rice", "6900000000024", "东北大米 5 公斤", "Northeast rice, 5 kg", 4590),
    ("milk", "6900000000031", "鲜牛奶", "Fresh milk", 1290),
    ("bun", "", "鲜肉包", "Pork bun", 350),
    ("noodle", "6900000000048", "手工挂面", "Handmade noodles", 890),
    ("water", "6900000000055", "矿泉水", "Mineral water", 200),
    ("apple", "", "红富士苹果", "Fuji apples", 1580),
    ("egg", "6900000000062", "土鸡蛋 12 枚", "Farm eggs, 12", 1990),
    ("soy", "6900000000079", "生抽酱油", "Light soy sauce", 1190),
    ("umbrella", "6900000000086", "雨伞", "Umbrella", 2900),
    ("cable", "6900000000093", "充电线", "Charging cable", 1990),
    ("tissue", "6900000000109", "面巾纸", "Tissues", 990),
)

CATALOGUE = tuple(
    CatalogueItem(sku, barcode, chinese, english, Money(fen))
    for sku, barcode, chinese, english, fen in _GOODS
)
"""Every item has a name in both languages; an item without a barcode is rung up by touch."""
