"""Who acts: persons, services and schedules."""
