# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The gates, one session each. `make gate-NAME` or `.venv/bin/nox -s NAME` runs one; `make gates` runs all except
tarball, which is part of `make test`.

The sessions of a release of ansible-core share the virtual environment that the session ansible-X.Y creates. The
importer has its own. The others use the one that nox runs in.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Callable
from xml.etree import ElementTree

import nox
from nox.project import load_toml

ROOT = Path(__file__).parent.resolve()
NOX = ROOT / ".nox"
sys.path.insert(0, str(ROOT))

from tests.emulator.process import SECRET_KEY, start_emulator  # noqa: E402

RELEASES = load_toml(ROOT / "pyproject.toml")["tool"]["orgops"]["releases"]
Release = dict[str, str]

# The gates ignore the user's AWS and Ansible settings, and the jobs of a make that calls nox.
UNWANTED = tuple(name for name in os.environ if name.startswith(("AWS_", "ANSIBLE_", "MAKE")))

# Otherwise every process compiles Ansible and botocore again, which doubles the time of the gates.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

MIN_BRANCH_COVERAGE = 95
MODULE_TESTS = ("modules", "module_utils")
# Far fewer than there are, and far more than a wrong selection runs.
MIN_TESTS = {"modules": 30, "module_utils": 100, "controller": 30}
REHEARSAL_VERSION = "999.0.0"  # never released

nox.options.reuse_venv = "yes"
nox.options.error_on_missing_interpreters = False
nox.options.stop_on_first_error = False


def python_folders() -> list[str]:
    """PATH and the interpreters of pyenv, without its shims, which only run the selected version."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    path = [folder for folder in os.environ["PATH"].split(os.pathsep) if Path(folder) != pyenv / "shims"]
    return [*path, *(str(folder) for folder in sorted(pyenv.glob("versions/3.*/bin")))]


VERSIONS = sorted({row[key] for row in RELEASES for key in ("python", "target-python")})
PYTHONS = {version: shutil.which(f"python{version}", path=os.pathsep.join(python_folders())) for version in VERSIONS}
OWN_BIN = Path(sys.executable).parent
AWS_CLI = OWN_BIN.parent / "aws-cli" / "bin" / "aws"
OWN_SITE = Path(sysconfig.get_path("purelib"))
os.environ["PATH"] = os.pathsep.join([str(OWN_BIN), *python_folders()])
# Otherwise make, if it runs in another folder, recreates the environment that nox runs in.
MAKE_WITH_THIS_ENVIRONMENT = (
    f"VENV={OWN_BIN.parent}",
    f"--old-file={OWN_BIN.parent / 'installed'}",
    f"--old-file={OWN_BIN.parent / 'gates'}",
)


def gate(name: str, **options: Any) -> Callable[[Callable[[nox.Session], None]], None]:
    """Register a session that can run in parallel, without its own environment unless it names a Python."""

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


def install(session: nox.Session, folder: Path, *requirements: str, create: Sequence[str | Path] = ()) -> None:
    """Install into a virtual environment, unless exactly this is installed; the command ``create`` creates it."""
    stamp = folder / "installed.txt"
    files = [Path(name).read_text() for name in requirements if name.endswith(".txt")]
    wanted = "\n".join([*requirements, *files])
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    if create:
        run(session, *create)
    run(session, folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-compile", *requirements)
    stamp.write_text(wanted)


def make_tree(session: nox.Session, site: Path = OWN_SITE) -> Path:
    """A copy of the checkout as .../ansible_collections/orgops/aws, next to the amazon.aws of site.

    A link to the checkout does not work: ansible-test resolves links, and tools that copy or walk the collection would
    include the virtual environments.
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
        if (ROOT / name).exists():  # deleted files stay in the index until the commit
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
        """ansible-test keeps its environments below HOME, so each release has its own."""
        return {"HOME": str(self.home), "PATH": os.pathsep.join([str(self.bin), os.environ["PATH"]])}

    @property
    def boto3_requirements(self) -> list[str]:
        return [f"{name}=={self.release['boto3']}" for name in ("boto3", "botocore")]

    def set_up(self, session: nox.Session) -> None:
        install(
            session,
            self.bin.parent,
            f"ansible=={self.release['ansible']}",
            *self.boto3_requirements,
            f"coverage=={self.release['coverage']}",
            "-r",
            "tests/unit/requirements.txt",
        )
        self.seed_get_pip(session, self.release["pip"])
        self.require_releases()
        shown = run(session, self.bin / "ansible", "--version", env=self.variables, silent=True)
        if f"[core {self.core}." not in shown:
            session.error(f"ansible {self.release['ansible']} does not contain ansible-core {self.core}: {shown}")
        manifest = json.loads((self.site / "ansible_collections/amazon/aws/MANIFEST.json").read_text())
        found = manifest["collection_info"]["version"]
        if not found.startswith(self.release["amazon-aws"] + "."):
            session.error(f"ansible {self.release['ansible']} contains amazon.aws {found}")

    def seed_get_pip(self, session: nox.Session, version: str) -> None:
        """Provide the pip that ansible-test needs from the configured package index.

        ansible-test would download a script from its own host, which not every network allows.
        """
        cache = self.home / ".ansible" / "test" / "cache"
        if not list(cache.glob(f"pip-{version}-*.whl")):
            cache.mkdir(parents=True, exist_ok=True)
            session.run("pip", "download", "--quiet", "--no-deps", "--dest", str(cache), f"pip=={version}")
        (wheel,) = cache.glob(f"pip-{version}-*.whl")
        (cache / f"get_pip_{version.replace('.', '_')}.py").write_text(GET_PIP.format(wheel=str(wheel)))

    def require_releases(self) -> None:
        """Let ansible-test install from the package index, for the same reason, what it would download elsewhere."""
        for file in (self.site / "ansible_test" / "_data" / "requirements").glob("sanity.*.txt"):
            file.write_text(re.sub(r"^(\w+) ?@ https://.*", r"\1", file.read_text(), flags=re.MULTILINE))

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
    """ansible-test sanity, with the import and compile tests on every supported Python that is installed.

    The newest release checks the whole repository, the others what their users install.
    """
    tree = make_tree(session, environment.site)
    whole = [] if environment.release is RELEASES[-1] else ["--exclude", "tests/"]
    environment.ansible_test(session, tree, "sanity", "--local", "--color", "no", *whole, *session.posargs)


