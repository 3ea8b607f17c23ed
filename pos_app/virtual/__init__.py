"""Virtual shoppers and attack instruments as cameras, so that a payment needs no person.

A shopper is one still photo whose face mesh is turned, blinked and opened as the stage asks. The same
photo held up as a print, shown on a screen or injected into the stream is an attack. All of it is
easier than reality: nothing here may set a threshold.
"""
