"""The inventory: stores, assets, objects, fields, verdicts, coverage, drift and links, and how they are shown."""
