# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The gates: one session each, run alone by `make gate-NAME` or `.venv/bin/nox -s NAME`; `make gates` runs all but
tarball, which `make test` has.

Sessions of a release of ansible-core share the virtual environment that the session ansible-X.Y sets up. The importer
has its own, the others use the one that nox runs in.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from functools import partial
from pathlib import Path
from typing import Any, Callable

import nox
from nox.project import load_toml

ROOT = Path(__file__).parent.resolve()
NOX = ROOT / ".nox"
sys.path.insert(0, str(ROOT))

from tests.emulator.process import SECRET_KEY, start_emulator  # noqa: E402

RELEASES = load_toml(ROOT / "pyproject.toml")["tool"]["orgops"]["releases"]
Release = dict[str, str]

# No gate depends on the AWS and Ansible settings of whoever runs it, or on the jobs of a make around it.
UNWANTED = tuple(name for name in os.environ if name.startswith(("AWS_", "ANSIBLE_", "MAKE")))

# Else every process compiles Ansible and botocore anew, which doubles the time that the gates take.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

LEAST_BRANCH_COVERAGE = 95
REHEARSED = "999.0.0"  # no version that the changelog could have

nox.options.reuse_venv = "yes"
nox.options.error_on_missing_interpreters = False
nox.options.stop_on_first_error = False


def python_folders() -> list[str]:
    """PATH, and what pyenv has; without its shims, which run the selected version only."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    path = [folder for folder in os.environ["PATH"].split(os.pathsep) if Path(folder) != pyenv / "shims"]
    return [*path, *(str(folder) for folder in sorted(pyenv.glob("versions/3.*/bin")))]


VERSIONS = sorted({row[key] for row in RELEASES for key in ("python", "target-python")})
PYTHONS = {version: shutil.which(f"python{version}", path=os.pathsep.join(python_folders())) for version in VERSIONS}
OWN_BIN = Path(sys.executable).parent
OWN_SITE = Path(sysconfig.get_path("purelib"))
os.environ["PATH"] = os.pathsep.join([str(OWN_BIN), *python_folders()])
# make must not set up anew, from another folder, the environment that nox runs in.
MAKE_WITH_THIS_ENVIRONMENT = (
    f"VENV={OWN_BIN.parent}",
    f"--old-file={OWN_BIN.parent / 'installed'}",
    f"--old-file={OWN_BIN.parent / 'gates'}",
)


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
    return session.run(*command, env=environment, external=True, **options)


def install(session: nox.Session, *requirements: str) -> None:
    """Install into the session's environment, unless just that is installed already."""
    stamp = Path(session.virtualenv.location) / "installed.txt"
    files = [Path(name).read_text() for name in requirements if name.endswith(".txt")]
    wanted = "\n".join([*requirements, *files])
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    session.install("--quiet", "--no-compile", *requirements)
    stamp.write_text(wanted)


def make_tree(session: nox.Session, site: Path = OWN_SITE) -> Path:
    """A copy of the checkout as .../ansible_collections/orgops/aws, with amazon.aws of site beside it.

    ansible-test resolves links, so a link to the checkout will not do; and tools that copy or walk the collection would
    take the virtual environments for part of it.
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
        if f"[core {self.core}." not in shown:
            session.error(f"ansible {self.release['ansible']} does not bring ansible-core {self.core}: {shown}")
        manifest = json.loads((self.site / "ansible_collections/amazon/aws/MANIFEST.json").read_text())
        found = manifest["collection_info"]["version"]
        if not found.startswith(self.release["amazon-aws"] + "."):
            session.error(f"ansible {self.release['ansible']} brings amazon.aws {found}")

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
    """ansible-test sanity, with the import and compile tests on every supported Python that is there."""
    tree = make_tree(session, environment.site)
    environment.ansible_test(session, tree, "sanity", "--local", "--color", "no", *session.posargs)


def units(environment: Environment, session: nox.Session) -> None:
    """ansible-test units."""
    tree = make_tree(session, environment.site)
    python = environment.release["python"]
    environment.ansible_test(session, tree, "units", "--local", "--python", python, *session.posargs)


def target_python(environment: Environment, session: nox.Session) -> list[str]:
    """Options of ansible-test for the Python that runs the modules, which may be another than the controller's."""
    version, boto3 = environment.release["target-python"], environment.release["boto3"]
    if version == environment.release["python"]:
        return ["--local", "--python", version]
    python = PYTHONS[version]
    if not python:
        session.warn(f"NOT TESTED: the modules on Python {version}, which this machine does not have")
        return ["--local", "--python", environment.release["python"]]
    folder = NOX / f"target-{version.replace('.', '-')}"
    if not (folder / "installed.txt").is_file() or (folder / "installed.txt").read_text() != boto3:
        run(session, "virtualenv", "--quiet", "--clear", "--python", python, folder)
        run(session, folder / "bin" / "pip", "install", "--quiet", f"boto3=={boto3}", f"botocore=={boto3}")
        (folder / "installed.txt").write_text(boto3)
    return [
        "--controller",
        f"origin:python={environment.release['python']}",
        "--target",
        f"controller:python={version}@{folder / 'bin' / 'python'}",
    ]


