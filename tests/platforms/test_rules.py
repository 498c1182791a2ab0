"""What makes rules others, and what does not."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

import pytest

from crawler.platforms import rules
from crawler.platforms.registry import platforms

NAMES = sorted(platforms())
Change = Callable[[str, Callable[[str], str]], None]


@pytest.fixture
def changed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Change]:
    """Changes the text of a module, as far as the rules see it."""
    find = rules._file
    caches = (rules.of, rules._module, rules._release)

    def forget() -> None:
        for one in caches:
            one.cache_clear()

    def change(module: str, edit: Callable[[str], str]) -> None:
        file = find(module)
        assert file is not None
        copy = tmp_path / file.name
        text = edit(file.read_text(encoding="utf-8"))
        assert text != file.read_text(encoding="utf-8")
        copy.write_text(text, encoding="utf-8")
        monkeypatch.setattr(rules, "_file", lambda name: copy if name == module else find(name))
        forget()

    yield change
    monkeypatch.undo()
    forget()


def versions() -> dict[str, str | None]:
    return {name: rules.of(name) for name in NAMES}


def test_every_platform_has_rules_of_its_own() -> None:
    """The module of a platform has its name; that is how the rules find it."""
    assert all(versions().values())
    assert len(set(versions().values())) == len(NAMES) > 8
    assert rules.of("none") is None
    assert rules.of("../joomla") is None


def test_another_process_says_the_same_without_the_parsers() -> None:
    asks = "import sys; from crawler.platforms import rules; print(rules.of('joomla'), 'crawler.platforms.page' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [rules.of("joomla"), "False"]


def test_comments_docstrings_and_layout_do_not_count(changed: Change) -> None:
    before = versions()

    def edit(text: str) -> str:
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node) is None:
                node.body.insert(0, ast.Expr(ast.Constant("What it is for.")))
        return "# why\n" + ast.unparse(ast.fix_missing_locations(tree))

    changed("crawler.platforms.joomla", edit)
    assert versions() == before


def test_a_change_of_one_platform_leaves_the_others_alone(changed: Change) -> None:
    before = versions()
    changed("crawler.platforms.joomla", lambda text: f"{text}\nLIMIT = 3\n")
    after = versions()
    assert [name for name in NAMES if before[name] != after[name]] == ["joomla"]


@pytest.mark.parametrize("module", ["crawler.platforms.evidence.content", "vietnam.dates", "crawler.article"])
def test_what_all_use_changes_all(changed: Change, module: str) -> None:
    """Subfolders and other wings are followed; so is what is imported by what is imported."""
    before = versions()
    changed(module, lambda text: f"{text}\nLIMIT = 3\n")
    assert all(before[name] != version for name, version in versions().items())


def test_what_is_not_used_is_not_followed(changed: Change) -> None:
    assert "crawler.platforms._joomla_addresses" in rules.modules("crawler.platforms.joomla")
    assert "crawler.platforms._joomla_addresses" not in rules.modules("crawler.platforms.wordpress")
    assert not [name for name in rules.modules("crawler.platforms.joomla") if name.startswith("crawler.spider")]


def test_another_release_of_a_library_is_other_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    used = {name: rules.libraries(rules.modules(f"crawler.platforms.{name}")) for name in NAMES}
    assert all(used.values())
    assert not [line for lines in used.values() for line in lines if "absent" in line or line.startswith("msgspec")]
    library = used["joomla"][0].partition(" ")[0]
    before, version = rules.of("joomla"), metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: "99" if name == library else version(name))
    rules.of.cache_clear()
    rules._release.cache_clear()
    try:
        assert rules.of("joomla") != before
    finally:
        monkeypatch.undo()
        rules.of.cache_clear()
        rules._release.cache_clear()
    assert rules.of("joomla") == before


def test_a_library_is_known_by_what_it_installs() -> None:
    assert rules._release("dotenv") == f"dotenv python-dotenv {metadata.version('python-dotenv')}"
    assert rules._release("no_such_library") == "no_such_library absent"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("x = 1 # a", "x=1", True), ("f(a, b,)", "f(a,\n  b)", True), ("x = 'a'", 'x = "a"', True),
        ("def f():\n  'Doc.'\n  return 1", "def f():\n  return 1", True), ("x = 1", "x = 2", False),
        ("x = 'a'", "x = b'a'", False), ("def f(): return 1", "def g(): return 1", False), ("a.b", "a.c", False),
        ("x = 1", "x = True", False), ("if a:\n  b()\nc()", "if a:\n  b()\n  c()", False), ("f([], a)", "f(a, [])", False),
        ("import a", "import b", False), ("x = [1, 2]", "x = [[1], 2]", False), ("def f(a, /, b): 0", "def f(a, b): 0", False),
    ],
)  # fmt: skip
def test_code_is_the_same_if_it_means_the_same(one: str, other: str, same: bool) -> None:
    assert (rules.canonical(ast.parse(one)) == rules.canonical(ast.parse(other))) is same
