# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The gates: one session each, run alone by `make gate-NAME` or `.venv/bin/nox -s NAME`, all of them by `make gates`.

Sessions of a release of ansible-core share the virtual environment that the session ansible-X.Y sets up. The others use
the one that nox runs in.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any, Callable

import nox
from nox.project import load_toml

ROOT = Path(__file__).parent.resolve()
NOX = ROOT / ".nox"
sys.path.insert(0, str(ROOT))

from tests.emulator.process import SECRET_KEY, start_emulator  # noqa: E402

TABLE = load_toml(ROOT / "pyproject.toml")["tool"]["orgops"]
RELEASES = TABLE["releases"]
OLDEST_TARGET = TABLE["oldest-target"]
Release = dict[str, str]

# From another environment's point of view these belong to nobody: the AWS and Ansible settings of whoever runs the gates.
UNWANTED = tuple(name for name in os.environ if name.startswith(("AWS_", "ANSIBLE_")))

nox.options.reuse_venv = "yes"
nox.options.error_on_missing_interpreters = False
nox.options.stop_on_first_error = False


def python_folders() -> list[str]:
    """Where interpreters are: PATH, but first pyenv's versions, whose shims on PATH work for the selected one only."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    return [str(folder) for folder in sorted(pyenv.glob("versions/3.*/bin"))] + os.environ["PATH"].split(os.pathsep)


def find_python(version: str) -> str | None:
    """The path of an interpreter of that version which runs and can make virtual environments."""
    for folder in python_folders():
        python = shutil.which(f"python{version}", path=folder)
        probe = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
        if (
            python
            and subprocess.run([python, "-c", probe], capture_output=True, text=True, check=False).stdout.strip()
            == version
        ):
            return python
    return None


PYTHONS = {version: find_python(version) for version in {row["python"] for row in [*RELEASES, OLDEST_TARGET]}}
OWN_BIN = Path(sys.executable).parent
os.environ["PATH"] = os.pathsep.join([str(OWN_BIN), *python_folders()])


def gate(name: str, **options: Any) -> Callable[[Callable[[nox.Session], None]], None]:
    """Register a session; it may run beside others, and without an own environment unless it names a Python."""

    def register(function: Callable[[nox.Session], None]) -> None:
        options.setdefault("allow_parallel", True)
        if not options.get("python"):
            options["venv_backend"] = "none"
        nox.session(name=name, **options)(function)

    return register


def run(session: nox.Session, *command: str | Path, env: dict[str, str] | None = None, **options: Any) -> Any:
    """Run a command of any environment, without the user's AWS and Ansible settings."""
    environment = {**dict.fromkeys(UNWANTED), **(env or {})}
    return session.run(*command, env=environment, external=True, **options)  # type: ignore[arg-type]


def install(session: nox.Session, *requirements: str) -> None:
    """Install into the session's environment, unless just that is installed already."""
    stamp = Path(session.virtualenv.location) / "installed.txt"
    files = [Path(name).read_text() for name in requirements if name.endswith(".txt")]
    wanted = "\n".join([*requirements, *files])
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    session.install("--quiet", "--no-compile", *requirements)
    stamp.write_text(wanted)


def make_tree(session: nox.Session, site: Path) -> Path:
    """A copy of the checkout as .../ansible_collections/orgops/aws, with amazon.aws of site beside it.

    ansible-test resolves links, so a link to the checkout will not do.
    """
    tree = NOX / "trees" / session.name / "ansible_collections"
    shutil.rmtree(tree, ignore_errors=True)
    (tree / "amazon").mkdir(parents=True)
    (tree / "amazon" / "aws").symlink_to(site / "ansible_collections" / "amazon" / "aws")
    collection = tree / "orgops" / "aws"
    copy_files(collection)
    subprocess.run(["git", "init", "--quiet"], cwd=collection, check=True)
    subprocess.run(["git", "add", "--all"], cwd=collection, check=True)
    return collection