def integration(environment: Environment, session: nox.Session) -> None:
    """ansible-test integration on the emulator, counting coverage on the newest release."""
    tree = make_tree(session, environment.site)
    coverage = ["--coverage"] if environment.release is RELEASES[-1] else []
    with start_emulator() as emulator:
        # From nothing on the oldest release, from two pages on the others.
        before = 0 if environment.release is RELEASES[0] else 21
        emulator.organization(enabled=[f"svc-{number:03}.emulated.amazonaws.com" for number in range(before)])
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
        options = [*target_python(environment, session), *coverage, *session.posargs]
        environment.ansible_test(session, tree, "integration", *options)
        if not emulator.writes():
            session.error("the targets changed nothing")


def register_release(release: Release) -> None:
    """The sessions of one row of the table."""
    environment = Environment(release)
    version = release["python"]
    set_up = f"ansible-{environment.core}"

    def skip(session: nox.Session) -> None:
        session.skip(f"this machine has no Python {version}: ansible-core {environment.core} is not tested")

    for function in (sanity, units, integration):
        name = f"{function.__name__}-{environment.core}"
        if PYTHONS[version]:
            gate(name, requires=[set_up], tags=[function.__name__])(partial(function, environment))
        else:
            gate(name, tags=[function.__name__])(skip)
    if PYTHONS[version]:
        gate(set_up, python=version)(environment.set_up)
    else:
        gate(set_up)(skip)


for row in RELEASES:
    register_release(row)


@gate("coverage", requires=[f"integration-{RELEASES[-1]['ansible-core']}"])
def coverage(session: nox.Session) -> None:
    """At least 95 % of the branches of plugins/ are taken by units and integration together."""
    environment = Environment(RELEASES[-1])
    if not PYTHONS[environment.release["python"]]:
        session.skip(f"this machine has no Python {environment.release['python']}: coverage is not counted")
    reports = NOX / "coverage"
    shutil.rmtree(reports, ignore_errors=True)
    reports.mkdir(parents=True)
    tree = make_tree(session, environment.site)
    integrated = NOX / "trees" / f"integration-{environment.core}" / "ansible_collections" / "orgops" / "aws"
    paths = "\n    ".join(str(path) for path in (ROOT, tree, integrated))
    (reports / "coveragerc").write_text(
        f"[run]\nbranch = true\ndata_file = {reports}/.coverage\n[paths]\nsource =\n    {paths}\n"
    )
    # ansible-test knows from which files those were made that ran as modules.
    environment.ansible_test(session, integrated, "coverage", "combine")
    shutil.copy(integrated / "tests" / "output" / "coverage" / "coverage", reports / ".coverage.integration")
    # Not by ansible-test, whose process for each test makes counting slow.
    tool = (environment.bin / "python", "-m", "coverage")
    variables = {**environment.variables, "PYTHONPATH": str(tree.parents[2])}
    with session.chdir(tree):
        only = f"--source={tree / 'plugins'}"
        units = ("-m", "pytest", "-q", "tests/unit")
        run(session, *tool, "run", f"--rcfile={reports / 'coveragerc'}", "--parallel", only, *units, env=variables)
    rc = f"--rcfile={reports / 'coveragerc'}"
    run(session, *tool, "combine", rc, "--quiet", reports)
    run(session, *tool, "report", rc, f"--include={ROOT}/plugins/*", "--show-missing", "--skip-covered")
    run(session, *tool, "html", rc, "--quiet", f"--include={ROOT}/plugins/*", f"--directory={reports}/html")
    run(session, *tool, "json", rc, "--quiet", f"--include={ROOT}/plugins/*", "-o", reports / "coverage.json")
    totals = json.loads((reports / "coverage.json").read_text())["totals"]
    share = 100 * totals["covered_branches"] / totals["num_branches"]
    session.log(f"{share:.1f} % of {totals['num_branches']} branches of plugins/ are covered")
    if share < LEAST_BRANCH_COVERAGE:
        session.error(f"that is less than {LEAST_BRANCH_COVERAGE} %")


@gate("ruff", tags=["lint"])
def ruff(session: nox.Session) -> None:
    """Style."""
    run(session, "ruff", "check")
    run(session, "ruff", "format", "--check")


@gate("yamllint", tags=["lint"])
def yamllint(session: nox.Session) -> None:
    """YAML."""
    run(session, "yamllint", "--strict", ".")


@gate("reuse", tags=["lint"])
def reuse(session: nox.Session) -> None:
    """Every file has its copyright and licence."""
    run(session, "reuse", "lint", "--lines")


