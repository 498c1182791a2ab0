"""Which rules read a page: a version of all code and libraries that a platform reads with."""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

# What is followed. Other modules of the program have no part in what a page says.
WINGS = ("crawler.platforms", "crawler.article", "vietnam")
# Where libraries count: what the article itself is made with is transport.
READING = ("crawler.platforms", "vietnam")
# Hexadecimal digits: the versions of one platform over the years, never confused.
LENGTH = 16


class _Module(NamedTuple):
    """What a module says: its code without comments, docstrings and layout, and what it imports."""

    code: str
    imports: tuple[str, ...]


@cache
def of(platform: str) -> str | None:
    """The version of the rules of a platform today; None where there is no such platform.

    The same for code that differs in comments, docstrings and layout only.
    """
    root = f"crawler.platforms.{platform}"
    if not platform.isidentifier() or _file(root) is None:
        return None
    digest = hashlib.sha256()
    read = modules(root, "crawler.platforms.extract")
    for name in read:
        digest.update(f"{name}\n{_module(name).code}\n".encode())
    for library in libraries(read):
        digest.update(f"{library}\n".encode())
    return digest.hexdigest()[:LENGTH]


def together(platforms: Iterable[str]) -> str:
    """The version of the rules of several platforms at once."""
    return hashlib.sha256(repr([(one, of(one)) for one in sorted(platforms)]).encode()).hexdigest()[:LENGTH]


def modules(*roots: str) -> tuple[str, ...]:
    """These modules and all that they import, directly or not, within the wings that read pages; in order of names."""
    found: set[str] = set()
    waiting = [*roots]
    while waiting:
        name = waiting.pop()
        if name in found or not _within(name, WINGS) or _file(name) is None:
            continue
        found.add(name)
        waiting += [*_module(name).imports, name.rpartition(".")[0]]
    return tuple(sorted(found))


def libraries(read: Iterable[str]) -> list[str]:
    """The libraries that modules import, with their versions: `lxml 6.0.2`; `absent` for one that is not installed."""
    tops = {
        imported.partition(".")[0]
        for name in read
        if _within(name, READING)
        for imported in _module(name).imports
        if not _within(imported, WINGS)
    }
    ours = {wing.partition(".")[0] for wing in WINGS}
    return sorted(_release(top) for top in tops - ours - sys.stdlib_module_names)


def canonical(tree: ast.AST) -> str:
    """Code as its meaning: the same for every layout and for every Python that reads the syntax.

    >>> one, other = ast.parse("def f(a): return (a)  # why"), ast.parse("def f(a):\\n    'What.'\\n    return a")
    >>> canonical(one) == canonical(other)
    True
    """
    return "".join(_parts(tree))


def _parts(node: object) -> Iterator[str]:
    if isinstance(node, ast.AST):
        yield f"({type(node).__name__}"
        for name, value in ast.iter_fields(node):
            if name in {"ctx", "kind", "type_comment"} or value is None or value == []:
                continue
            yield f" {name}="
            yield from _parts(value[1:] if name == "body" and _begins_with_docstring(node) else value)
        yield ")"
    elif isinstance(node, list):
        for one in node:
            yield from _parts(one)
    else:
        yield repr(node)


def _begins_with_docstring(node: ast.AST) -> bool:
    return (
        isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and ast.get_docstring(node, clean=False) is not None
    )


@cache
def _module(name: str) -> _Module:
    file = _file(name)
    assert file is not None
    tree = ast.parse(file.read_bytes())
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    return _Module(canonical(tree), tuple(sorted(set(_imports(tree, package)))))


def _imports(tree: ast.AST, package: str) -> Iterator[str]:
    """Every name that may be a module, also where it is imported late; `from a import b` may mean the module a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            source = ".".join([*parents, *([node.module] if node.module else [])])
            yield source
            yield from (f"{source}.{alias.name}" for alias in node.names)


@cache
def _file(name: str) -> Path | None:
    """The file of a module of the program; found by its place, because finding it by importing would take the parsers along."""
    top, *rest = name.split(".")
    spec = find_spec(top)
    if spec is None or spec.origin is None:
        return None
    place = Path(spec.origin).parent.joinpath(*rest)
    return next((file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file()), None)


@cache
def _release(top: str) -> str:
    """What an import's name belongs to, and its version."""
    try:
        return f"{top} {metadata.version(top)}"
    except metadata.PackageNotFoundError:
        names = sorted(set(metadata.packages_distributions().get(top, ())))
        return " ".join([top, *(f"{name} {metadata.version(name)}" for name in names)]) if names else f"{top} absent"


def _within(name: str, wings: Iterable[str]) -> bool:
    return any(name == wing or name.startswith(f"{wing}.") for wing in wings)
