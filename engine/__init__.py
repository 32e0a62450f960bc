"""The estate and its records, in wings that import only those below: base < ledger < estate."""
