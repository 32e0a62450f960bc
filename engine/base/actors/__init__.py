"""Who acts: persons, services and schedules."""

from engine.base.actors.registry import Actor, ActorKind, find, get, local_person, register

__all__ = ["Actor", "ActorKind", "find", "get", "local_person", "register"]
