"""Where Reeve keeps its own records: SQLAlchemy models, migrations, sessions, outbox."""
