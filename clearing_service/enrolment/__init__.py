"""Opening and closing face payment for one person. Off for everybody until they open it.

notice        what a person is told, in versions; a new one ends the consents to older ones
consent       the two acts of consent, their terms, and terms that are void
enrolment     where one enrolment is, from the issuer's word to an active reference
opening       step 1: consents, issuer authentication, age, challenge
submission    step 2: nobody else has this face; passcode; reference prepared and pending
confirmation  step 3: a second capture finds the reference; only now can it pay
erasure       a reference erased at three parties, with receipts
closing       face payment closed by its owner; what was left unfinished or has ended, erased
"""
