"""One matching party of three: private 1:N search over secret-shared references.

The same code runs at the clearing institution (party 1), the custodian (2) and the witness (3). No
party that follows the protocol learns a template or the score of a row. A search runs like this:

1. party 1 relays header, signature and sealed shares to parties 2 and 3   (`coordinator`)
2. each party checks terminal, rates, commitments and opens its own shares (`admission`)
3. all pairs compare the digest of the candidate set                       (`query`)
4. each party scores all rows of all waiting probes in one pass            (`scoring`)
5. parties mask and shuffle, and party 3 adds the three vectors            (`shuffle`)
6. party 3 applies norm, ceiling, median, threshold and margin             (`guards`)
7. party 1 undoes the shuffle of the one position it is told               (`coordinator`)

References enter and leave in two phases, at one generation number         (`changes`, `gallery`)
"""
