"""What all other rooms stand on: state, keys, actors, rendering, settings, errors, ids, clock."""
