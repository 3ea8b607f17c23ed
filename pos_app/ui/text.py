"""Words that both windows use, and those of the cashier's window."""

from pos_app.checkout.payment import PaymentStep
from pos_app.checkout.tenders import Tender
from pos_app.ui.phrase import Language, Phrase, phrase

LANGUAGE_NAMES = {Language.CHINESE: "中文", Language.ENGLISH: "English"}
"""Each language is offered under its own name, whatever the window speaks."""

SIMULATED = phrase("Till", "Simulated: no real money")
TOTAL = phrase("Till", "Total")
LARGER_TEXT = phrase("Till", "Text size")
SWITCH_LANGUAGE = phrase("Till", "Switch language")
ITEM_COUNT = phrase("Till", "Items: {count}")
BACK = phrase("Till", "Back")

CASHIER_TITLE = phrase("Cashier", "Cashier window")
LINE_UP = phrase("Cashier", "Online")
LINE_DOWN = phrase("Cashier", "Offline: no face payment")
LINE_OUT_OF_ORDER = phrase("Cashier", "Face payment out of order: call support")
LINE_STARTING = phrase("Cashier", "Connecting")
UNSENT = phrase("Cashier", "Waiting to be sent: {count}")
RECEIPTS = phrase("Cashier", "Receipts")
CUSTOMER_DISPLAY = phrase("Cashier", "Customer display")
PRODUCTS = phrase("Cashier", "Products")
CART = phrase("Cashier", "Cart")
CART_EMPTY = phrase("Cashier", "Touch a product to ring it up.")
CLEAR_CART = phrase("Cashier", "Clear all")
QUANTITY = phrase("Cashier", "Quantity")
REMOVE = phrase("Cashier", "Remove")
DELETE_DIGIT = phrase("Cashier", "Delete last digit")
TAKE_PAYMENT = phrase("Cashier", "Take payment")
NEW_SALE = phrase("Cashier", "New sale")
BACK_TO_CART = phrase("Cashier", "Back to the cart")
CANCEL_PAYMENT = phrase("Cashier", "Cancel this payment")
RECEIVED = phrase("Cashier", "Payment received")
SHOW_RECEIPT = phrase("Cashier", "Show receipt")
NO_RECEIPTS = phrase("Cashier", "No receipts yet today.")
SWITCH_TENDER = phrase("Cashier", "Or pay another way")
CODE = phrase("Cashier", "Response code {code}")
TENDER_SCAN = phrase("Cashier", "Scan the code on the customer's phone.")
TENDER_CARD = phrase("Cashier", "Ask the customer to tap or insert the card.")
TENDER_CASH = phrase("Cashier", "Take the cash, then confirm.")
TENDER_SIMULATED = phrase("Cashier", "This way to pay is simulated: confirm it by hand.")

TENDER_NAMES: dict[Tender, Phrase] = {
    Tender.QR_CODE: phrase("Till", "QR code"),
    Tender.CARD: phrase("Till", "Card"),
    Tender.CASH: phrase("Till", "Cash"),
    Tender.FACE: phrase("Till", "Face"),
}
TENDER_TASKS: dict[Tender, Phrase] = {
    Tender.QR_CODE: TENDER_SCAN,
    Tender.CARD: TENDER_CARD,
    Tender.CASH: TENDER_CASH,
}

PROGRESS_TITLE = phrase("Cashier", "Paying by face")
PROGRESS_NOTICE = phrase("Cashier", "Customer reads the notice and decides")
PROGRESS: dict[PaymentStep, Phrase] = {
    PaymentStep.OPENING: phrase("Cashier", "Payment is being opened"),
    PaymentStep.ASKING_DIGITS: phrase("Cashier", "Customer enters phone digits"),
    PaymentStep.CAPTURING: phrase("Cashier", "Camera is on for the customer"),
    PaymentStep.ROUTING: phrase("Cashier", "Looking for the customer's bank"),
    PaymentStep.OFFERING_RETRY: phrase("Cashier", "No account found: customer may try again"),
    PaymentStep.OFFERING_RECAPTURE: phrase("Cashier", "Search cut off: customer may try again"),
    PaymentStep.CONFIRMING: phrase("Cashier", "Customer checks payee and amount"),
    PaymentStep.ENTERING_PIN: phrase("Cashier", "Customer enters the PIN"),
    PaymentStep.AUTHORIZING: phrase("Cashier", "The bank decides"),
    PaymentStep.QUERYING: phrase("Cashier", "No answer yet: the till keeps asking"),
    PaymentStep.REVERSING: phrase("Cashier", "The payment is being undone"),
    PaymentStep.CANCELLING: phrase("Cashier", "The payment is being cancelled"),
    PaymentStep.FINISHED: phrase("Cashier", "Finished"),
}
PROGRESS_PATH = (
    PaymentStep.CAPTURING,
    PaymentStep.ROUTING,
    PaymentStep.CONFIRMING,
    PaymentStep.ENTERING_PIN,
    PaymentStep.AUTHORIZING,
)
"""The steps that every payment by face goes through, in order; the others come in between."""
MONEY_MAY_MOVE = phrase("Cashier", "The bank is deciding. Please wait; nothing is taken twice.")

RECEIPT_TITLE = phrase("Receipt", "Receipt")
RECEIPT_ORDER = phrase("Receipt", "Order")
RECEIPT_TERMINAL = phrase("Receipt", "Terminal")
RECEIPT_TIME = phrase("Receipt", "Time")
RECEIPT_TENDER = phrase("Receipt", "Paid by")
RECEIPT_PAYER = phrase("Receipt", "Payer")
RECEIPT_RRN = phrase("Receipt", "Reference number (RRN)")
RECEIPT_APPROVAL = phrase("Receipt", "Approval code")
RECEIPT_COMPLAINTS = phrase("Receipt", "Complaints")
RECEIPT_NOT_MONEY = phrase("Receipt", "Simulated payment: no real money was moved.")
