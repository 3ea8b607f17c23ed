"""What operators do: acts by maker and checker, and what each act changes.

`desk` takes proposals and approvals; `act_work` is their commits; `execution` says which function
carries out which kind of act. Everything an act changes is in the commit that ends it.
"""
