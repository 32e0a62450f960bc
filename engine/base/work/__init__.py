"""Workers, what they may do alone, and the work they do. :mod:`engine.base.work.worker` is where it comes together."""
