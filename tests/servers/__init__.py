"""Database servers that tests start, kill, stop and start again themselves: with passwords, with and without TLS.

Those that all tests share (``REEVE_TEST_POSTGRES_URL`` and ``REEVE_TEST_MARIADB_URL``) are never touched. Import the fixtures
where they are wanted, in a ``conftest.py``::

    from tests.servers.mariadb import own_mariadb  # noqa: F401
    from tests.servers.postgresql import own_postgres  # noqa: F401
"""