def units(environment: Environment, session: nox.Session) -> None:
    """ansible-test units: the tests of the modules on the oldest Python, the others on the controller's."""
    tree = make_tree(session, environment.site)
    # moto needs a newer Python than the modules. Tests on an older one start the emulator with this interpreter.
    (tree / "tests" / "emulator-python.txt").write_text(str(environment.bin / "python"))
    version, oldest = environment.release["python"], environment.release["target-python"]
    runs = [(version, tuple(MIN_TESTS), ["--python", version])]
    if oldest != version and PYTHONS[oldest]:
        requirements = [*environment.boto3_requirements, "-r", "tests/unit/requirements.txt"]
        python = target_environment(session, f"units-{oldest}", oldest, requirements)
        folders = {path.parent for path in (tree / "tests" / "unit").rglob("test_*.py")}
        others = sorted(f"{path.relative_to(tree)}/" for path in folders if path.name not in MODULE_TESTS)
        runs = [
            (version, ("controller",), ["--python", version, *([] if session.posargs else others)]),
            (oldest, MODULE_TESTS, ["--target-python", f"{oldest}@{python}"]),
        ]
    elif oldest != version:
        session.warn(f"NOT TESTED: the units on Python {oldest}, which is not installed")
    for python_version, contexts, options in runs:
        environment.ansible_test(session, tree, "units", *options, *session.posargs)
        for context in () if session.posargs else contexts:  # a selection may have no tests of a kind
            passed, skipped = count_tests(tree, f"python{python_version}-{context}-units.xml")
            session.log(f"Python {python_version}, {context}: {passed} passed, {skipped} skipped")
            if passed < MIN_TESTS[context]:
                session.error(f"ansible-test did not run the {context} tests on Python {python_version}")


def count_tests(tree: Path, name: str) -> tuple[int, int]:
    """The numbers of passed and skipped tests in ansible-test's report."""
    report = tree / "tests" / "output" / "junit" / name
    suites = ElementTree.parse(report).getroot().iter("testsuite") if report.is_file() else ()
    counts = [{key: int(suite.get(key, 0)) for key in ("tests", "skipped", "failures", "errors")} for suite in suites]
    skipped = sum(count["skipped"] for count in counts)
    return sum(count["tests"] - count["failures"] - count["errors"] for count in counts) - skipped, skipped


def target_environment(session: nox.Session, name: str, version: str, requirements: list[str]) -> Path:
    """The Python of a virtual environment for code that runs on a target."""
    folder = NOX / f"target-{name.replace('.', '-')}"
    create = ("virtualenv", "--quiet", "--clear", "--python", str(PYTHONS[version]), folder)
    install(session, folder, *requirements, create=create)
    return folder / "bin" / "python"


