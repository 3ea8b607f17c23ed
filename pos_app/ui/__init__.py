"""The till's two windows: the cashier's and the customer's. Everything here may know Qt.

How a payment looks from here:

1. `till_model` says what the two windows show, as plain values.
2. `payment_presenter` turns what the checkout reports into those values, on the GUI thread.
3. `cashier_window` and `customer_window` draw the values and call actions back.
4. `text*` holds every word that people read; `theme` every colour, size and distance.
"""
