"""The first catalogue: one file a family of detectors, each data plus its checks."""
