"""The trail: typed events here; the log that drains them is built on top."""
