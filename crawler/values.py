"""The crawler's words for what it is handed and what it gives back (they lie where db can see them too)."""

from parsers.visits import Frontier, Task, Visit

__all__ = ["Frontier", "Task", "Visit"]
