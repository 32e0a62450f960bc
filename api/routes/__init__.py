"""Everything under ``/v1``, one module a room. A new one is added to ``ROUTERS`` in :mod:`api.routes.all`."""
