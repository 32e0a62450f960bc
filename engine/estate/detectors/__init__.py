"""Which detectors are used: those that Reeve ships, and those that users add in YAML."""
