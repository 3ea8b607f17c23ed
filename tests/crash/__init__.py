"""Programs of their own, killed without warning while they work, and the books looked at afterwards.

`till_program` is a till whose customers are invented: all of a terminal's own code but camera and
windows. `shop` runs a sandbox of such programs, `kills` ends them at moments drawn from a seed, and
`checks` says what must be in the books all the same.
"""