def target_python(environment: Environment, session: nox.Session) -> list[str]:
    """Options of ansible-test for the Python of the modules, which can differ from the controller's."""
    version = environment.release["target-python"]
    if version == environment.release["python"]:
        return ["--local", "--python", version]
    if not PYTHONS[version]:
        session.warn(f"NOT TESTED: the modules on Python {version}, which is not installed")
        return ["--local", "--python", environment.release["python"]]
    python = target_environment(session, version, version, environment.boto3_requirements)
    return [
        "--controller",
        f"origin:python={environment.release['python']}",
        "--target",
        f"controller:python={version}@{python}",
    ]


def integration(environment: Environment, session: nox.Session) -> None:
    """The integration targets on the emulator, with ansible-test, and then with the modules in forks; tests of secrets.

    On the newest release, ansible-test measures the coverage.
    """
    tree = make_tree(session, environment.site)
    coverage = ["--coverage"] if environment.release is RELEASES[-1] else []
    with start_emulator() as emulator:
        configuration = {
            "aws_access_key": "AKIDEMULATED",
            "aws_secret_key": SECRET_KEY,
            "security_token": "",
            "aws_region": "us-east-1",
            "aws_endpoint_url": emulator.url,
            "emulator_control": f"{emulator.url}/emulator",
        }

        def empty_or_two_pages() -> None:
            """The organization is empty for the oldest release, and has two pages of services for the others."""
            before = 0 if environment.release is RELEASES[0] else 21
            emulator.reset()
            emulator.organization(
                enabled=[f"svc-{number:03}.emulated.amazonaws.com" for number in range(before)],
                members={"222222222222": "security"},
            )

        empty_or_two_pages()
        lines = ["[default]", *(f"{key}: {value}" for key, value in configuration.items())]
        (tree / "tests" / "integration" / "cloud-config-aws.ini").write_text("\n".join(lines))
        options = [*target_python(environment, session), *coverage, *session.posargs]
        environment.ansible_test(session, tree, "integration", *options)
        if not emulator.writes():
            session.error("the targets changed nothing")
        empty_or_two_pages()
        integration_in_forks(environment, session, tree, configuration)
        if not emulator.writes():
            session.error("the targets changed nothing in forks")
    no_secret_shows(environment, session, tree)


def integration_in_forks(
    environment: Environment, session: nox.Session, tree: Path, configuration: dict[str, str]
) -> None:
    """The targets without ansible-test, whose tasks have an environment, so that their modules are processes."""
    targets = tree / "tests" / "integration" / "targets"
    names = sorted(path.name for path in targets.iterdir())
    play = {"hosts": "localhost", "gather_facts": False, "vars": configuration, "roles": names}
    (tree / "in_forks.yml").write_text(json.dumps([play]))
    variables = {
        **environment.variables,
        "ANSIBLE_COLLECTIONS_PATH": str(tree.parents[2]),
        "ANSIBLE_ROLES_PATH": str(targets),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    }
    shown = run(
        session, environment.bin / "ansible-playbook", "-vvv", tree / "in_forks.yml", env=variables, silent=True
    )
    forks, processes = shown.count(": run in a fork of the worker."), shown.count(": run as a process")
    session.log(f"{forks} modules ran in forks of the worker")
    if processes or not forks:
        session.error(f"{processes} modules ran as processes: {shown}")


def no_secret_shows(environment: Environment, session: nox.Session, tree: Path) -> None:
    """The tests that search the output for secrets, in forks and as processes: each ansible-core masks differently."""
    command = (environment.bin / "python", "-m", "pytest", "-q", "-n", "2", "tests/faults/test_secrets.py")
    for as_processes in ("", "1"):
        variables = {"PYTHONPATH": str(tree.parents[2]), "MODULES_AS_PROCESSES": as_processes}
        with session.chdir(tree):
            run(session, *command, env={**environment.variables, **variables})


def register_release(release: Release) -> None:
    """The sessions of a row of the table."""
    environment = Environment(release)
    version = release["python"]
    set_up = f"ansible-{environment.core}"

    def skip(session: nox.Session) -> None:
        session.skip(f"Python {version} is not installed: ansible-core {environment.core} is not tested")

    for function in (sanity, units, integration):
        name = f"{function.__name__}-{environment.core}"
        if PYTHONS[version]:
            session = partial(function, environment)
            session.__doc__ = function.__doc__  # which nox --list shows
            gate(name, requires=[set_up], tags=[function.__name__])(session)
        else:
            gate(name, tags=[function.__name__])(skip)
    if PYTHONS[version]:
        gate(set_up, python=version, tags=["environment"])(environment.set_up)
    else:
        gate(set_up, tags=["environment"])(skip)


for row in RELEASES:
    register_release(row)


