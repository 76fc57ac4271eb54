"""YAML that somebody handed in, looked through before it is read: reading it may itself be the attack.

With aliases (``*``) a kilobyte grows into gigabytes, and a reader written in C that goes one call deeper for each
opening bracket ends the whole process. The events of the parser come one after another and cost neither.
"""

from typing import Final, cast

import yaml
from yaml import CSafeLoader, SafeLoader

Loader = CSafeLoader | SafeLoader
MAX_DEPTH: Final = 40
MAX_NODES: Final = 100_000

__all__ = ["MAX_DEPTH", "MAX_NODES", "check"]


def check(text: str, loader: type[Loader] = CSafeLoader) -> None:
    """Raises yaml.YAMLError (with the place) for an alias, too much depth, too many values, and what is no YAML.

    ``loader`` is the class that is going to read: parsers differ in what they take.
    """
    depth = nodes = 0
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
            continue
        nodes += 1
        depth += isinstance(event, yaml.CollectionStartEvent)
        if isinstance(event, yaml.AliasEvent) or depth > MAX_DEPTH or nodes > MAX_NODES:
            # The marks of the parser in C are of a class of their own with the same members.
            mark = cast("yaml.Mark", event.start_mark)
            raise yaml.MarkedYAMLError(problem="alias, depth or size", problem_mark=mark)
