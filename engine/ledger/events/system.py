"""Events about Reeve's own foundations: keyring, actors, configuration. Made and recorded by rooms of ``engine.base``."""

from engine.base.state.system_events import ActorRegistered, ConfigurationLoaded, KeyringCreated

__all__ = ["ActorRegistered", "ConfigurationLoaded", "KeyringCreated"]