def copy_files(destination: Path) -> None:
    """Copy what git tracks or would track."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    for name in filter(None, listing.split("\0")):
        if (ROOT / name).exists():  # or it was removed, and git does not know yet
            (destination / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, destination / name, follow_symlinks=False)


class Environment:
    """The virtual environment of one release of ansible-core."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.core = release["ansible-core"]
        self.bin = NOX / f"ansible-{self.core.replace('.', '-')}" / "bin"
        self.site = self.bin.parent / "lib" / f"python{release['python']}" / "site-packages"
        self.home = NOX / "home" / self.core

    @property
    def variables(self) -> dict[str, str]:
        """ansible-test keeps its environments below HOME: one home each, and never the user's."""
        return {"HOME": str(self.home), "PATH": os.pathsep.join([str(self.bin), os.environ["PATH"]])}

    def set_up(self, session: nox.Session) -> None:
        install(
            session,
            f"ansible=={self.release['ansible']}",
            f"boto3=={self.release['boto3']}",
            f"botocore=={self.release['boto3']}",
            f"coverage=={self.release['coverage']}",
            "-r",
            "tests/unit/requirements.txt",
        )
        self.seed_get_pip(session, self.release["pip"])
        shown = run(session, self.bin / "ansible", "--version", env=self.variables, silent=True)
        assert f"[core {self.core}." in shown, shown
        manifest = json.loads((self.site / "ansible_collections/amazon/aws/MANIFEST.json").read_text())
        assert manifest["collection_info"]["version"].startswith(self.release["amazon-aws"] + "."), manifest

    def seed_get_pip(self, session: nox.Session, version: str) -> None:
        """Give ansible-test the pip it wants, from the package index that pip is set up for.

        It would fetch a script from a host of its own, which not every network lets through.
        """
        cache = self.home / ".ansible" / "test" / "cache"
        if not list(cache.glob(f"pip-{version}-*.whl")):
            cache.mkdir(parents=True, exist_ok=True)
            session.run("pip", "download", "--quiet", "--no-deps", "--dest", str(cache), f"pip=={version}")
        (wheel,) = cache.glob(f"pip-{version}-*.whl")
        (cache / f"get_pip_{version.replace('.', '_')}.py").write_text(GET_PIP.format(wheel=str(wheel)))

    def ansible_test(self, session: nox.Session, tree: Path, *arguments: str) -> None:
        with session.chdir(tree):
            run(session, self.bin / "ansible-test", *arguments, env=self.variables)


GET_PIP = """\
import runpy
import sys

wheel = {wheel!r}
sys.path.insert(0, wheel)
unknown_to_pip = ("--no-setuptools", "--no-wheel")
sys.argv[1:] = [
    "install", "--upgrade", "--force-reinstall", *(word for word in sys.argv[1:] if word not in unknown_to_pip), wheel
]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""


def sanity(environment: Environment, session: nox.Session) -> None:
    """ansible-test sanity, with the import and compile tests on every Python of the table."""
    tree = make_tree(session, environment.site)
    environment.ansible_test(session, tree, "sanity", "--local", "--color", "no", *session.posargs)


def units(environment: Environment, session: nox.Session) -> None:
    """ansible-test units, counting coverage on the newest release."""
    tree = make_tree(session, environment.site)
    python = environment.release["python"]
    coverage = ["--coverage"] if environment.release is RELEASES[-1] else []
    environment.ansible_test(session, tree, "units", "--local", "--python", python, *coverage, *session.posargs)


def integration(environment: Environment, session: nox.Session) -> None:
    """ansible-test integration on the emulator, counting coverage on the newest release."""
    tree = make_tree(session, environment.site)
    python = environment.release["python"]
    coverage = ["--coverage"] if environment.release is RELEASES[-1] else []
    with start_emulator() as emulator:
        emulator.organization(enabled=[])
        configuration = {
            "aws_access_key": "AKIDEMULATED",
            "aws_secret_key": SECRET_KEY,
            "security_token": "",
            "aws_region": "us-east-1",
            "aws_endpoint_url": emulator.url,
            "emulator_control": f"{emulator.url}/emulator",
        }
        lines = ["[default]", *(f"{key}: {value}" for key, value in configuration.items())]
        (tree / "tests" / "integration" / "cloud-config-aws.ini").write_text("\n".join(lines))
        environment.ansible_test(
            session, tree, "integration", "--local", "--python", python, *coverage, *session.posargs
        )
        assert emulator.writes(), "the targets changed nothing"


def register_release(release: Release) -> None:
    """The sessions of one row of the table."""
    environment = Environment(release)
    python = PYTHONS[release["python"]]
    set_up = f"ansible-{environment.core}"

    def skip(session: nox.Session) -> None:
        session.skip(f"this machine has no Python {release['python']}: ansible-core {environment.core} is not tested")

    for function in (sanity, units, integration):
        name = f"{function.__name__}-{environment.core}"
        if python:
            gate(name, requires=[set_up], tags=[function.__name__])(partial(function, environment))
        else:
            gate(name, tags=[function.__name__])(skip)
    if python:
        gate(set_up, python=python)(environment.set_up)


for row in RELEASES:
    register_release(row)
