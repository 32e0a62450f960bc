"""A witness: an outsider that cosigns a log's checkpoints as long as each continues the last one (C2SP tlog-witness)."""
