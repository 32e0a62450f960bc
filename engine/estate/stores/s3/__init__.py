"""Objects of a bucket that speaks S3, as a store."""

from engine.estate.stores.s3.client import Access
from engine.estate.stores.s3.store import S3Store

__all__ = ["Access", "S3Store"]
