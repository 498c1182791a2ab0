"""What stands in deploy/ names commands, files and figures that there are; checked by the programs that read it, where they are here."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from reader.metrics import FIGURES
from tests.conftest import Command
from tests.support import PATIENCE, unit_faults
from work.schedule import HARDENING

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"


def calls() -> list[tuple[str, list[str]]]:
    """Every call of tintinh in the files, with its options."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(DEPLOY.iterdir()) if path.suffix != ".env")
    found = re.findall(r"\btintinh ((?:db )?(?:crawl|dump|status|schedule|ingest|worker)\b)([^;|&`\n\"]*)", text)
    return [(words, re.findall(r"--[\w-]+", rest)) for words, rest in found]


def test_commands_and_options_are_there(command: Command) -> None:
    assert {words for words, _ in calls()} == {"crawl", "db dump", "status", "schedule", "ingest", "worker"}
    for words, options in calls():
        done = command(*words.split(), "--help")
        assert done.returncode == 0
        assert set(options) <= set(re.findall(r"--[\w-]+", done.stdout)), words


def test_the_rules_ask_for_figures_that_there_are() -> None:
    text = (DEPLOY / "alerts.yml").read_text()
    asked = set(re.findall(r"tintinh_(\w+)", " ".join(re.findall(r"expr: (.*)", text))))
    assert asked <= set(FIGURES)
    assert len(asked) >= 6
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not here: the rules were not read by Prometheus")
    subprocess.run(["promtool", "check", "rules", DEPLOY / "alerts.yml"], check=True, timeout=PATIENCE)


def test_figures_are_written_for_prometheus(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "tintinh.prom"
    assert command("status", "--textfile", file).returncode == 0
    assert re.fullmatch(r"(?:# (?:HELP|TYPE) tintinh_\w+ [^\n]+\n|tintinh_\w+(?:\{[^\n]*\})? \d+\n)+", file.read_text())
    assert "tintinh_up 1\n" in file.read_text()
    assert [path.name for path in tmp_path.glob("*.part")] == []


@pytest.mark.parametrize("name", ["tintinh.service", "tintinh.timer", "tintinh-worker.service"])
def test_the_units_are_systemds(tmp_path: Path, name: str) -> None:
    for unit in DEPLOY.glob("tintinh*.*"):
        text = unit.read_text(encoding="utf-8")
        assert unit.suffix != ".service" or set(HARDENING) <= set(text.splitlines())
        # Where it is installed only the administrator knows.
        here = text.replace("/srv/tintinh/.venv/bin/tintinh", sys.executable).replace("User=tintinh", "User=daemon")
        (tmp_path / unit.name).write_text(here, encoding="utf-8")
    assert unit_faults(name, tmp_path) == []


def test_the_image_copies_what_there_is_and_all_wings(tmp_path: Path) -> None:
    text = (DEPLOY / "Containerfile").read_text()
    copied = [word for line in re.findall(r"^COPY (.*)$", text, re.MULTILINE) for word in line.split()[:-1]]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    wings = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert wings <= set(copied)


@pytest.mark.slow
def test_the_wheel_is_built_in_a_bare_folder_and_brings_everything(tmp_path: Path) -> None:
    """What the image installs: nothing but the files that it copies."""
    bare = tmp_path / "bare"
    bare.mkdir()
    for line in re.findall(r"^COPY (.*)$", (DEPLOY / "Containerfile").read_text(), re.MULTILINE):
        for name in line.split()[:-1]:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, bare / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, bare)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "-w", tmp_path, bare],
        check=True, timeout=PATIENCE * 2, cwd=tmp_path, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("tintinh-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    wings = [path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name not in {"tests", "bench"}]
    ours = [path for wing in wings for path in wing.rglob("*") if path.suffix in {".py", ".sql", ".json"}]
    assert [str(path.relative_to(ROOT)) for path in ours if str(path.relative_to(ROOT)) not in names] == []