@gate("coverage", requires=[f"integration-{RELEASES[-1]['ansible-core']}"])
def coverage(session: nox.Session) -> None:
    """Units and integration together cover at least 95 % of the branches of plugins/."""
    environment = Environment(RELEASES[-1])
    if not PYTHONS[environment.release["python"]]:
        session.skip(f"Python {environment.release['python']} is not installed: coverage is not measured")
    reports = NOX / "coverage"
    shutil.rmtree(reports, ignore_errors=True)
    reports.mkdir(parents=True)
    tree = make_tree(session, environment.site)
    integrated = NOX / "trees" / f"integration-{environment.core}" / "ansible_collections" / "orgops" / "aws"
    paths = "\n    ".join(str(path) for path in (ROOT, tree, integrated))
    (reports / "coveragerc").write_text(
        f"[run]\nbranch = true\ndata_file = {reports}/.coverage\n[paths]\nsource =\n    {paths}\n"
    )
    # ansible-test maps the files that ran as modules to their sources.
    environment.ansible_test(session, integrated, "coverage", "combine")
    shutil.copy(integrated / "tests" / "output" / "coverage" / "coverage", reports / ".coverage.integration")
    # Not with ansible-test, which is slow with coverage because it runs each test in its own process.
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
    if share < MIN_BRANCH_COVERAGE:
        session.error(f"that is less than {MIN_BRANCH_COVERAGE} %")


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
    """Every file has its copyright and license."""
    run(session, "reuse", "lint", "--lines")


@gate("changelog", tags=["lint"])
def changelog(session: nox.Session) -> None:
    """Changelog fragments and, after the first release, the changelog."""
    run(session, "antsibull-changelog", "lint")
    if (ROOT / "changelogs" / "changelog.yaml").exists():
        run(session, "antsibull-changelog", "lint-changelog-yaml", "changelogs/changelog.yaml")


@gate("ansible-lint", tags=["lint"])
def ansible_lint(session: nox.Session) -> None:
    """ansible-lint's production profile: see .ansible-lint."""
    run(session, "ansible-lint", "--offline", "--strict", "--nocolor")


@gate("docs")
def docs(session: nox.Session) -> None:
    """Markup and references of the documentation, and the site without warnings."""
    run(session, "make", "docs", f"PYTHON={sys.executable}", *MAKE_WITH_THIS_ENVIRONMENT)


@gate("mypy")
def mypy(session: nox.Session) -> None:
    """Types."""
    names = ("plugins", "extensions", "tests", "demo", "docs")
    packages = [f"ansible_collections.orgops.aws.{name}" for name in names]
    arguments = [word for package in packages for word in ("-p", package)]
    tree = make_tree(session)
    run(session, "mypy", *arguments, env={"MYPYPATH": str(tree.parents[2])})
    run(session, "mypy", "noxfile.py", *sorted(str(path) for path in Path(".ci").glob("*.py")))


@gate("execution-environment")
def execution_environment(session: nox.Session) -> None:
    """ansible-builder creates build contexts from the example and from the collection's own definition."""
    work = NOX / "work" / "execution-environment"
    shutil.rmtree(work, ignore_errors=True)
    collection = work / "collection"
    copy_files(collection)
    # The paths in a definition are relative to its folder; those of a collection's definition to the collection's root.
    shutil.copy(collection / "meta" / "execution-environment.yml", collection)
    for name, definition in {
        "example": collection / "examples" / "execution-environment.yml",
        "collection": collection / "execution-environment.yml",
    }.items():
        run(session, "ansible-builder", "create", "--file", definition, "--context", work / f"context-{name}")


@gate("moto-suite")
def moto_suite(session: nox.Session) -> None:
    """moto's own tests of Organizations on the emulator, in process and over HTTP, except for moto_differences.yml."""
    (version,) = re.findall(r"^moto==([\d.]+)", (ROOT / "tests/unit/requirements.txt").read_text(), re.MULTILINE)
    work = NOX / "work" / "moto-suite"
    sources = NOX / "sources" / f"moto-{version}.tar.gz"
    if not sources.is_file():
        download = ("-m", "pip", "download", "--quiet", "--no-binary", ":all:", "--no-deps", "--dest", sources.parent)
        run(session, sys.executable, *download, f"moto=={version}")
    shutil.rmtree(work, ignore_errors=True)
    with tarfile.open(sources) as archive:
        wanted = tuple(f"moto-{version}/tests/{name}" for name in ("__init__.py", "conftest.py", "test_organizations/"))
        archive.extractall(work, [member for member in archive if member.name.startswith(wanted)], filter="data")
    plugin = "ansible_collections.orgops.aws.tests.conformance.moto_suite"
    suite = work / f"moto-{version}"
    options = ("-q", "-p", plugin, "-p", "no:cacheprovider", "-c", os.devnull, f"--rootdir={suite}", *session.posargs)
    command = (sys.executable, "-m", "pytest", *options, "tests/test_organizations")
    with session.chdir(suite), start_emulator() as emulator:
        run(session, *command, env={"PYTHONPATH": str(suite)})
        server = {"TEST_SERVER_MODE": "true", "TEST_SERVER_MODE_ENDPOINT": emulator.url}
        run(session, *command, env={"PYTHONPATH": str(suite), **server})
        if not emulator.writes():
            session.error("moto's tests did not reach the emulator")


