"""The whole path of a payment, beside the same messages exchanged with a service that does nothing."""
