"""YAML as plain data with the line of every key; no dates guessed, no objects made, no key twice."""

from __future__ import annotations

from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from .errors import InputError, Problem

M = TypeVar("M", bound=BaseModel)
Path_ = tuple[str | int, ...]


class _PlainLoader(yaml.SafeLoader):
    """Safe, and a date stays the text that somebody wrote."""


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _QuickLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The same in C, where there is one."""


_QuickLoader.yaml_implicit_resolvers = _PlainLoader.yaml_implicit_resolvers
Loader = _PlainLoader | _QuickLoader


def load(file: str, text: str) -> tuple[Any, dict[Path_, int]]:
    """The data and the line of each path in it; raises InputError with the line."""
    try:
        return _read(file, _QuickLoader(text))
    except (yaml.YAMLError, UnicodeError):
        return _said(file, text)


def _read(file: str, loader: Loader) -> tuple[Any, dict[Path_, int]]:
    lines: dict[Path_, int] = {}
    try:
        node = loader.get_single_node()
        return None if node is None else _walk(file, loader, node, (), lines), lines
    finally:
        loader.dispose()


def _said(file: str, text: str) -> tuple[Any, dict[Path_, int]]:
    """The same by the slower loader, which says more exactly what is wrong."""
    try:
        return _read(file, _PlainLoader(text))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        found = str(getattr(error, "problem", error))
        raise InputError(
            Problem(file, line, "", found, "YAML: `key: value` lines, lists with `-`, texts with `:` in quotes")
        ) from None


def _walk(file: str, loader: Loader, node: yaml.Node, path: Path_, lines: dict[Path_, int]) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        made: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(loader.construct_object(key_node))
            if key in made:
                raise InputError(
                    Problem(file, key_node.start_mark.line + 1, key, "the same key twice", "each key once")
                )
            made[key] = _walk(file, loader, value_node, (*path, key), lines)
            lines[(*path, key)] = key_node.start_mark.line + 1
        return made
    if isinstance(node, yaml.SequenceNode):
        return [_walk(file, loader, item, (*path, number), lines) for number, item in enumerate(node.value)]
    return loader.construct_object(node)


def _shown(value: Any) -> str:
    """One value as it stands; of several not what they are, since an error in one would show its neighbours."""
    return "several values" if isinstance(value, dict | list) else repr(value)[:120]


def model(kind: type[M], file: str, data: Any, lines: dict[Path_, int], at: Path_ = ()) -> M:
    """The data as this pydantic model; every error becomes a problem with file, line, key, found and expected."""
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        problems = []
        for item in error.errors(include_url=False):
            path = (*at, *item["loc"])
            near = next((lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in lines), 0)
            found = "nothing" if item["type"] == "missing" else _shown(item.get("input"))
            if item["type"] == "extra_forbidden":
                expected = "one of " + ", ".join(kind.model_fields) if len(item["loc"]) == 1 else "no such key"
                found = "an unknown key"
            else:
                expected = str(item["msg"]).removeprefix("Value error, ")
            problems.append(Problem(file, near, ".".join(map(str, item["loc"])), found, expected))
        raise InputError(problems) from None