@gate("aws-cli-environment", tags=["environment"])
def aws_cli_environment(session: nox.Session) -> None:
    """The AWS CLI, created once for the gates that use it."""
    run(session, "make", AWS_CLI, f"PYTHON={sys.executable}", *MAKE_WITH_THIS_ENVIRONMENT)


@gate("aws-cli", requires=["aws-cli-environment"])
def aws_cli(session: nox.Session) -> None:
    """The AWS CLI on the emulator: every operation, and its paging options."""
    command = ("python", "-m", "pytest", "-q", "-n", "2", "tests/conformance/test_aws_cli.py", *session.posargs)
    run(session, *command, env={"AWS_CLI": str(AWS_CLI)})


@gate("events", requires=["aws-cli-environment"])
def events(session: nox.Session) -> None:
    """ansible-rulebook runs the rulebooks on the emulator."""
    version = RELEASES[-1]["python"]  # the event sources are part of its amazon.aws
    for name, found in {f"Python {version}": PYTHONS[version], "Java": shutil.which("java")}.items():
        if not found:
            session.skip(f"{name} is not installed: the rulebooks are not tested")
    environment = (f"EVENTS_PYTHON={PYTHONS[version]}", *MAKE_WITH_THIS_ENVIRONMENT)
    run(session, "make", OWN_BIN.parent / "events" / "bin" / "ansible-rulebook", *environment)
    run(session, "python", "-m", "pytest", "-q", "-n", "2", "tests/events", *session.posargs)


@gate("tarball", default=False)
def tarball(session: nox.Session) -> None:
    """The tarball is reproducible, contains only what users need, and works when installed. Part of `make test`."""
    run(session, "python", "-m", "pytest", "-q", "tests/end_to_end/test_tarball.py", *session.posargs)


@gate("release")
def release(session: nox.Session) -> None:
    """The release commands except publishing, in a copy: the result is committed, tagged, and passes the linters."""
    work = NOX / "work" / "release"
    shutil.rmtree(work, ignore_errors=True)
    copy_files(work)
    galaxy = work / "galaxy.yml"
    galaxy.write_text(re.sub(r"^version: .*", f"version: {REHEARSAL_VERSION}", galaxy.read_text(), flags=re.MULTILINE))
    person = {
        f"GIT_{role}_{what}": "release@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    person["GIT_CONFIG_GLOBAL"] = os.devnull  # it may require signatures
    with session.chdir(work):
        for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "Before"]):
            run(session, "git", *command, env=person)
        for target in ("release-changelog", "release-tag", "release-notes", "build"):
            run(session, "make", target, *MAKE_WITH_THIS_ENVIRONMENT, env=person)
        left = run(session, "git", "status", "--porcelain", silent=True)
        if left:
            session.error(f"not committed: {left}")
        if run(session, "git", "tag", "--points-at", "HEAD", silent=True).split() != [REHEARSAL_VERSION]:
            session.error(f"{REHEARSAL_VERSION} is not tagged")
        if f'id="v{REHEARSAL_VERSION.replace(".", "-")}"' not in Path("CHANGELOG.md").read_text():
            session.error(f"CHANGELOG.md does not contain {REHEARSAL_VERSION}")
        # No version is released twice.
        run(session, "make", "release-changelog", *MAKE_WITH_THIS_ENVIRONMENT, success_codes=[2], silent=True)
        run(session, "antsibull-changelog", "lint-changelog-yaml", "changelogs/changelog.yaml")
        run(session, "yamllint", "--strict", ".")
        run(session, "reuse", "lint", "--lines")


@gate("importer", python=sys.executable)
def importer(session: nox.Session) -> None:
    """Galaxy's importer accepts the tarball, with the tags that certified content requires."""
    install(
        session,
        Path(session.virtualenv.location),
        "galaxy-importer==0.4.44",
        f"ansible=={RELEASES[-1]['ansible'] if sys.version_info >= (3, 13) else RELEASES[0]['ansible']}",
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