@gate("changelog", tags=["lint"])
def changelog(session: nox.Session) -> None:
    """Changelog fragments and, from the first release on, the changelog."""
    run(session, "antsibull-changelog", "lint")
    if (ROOT / "changelogs" / "changelog.yaml").exists():
        run(session, "antsibull-changelog", "lint-changelog-yaml", "changelogs/changelog.yaml")


@gate("ansible-lint", tags=["lint"])
def ansible_lint(session: nox.Session) -> None:
    """ansible-lint's production profile: see .ansible-lint."""
    run(session, "ansible-lint", "--offline", "--strict", "--nocolor")


@gate("docs")
def docs(session: nox.Session) -> None:
    """antsibull-docs on markup and references, and the site without a warning."""
    run(session, "make", "docs", f"PYTHON={sys.executable}", *MAKE_WITH_THIS_ENVIRONMENT)


@gate("mypy")
def mypy(session: nox.Session) -> None:
    """Types."""
    packages = [f"ansible_collections.orgops.aws.{name}" for name in ("plugins", "tests", "demo", "docs")]
    arguments = [word for package in packages for word in ("-p", package)]
    tree = make_tree(session)
    run(session, "mypy", *arguments, env={"MYPYPATH": str(tree.parents[2])})
    run(session, "mypy", "noxfile.py", ".ci/build_tarball.py")


@gate("execution-environment")
def execution_environment(session: nox.Session) -> None:
    """ansible-builder makes a build context of the example's definition and of the collection's own."""
    work = NOX / "work" / "execution-environment"
    shutil.rmtree(work, ignore_errors=True)
    collection = work / "collection"
    copy_files(collection)
    # ansible-builder takes the paths in a definition from the definition's folder; those of a collection from its root.
    shutil.copy(collection / "meta" / "execution-environment.yml", collection)
    for name, definition in {
        "example": collection / "examples" / "execution-environment.yml",
        "collection": collection / "execution-environment.yml",
    }.items():
        run(session, "ansible-builder", "create", "--file", definition, "--context", work / f"context-{name}")


@gate("tarball", default=False)
def tarball(session: nox.Session) -> None:
    """The built tarball: reproducible, only what users need, installs and works. `make test` runs this too."""
    run(session, "python", "-m", "pytest", "-q", "tests/end_to_end/test_tarball.py", *session.posargs)


@gate("release")
def release(session: nox.Session) -> None:
    """The release commands but the last, in a copy: what they leave is committed, tagged, and passes the linters."""
    work = NOX / "work" / "release"
    shutil.rmtree(work, ignore_errors=True)
    copy_files(work)
    galaxy = work / "galaxy.yml"
    galaxy.write_text(re.sub(r"^version: .*", f"version: {REHEARSED}", galaxy.read_text(), flags=re.MULTILINE))
    person = {
        f"GIT_{role}_{what}": "release@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    person["GIT_CONFIG_GLOBAL"] = os.devnull  # which may want signatures
    with session.chdir(work):
        for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "Before"]):
            run(session, "git", *command, env=person)
        for target in ("release-changelog", "release-tag", "build"):
            run(session, "make", target, *MAKE_WITH_THIS_ENVIRONMENT, env=person)
        left = run(session, "git", "status", "--porcelain", silent=True)
        if left:
            session.error(f"not committed: {left}")
        if run(session, "git", "tag", "--points-at", "HEAD", silent=True).split() != [REHEARSED]:
            session.error(f"{REHEARSED} is not tagged")
        if f'id="v{REHEARSED.replace(".", "-")}"' not in Path("CHANGELOG.md").read_text():
            session.error(f"CHANGELOG.md does not know {REHEARSED}")
        # No version is released twice.
        run(session, "make", "release-changelog", *MAKE_WITH_THIS_ENVIRONMENT, success_codes=[2], silent=True)
        run(session, "antsibull-changelog", "lint-changelog-yaml", "changelogs/changelog.yaml")
        run(session, "yamllint", "--strict", ".")
        run(session, "reuse", "lint", "--lines")


@gate("importer", python=sys.executable)
def importer(session: nox.Session) -> None:
    """What Galaxy's importer says of the tarball, with the tags that certified content needs."""
    install(
        session,
        "galaxy-importer==0.4.44",
        f"ansible=={RELEASES[-1]['ansible'] if sys.version_info >= (3, 12) else RELEASES[0]['ansible']}",
    )
    work = NOX / "work" / "importer"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    run(session, "python", ".ci/build_tarball.py", work)
    (built,) = work.glob("*.tar.gz")
    (work / "galaxy-importer.cfg").write_text("[galaxy-importer]\nCHECK_REQUIRED_TAGS = True\n")
    with session.chdir(work):
        run(
            session,
            Path(session.bin) / "python",
            "-m",
            "galaxy_importer.main",
            built.name,
            env={
                "GALAXY_IMPORTER_CONFIG": str(work / "galaxy-importer.cfg"),
                "PATH": os.pathsep.join([session.bin, os.environ["PATH"]]),
            },
        )
