"""The log: events that were recorded get their places, checkpoints are signed, published and verified."""
