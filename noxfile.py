# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every command is a session: `make NAME`, or `.venv/bin/nox -s NAME`. CI runs those with an asterisk.

They use the virtual environment that nox runs in, which the session dev completes, and others in .nox. The sessions of
a release of ansible-core share the one that the session ansible-X.Y creates.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from functools import partial
from pathlib import Path
from typing import Any, Callable
from xml.etree import ElementTree

import nox
from nox.command import CommandFailed
from nox.project import load_toml

ROOT = Path(__file__).parent.resolve()
NOX = ROOT / ".nox"
sys.path.insert(0, str(ROOT))

from tests.emulator.process import SECRET_KEY, start_emulator  # noqa: E402

RELEASES = load_toml(ROOT / "pyproject.toml")["tool"]["orgops"]["releases"]
OLDEST, NEWEST = RELEASES[0], RELEASES[-1]
Release = dict[str, str]

# The sessions ignore the user's AWS and Ansible settings, and the jobs of make.
UNWANTED = tuple(name for name in os.environ if name.startswith(("AWS_", "ANSIBLE_", "MAKE")))

# Otherwise every process compiles Ansible and botocore again, which doubles the time of the tests.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

MIN_BRANCH_COVERAGE = 95
# On the oldest Python: far fewer than there are, and far more than a wrong selection runs.
MIN_TESTS = {"modules": 30, "module_utils": 500}
# What depends on the release of ansible-core or botocore. The oldest and the newest release run every unit test.
UNITS_OF_RELEASES = [
    f"tests/unit/plugins/{folder}"
    for folder in (
        "action",
        "modules",
        "module_utils/aws",
        "module_utils/catalog",
        "plugin_utils/forks",
        "plugin_utils/role",
    )
]
# Besides the unit tests, what depends on the release of botocore.
RELEASE_TEST = "tests/faults/test_table.py"
SECRETS_TEST = "tests/faults/test_secrets.py"  # each ansible-core masks secrets differently
SECRETS_EVERYWHERE = ("-k", "planted or verbosity")  # in every option of the modules and of the role
# What depends on the release of ansible-core; the newest release runs every sanity test.
SANITY_TESTS = ("action-plugin-docs", "ansible-doc", "runtime-metadata", "validate-modules")
GITHUB, GITLAB = "examples/pipelines/github-actions.yml", "examples/pipelines/gitlab-ci.yml"
WORKFLOWS = sorted(map(str, (ROOT / ".github" / "workflows").glob("*.yml")))
LINTERS = (
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("yamllint", "--strict", "."),
    ("reuse", "lint", "--lines"),
    ("antsibull-changelog", "lint"),
    ("antsibull-changelog", "lint-changelog-yaml", "changelogs/changelog.yaml"),
    ("ansible-lint", "--offline", "--strict", "--nocolor"),
    ("check-jsonschema", "--builtin-schema=vendor.github-workflows", GITHUB, *WORKFLOWS),
    ("check-jsonschema", "--builtin-schema=vendor.gitlab-ci", "--data-transform=gitlab-ci", GITLAB),
)
REHEARSAL_VERSION = "999.0.0"  # never released

nox.options.error_on_missing_interpreters = False
nox.options.stop_on_first_error = False


def python_folders() -> list[str]:
    """PATH and the interpreters of pyenv, without its shims, which only run the selected version."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    path = [folder for folder in os.environ["PATH"].split(os.pathsep) if Path(folder) != pyenv / "shims"]
    return [*path, *(str(folder) for folder in sorted(pyenv.glob("versions/3.*/bin")))]


VERSIONS = sorted({row[key] for row in RELEASES for key in ("python", "target-python")}, key=lambda v: int(v[2:]))
PYTHONS = {version: shutil.which(f"python{version}", path=os.pathsep.join(python_folders())) for version in VERSIONS}
OWN_BIN = Path(sys.executable).parent
OWN_SITE = Path(sysconfig.get_path("purelib"))
EVENTS = NOX / "events"
os.environ["PATH"] = os.pathsep.join([str(OWN_BIN), *python_folders()])
CI: list[str] = []


def command(name: str, *requires: str, ci: bool = False) -> Callable[[Callable[[nox.Session], None]], Any]:
    """Register a session that can run in parallel, and whether CI runs it."""
    if ci:
        CI.append(name)
    return nox.session(name=name, venv_backend="none", default=ci, requires=requires, allow_parallel=True)


def run(session: nox.Session, *command: str | Path, env: dict[str, str] | None = None, **options: Any) -> Any:
    """Run a command of any environment, without the user's AWS and Ansible settings."""
    environment = {**dict.fromkeys(UNWANTED), **(env or {})}
    return session.run(*command, env=environment, external=True, **options)


def pytest(session: nox.Session, *arguments: str, env: dict[str, str] | None = None) -> None:
    """Run tests in this environment."""
    run(session, "python", "-m", "pytest", "-q", *arguments, *session.posargs, env=env)


def install(session: nox.Session, folder: Path, *requirements: str, python: str = sys.executable) -> Path:
    """The Python of a virtual environment with these requirements, unchanged if it was created with exactly these.

    uv needs a tenth of pip's time, but does not read pip's settings, so pip installs what uv cannot.
    """
    stamp, own_python = folder / "installed.txt", folder / "bin" / "python"
    wanted = "\n".join([python, *requirements, *(Path(name).read_text() for name in requirements if ".txt" in name)])
    if stamp.is_file() and stamp.read_text() == wanted:
        return own_python
    stamp.unlink(missing_ok=True)
    if folder != OWN_BIN.parent:
        run(session, "virtualenv", "--quiet", "--clear", "--python", python, folder)
    uv = ("uv", "pip", "install", "--quiet", "--python", str(own_python), *requirements)
    if not shutil.which("uv") or subprocess.run(uv, cwd=ROOT, check=False).returncode:
        # Thousands of files are compiled when first imported, not on installation.
        run(session, own_python, "-m", "pip", "install", "--quiet", "--no-compile", *requirements)
    stamp.write_text(wanted)
    return own_python


def link(target: Path, *parts: str | Path) -> None:
    """Make the joined parts a link to the target."""
    path = Path(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_symlink() or path.readlink() != target:  # another command may use it
        path.unlink(missing_ok=True)
        path.symlink_to(target)


def make_tree(session: nox.Session, site: Path = OWN_SITE) -> Path:
    """A copy of the checkout as .../ansible_collections/orgops/aws, next to the amazon.aws of site.

    A link to the checkout does not work: ansible-test resolves links, and tools that copy or walk the collection would
    include the virtual environments.
    """
    tree = NOX / "trees" / session.name / "ansible_collections"
    shutil.rmtree(tree, ignore_errors=True)
    link(site / "ansible_collections" / "amazon" / "aws", tree, "amazon", "aws")
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
            "coverage==7.15.4",
            "-r",
            "tests/unit/requirements.txt",
            python=str(PYTHONS[self.release["python"]]),
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
        folder = cache / f"pip-{version}"
        if not (folder / "pip" / "__main__.py").is_file():
            wanted = ("--no-deps", "--no-compile", "--target", str(folder), f"pip=={version}")
            run(session, "pip", "install", "--quiet", *wanted)
        (cache / f"get_pip_{version.replace('.', '_')}.py").write_text(GET_PIP.format(folder=str(folder)))

    def require_releases(self) -> None:
        """Let ansible-test install from the package index, for the same reason, what it would download elsewhere."""
        for file in (self.site / "ansible_test" / "_data" / "requirements").glob("sanity.*.txt"):
            file.write_text(re.sub(r"^(\w+) ?@ https://.*", r"\1", file.read_text(), flags=re.MULTILINE))

    def pytest(
        self,
        session: nox.Session,
        tree: Path,
        *tests: str,
        tool: tuple[str | Path, ...] = (),
        python: Path | None = None,
        **variables: str,
    ) -> None:
        """Run tests in the tree, which pytest does much faster than ansible-test with its fork for each test."""
        given = {**self.variables, "PYTHONPATH": str(tree.parents[2]), **variables}
        command = (python or self.bin / "python", *tool, "-m", "pytest", "-q", *tests, *session.posargs)
        with session.chdir(tree):
            run(session, *command, env=given)

    def ansible_test(self, session: nox.Session, tree: Path, *arguments: str) -> None:
        with session.chdir(tree):
            run(session, self.bin / "ansible-test", *arguments, env=self.variables)


GET_PIP = """\
import sysconfig
from pathlib import Path

Path(sysconfig.get_path("purelib"), "pip.pth").write_text({folder!r})
"""


def sanity(environment: Environment, session: nox.Session) -> None:
    """ansible-test sanity; on older releases what depends on the release, on what their users install.

    The newest release runs every test on the whole repository: import and compile on every Python that is installed.
    Only pep8 and pylint leave out the tests: ruff checks them with rules of both in a fraction of the time.
    """
    tree = make_tree(session, environment.site)
    product = ("--exclude", "tests/")
    runs = [[*(word for name in SANITY_TESTS for word in ("--test", name)), *product]]
    if session.posargs:
        runs = [session.posargs]
    elif environment.release is NEWEST:
        runs = [["--skip-test", "pep8", "--skip-test", "pylint"], ["--test", "pep8", "--test", "pylint", *product]]
    for options in runs:
        environment.ansible_test(session, tree, "sanity", "--local", "--color", "no", *options)


def units(environment: Environment, session: nox.Session) -> None:
    """The unit tests, and others that depend on the release; on the newest one with the coverage of plugins/.

    On the oldest release those of the modules on the oldest Python, also with ansible-test, which runs each in a fork;
    on those between only what depends on the release.
    """
    tree = make_tree(session, environment.site)
    if environment.release is OLDEST:
        units_of_oldest(environment, session, tree)
    elif environment.release is NEWEST and not session.posargs:  # they select tests
        units_with_coverage(environment, session, tree)
    else:
        scope = UNITS_OF_RELEASES if environment.release is not NEWEST else ["tests/unit"]
        environment.pytest(session, tree, *scope, RELEASE_TEST)


def units_with_coverage(environment: Environment, session: nox.Session, tree: Path) -> None:
    """The unit tests cover at least 95 % of the branches of plugins/."""
    reports = NOX / "coverage"
    shutil.rmtree(reports, ignore_errors=True)
    reports.mkdir(parents=True)
    tool, data = ("-m", "coverage"), f"--data-file={reports / 'coverage'}"
    measured = (*tool, "run", "--branch", f"--source={tree / 'plugins'}", data)
    environment.pytest(session, tree, "tests/unit", RELEASE_TEST, tool=measured)
    with session.chdir(tree):
        for report in (("report",), ("html", "--quiet", f"--directory={reports}"), ("json", "--quiet", "-o", "c.json")):
            run(session, environment.bin / "python", *tool, *report, data)
        totals = json.loads(Path("c.json").read_text())["totals"]
    share = 100 * totals["covered_branches"] / totals["num_branches"]
    session.log(f"{share:.1f} % of {totals['num_branches']} branches of plugins/ are covered: {reports / 'index.html'}")
    if share < MIN_BRANCH_COVERAGE:
        session.error(f"that is less than {MIN_BRANCH_COVERAGE} %")


def units_of_oldest(environment: Environment, session: nox.Session, tree: Path) -> None:
    """The tests of the modules and their utilities on the oldest Python, the others on the controller's."""
    # moto needs a newer Python than the modules. Tests on an older one start the emulator with this interpreter.
    (tree / "tests" / "emulator-python.txt").write_text(str(environment.bin / "python"))
    oldest = environment.release["target-python"]
    folders = {path.parent.relative_to(tree) for path in (tree / "tests" / "unit").rglob("test_*.py")}
    others = sorted(str(path) for path in folders if {"modules", "module_utils"}.isdisjoint(path.parts))
    of_modules = [f"tests/unit/plugins/{name}" for name in MIN_TESTS]
    if not PYTHONS[oldest] or session.posargs:  # they are pytest's, and select tests of any kind
        session.warn(f"NOT TESTED: the units on Python {oldest}, only on {environment.release['python']}")
        environment.pytest(session, tree, *others, *of_modules, RELEASE_TEST)
        return
    environment.pytest(session, tree, *others, RELEASE_TEST)
    requirements = [*environment.boto3_requirements, "-r", "tests/unit/requirements.txt"]
    python = install(session, NOX / f"target-units-{oldest}", *requirements, python=str(PYTHONS[oldest]))
    # As ansible-test does: what is not in module_utils would not be there where modules run.
    modules_only = python.parents[1] / "modules"
    link(environment.site / "ansible" / "module_utils", modules_only, "ansible", "module_utils")
    (modules_only / "ansible" / "__init__.py").touch()
    path = os.pathsep.join([str(modules_only), str(tree.parents[2])])
    modules, module_utils = of_modules
    reports = {name: tree / "tests" / "output" / "junit" / f"python{oldest}-{name}-units.xml" for name in MIN_TESTS}
    report = f"--junitxml={reports['module_utils']}"
    environment.pytest(session, tree, module_utils, report, python=python, PYTHONPATH=path)
    environment.ansible_test(session, tree, "units", "--target-python", f"{oldest}@{python}", f"{modules}/")
    for name, least in MIN_TESTS.items():
        passed, skipped = count_tests(reports[name])
        session.log(f"Python {oldest}, {name}: {passed} passed, {skipped} skipped")
        if passed < least:
            session.error(f"the tests of {name} did not run on Python {oldest}")


def count_tests(report: Path) -> tuple[int, int]:
    """The numbers of passed and skipped tests in a report of pytest or ansible-test."""
    suites = ElementTree.parse(report).getroot().iter("testsuite") if report.is_file() else ()
    counts = [{key: int(suite.get(key, 0)) for key in ("tests", "skipped", "failures", "errors")} for suite in suites]
    skipped = sum(count["skipped"] for count in counts)
    return sum(count["tests"] - count["failures"] - count["errors"] for count in counts) - skipped, skipped


def target_python(environment: Environment, session: nox.Session) -> list[str]:
    """Options of ansible-test for the Python of the modules, which can differ from the controller's."""
    version = environment.release["target-python"]
    if version == environment.release["python"]:
        return ["--local", "--python", version]
    if not PYTHONS[version]:
        session.warn(f"NOT TESTED: the modules on Python {version}, which is not installed")
        return ["--local", "--python", environment.release["python"]]
    folder = NOX / f"target-{version}"
    python = install(session, folder, *environment.boto3_requirements, python=str(PYTHONS[version]))
    return [
        "--controller",
        f"origin:python={environment.release['python']}",
        "--target",
        f"controller:python={version}@{python}",
    ]


def integration(environment: Environment, session: nox.Session) -> None:
    """The integration targets on the emulator, and the tests of secrets, in forks of Ansible's workers.

    As processes, on the oldest release the targets, with ansible-test, and the tests of secrets; on the newest those
    with secrets in every option.
    """
    tree = make_tree(session, environment.site)
    with start_emulator() as emulator:
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
        runs = [partial(integration_in_playbook, environment, session, tree, configuration)]
        if environment.release is OLDEST or session.posargs:  # they name targets
            # It gives tasks an environment, so that their modules are processes.
            options = [*target_python(environment, session), *session.posargs]
            runs.append(partial(environment.ansible_test, session, tree, "integration", *options))
        for run_targets in runs:
            emulator.reset()
            # It is empty for the oldest release, and has two pages of services for the others.
            before = 0 if environment.release is OLDEST else 21
            emulator.organization(
                enabled=[f"svc-{number:03}.emulated.amazonaws.com" for number in range(before)],
                members={"222222222222": "security"},
            )
            run_targets()
            if not emulator.writes():
                session.error("the targets changed nothing")
    if not session.posargs:
        environment.pytest(session, tree, SECRETS_TEST)
        if environment.release in (OLDEST, NEWEST):
            selected = () if environment.release is OLDEST else SECRETS_EVERYWHERE
            environment.pytest(session, tree, SECRETS_TEST, *selected, MODULES_AS_PROCESSES="1")


def integration_in_playbook(
    environment: Environment, session: nox.Session, tree: Path, configuration: dict[str, str]
) -> None:
    """The targets in forks, and one of them as processes, in one playbook."""
    targets = tree / "tests" / "integration" / "targets"
    ways = [(sorted(path.name for path in targets.iterdir()), True), (["organizations_service_access_info"], False)]
    plays = [
        {
            "hosts": "localhost",
            "gather_facts": False,
            "vars": {**configuration, "orgops_aws_in_process": in_forks},
            "roles": names,
        }
        for names, in_forks in ways
    ]
    (tree / "playbook.yml").write_text(json.dumps(plays))
    variables = {
        **environment.variables,
        "ANSIBLE_COLLECTIONS_PATH": str(tree.parents[2]),
        "ANSIBLE_ROLES_PATH": str(targets),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    }
    shown = run(
        session, environment.bin / "ansible-playbook", "-vvv", tree / "playbook.yml", env=variables, silent=True
    )
    forks, processes = (re.findall(text, shown) for text in ("run in a fork of the worker", "run as a process"))
    session.log(f"{len(forks)} modules ran in forks of the worker, {len(processes)} as processes")
    if "run as a process" in shown[: shown.rindex("PLAY [")] or not forks or not processes:
        session.error(f"modules ran in other ways than they should: {shown}")


def register_release(release: Release) -> None:
    """The sessions of a row of the table."""
    environment = Environment(release)
    set_up = f"ansible-{environment.core}"

    def skip(session: nox.Session) -> None:
        session.skip(f"NOT TESTED: ansible-core {environment.core}, for Python {release['python']} is not installed")

    for function in (Environment.set_up, sanity, units, integration):
        is_test = function is not Environment.set_up
        session: Any = partial(function, environment) if PYTHONS[release["python"]] else skip
        session.__doc__ = function.__doc__  # which nox --list shows
        # The emulator runs in the environment that the session dev completes.
        name, requires = (f"{function.__name__}-{environment.core}", ["dev", set_up]) if is_test else (set_up, [])
        command(name, *requires, ci=is_test)(session)


for row in RELEASES:
    register_release(row)


@command("dev")
def dev(session: nox.Session) -> None:
    """Complete the virtual environment that nox runs in."""
    install(session, OWN_BIN.parent, "-r", "requirements-dev.txt", "-r", "tests/unit/requirements.txt")
    link(ROOT, OWN_SITE, "ansible_collections", "orgops", "aws")


@command("aws-cli-environment")
def aws_cli_environment(session: nox.Session) -> None:
    """The AWS CLI, which pins its own botocore."""
    install(session, NOX / "aws-cli", "awscli==1.46.2")


PYTEST = "python -m pytest -q"
PARALLEL = f"{PYTEST} -n 3 --dist worksteal"
# Tests that few changes affect; `make end-to-end` runs them.
RARE = "--ignore tests/end_to_end/test_forks.py --deselect tests/end_to_end/test_guides.py::test_commands_of_the_guides"
EXAMPLES = os.environ.get("EXAMPLES", "all")
TABLES = "python -m tests.guide_tables"
# {name of a session that runs commands in the virtual environment of nox: (help, commands)}
COMMANDS = {
    "demo": ("Run playbooks on an embedded endpoint.", "python -m demo"),
    "demo-report": ("Write a report about three organizations on an embedded endpoint.", "python -m demo report"),
    "test": ("Before a pull request: the unit tests, and those with ansible-playbook.", f"{PARALLEL} {RARE}"),
    "units": ("The unit tests.", f"{PYTEST} -n 2 tests/unit tests/project tests/conformance/emulator"),
    "bench": ("Run the benchmark, about 25 minutes on an idle machine.", "python -m tests.benchmark", TABLES),
    "docs-tables": ("Update the generated tables of the guides.", TABLES),
    "format": ("Format the code.", "ruff check --fix", "ruff format"),
    "build": ("Build the release tarball in dist, reproducibly.", "python .ci/build_tarball.py dist"),
}
COMMANDS_IN_CI = {
    "end-to-end": (
        "The tests with ansible-playbook, and those of the repository.",
        f"env EXAMPLES={EXAMPLES} {PARALLEL} tests/end_to_end tests/project",
    ),
    "test-tools": (
        "The emulator, the probe, the benchmark, the demo, and the examples for CI services and AWX.",
        f"{PARALLEL} tests/tools tests/conformance/emulator",
    ),
    "test-faults": (
        "The fault tests, except for those that run on each release.",
        f'{PYTEST} -m "not hypothesis" tests/faults --ignore {RELEASE_TEST} --ignore {SECRETS_TEST}',
    ),
    "test-generated": (
        "The tests with generated data, with all examples.",
        f"env EXAMPLES={EXAMPLES} {PYTEST} -m hypothesis tests/unit tests/faults",
    ),
    "test-scale": (
        "Three hundred organizations in one run.",
        f"{PYTEST} tests/scale/test_three_hundred_organizations.py",
    ),
    "aws-cli": ("The AWS CLI and its paging options on the emulator.", f"{PYTEST} tests/conformance/test_aws_cli.py"),
}


def run_lines(lines: tuple[str, ...], session: nox.Session) -> None:
    """Run commands, tests with the arguments after --."""
    for line in lines:
        run(session, *shlex.split(line), *(session.posargs if PYTEST in line else []))


for name, (help_text, *lines) in {**COMMANDS, **COMMANDS_IN_CI}.items():
    requires = ["dev", "aws-cli-environment"] if name in ("aws-cli", "bench") else ["dev"]
    body = partial(run_lines, tuple(lines))
    body.__doc__ = help_text
    command(name, *requires, ci=name in COMMANDS_IN_CI)(body)


@command("probe", "dev")
def probe(session: nox.Session) -> None:
    """Compare the emulator's claims with the endpoint of the AWS environment; reads only."""
    session.run("python", "-m", "tests.probe", *session.posargs)


def set_up_events(session: nox.Session) -> str:
    """Set up ansible-rulebook; what is missing for it. aiobotocore, of the event sources, pins its own botocore too."""
    found = (shutil.which(f"python3.{minor}", path=os.environ["PATH"]) for minor in (13, 14, 12))
    python = sys.executable if sys.version_info >= (3, 12) else next(filter(None, found), None)
    if not python or not shutil.which("java"):
        return "Java 17 or newer, for example openjdk-17-jre-headless" if python else "Python 3.12 or newer"
    own_python = install(session, EVENTS, "-r", "requirements-events.txt", python=python)
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = run(session, own_python, "-c", code, silent=True).strip()
    link(ROOT, site, "ansible_collections", "orgops", "aws")
    return ""


@command("demo-events", "dev", "aws-cli-environment")
def demo_events(session: nox.Session) -> None:
    """React to a change within seconds, on an embedded endpoint; needs Java 17 and Python 3.12."""
    missing = set_up_events(session)
    if missing:
        session.error(f"{missing} is needed")
    run(session, "python", "-m", "demo", "events")


@command("lint", "dev", ci=True)
def lint(session: nox.Session) -> None:
    """Style, YAML, licenses, changelog, playbooks, roles and pipelines."""
    failed = []
    for linter in LINTERS:
        try:
            run(session, *linter)
        except CommandFailed:
            failed.append(" ".join(linter))
    if failed:
        session.error(f"failed: {', '.join(failed)}")


@command("typecheck", "dev", ci=True)
def typecheck(session: nox.Session) -> None:
    """Types."""
    names = ("plugins", "extensions", "tests", "demo", "docs")
    packages = [f"ansible_collections.orgops.aws.{name}" for name in names]
    arguments = [word for package in packages for word in ("-p", package)]
    tree = make_tree(session)
    run(session, "mypy", *arguments, env={"MYPYPATH": str(tree.parents[2])})
    run(session, "mypy", "noxfile.py", ".ci/build_tarball.py", "examples/pipelines")


@command("docs", "dev", ci=True)
def docs(session: nox.Session) -> None:
    """Markup and references of the documentation, and the site without warnings."""
    folder = NOX / "docs"
    python = install(session, folder, "-r", "requirements-docs.txt")
    # Only this collection and amazon.aws, because antsibull-docs reads every collection on the path.
    collections = folder / "tree" / "ansible_collections"
    link(OWN_SITE / "ansible_collections" / "amazon", collections, "amazon")
    link(ROOT, collections, "orgops", "aws")
    path = os.pathsep.join([str(python.parent), os.environ["PATH"]])
    env = {"PATH": path, "ANSIBLE_COLLECTIONS_PATH": str(folder / "tree")}
    references = ("--validate-collection-refs=all", "--disallow-unknown-collection-refs")
    check = (python.parent / "antsibull-docs", "lint-collection-docs", "--plugin-docs", *references, ".")
    try:
        run(session, *check, env=env)
    except CommandFailed:  # it mistakes its temporary folder for a link if the random name ends with an underscore
        run(session, *check, env=env)
    run(session, python, "docs/site/build.py", env=env)


@command("moto-suite", "dev", ci=True)
def moto_suite(session: nox.Session) -> None:
    """moto's own tests of Organizations on the emulator, except for moto_differences.yml."""
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
    with session.chdir(suite), start_emulator() as emulator:
        server = {"TEST_SERVER_MODE": "true", "TEST_SERVER_MODE_ENDPOINT": emulator.url}
        options = ("-p", plugin, "-p", "no:cacheprovider", "-c", os.devnull, f"--rootdir={suite}")
        pytest(session, *options, "tests/test_organizations", env={"PYTHONPATH": str(suite), **server})
        if not emulator.writes():
            session.error("moto's tests did not reach the emulator")


@command("events", "dev", "aws-cli-environment", ci=True)
def events(session: nox.Session) -> None:
    """ansible-rulebook runs the rulebooks on the emulator."""
    missing = set_up_events(session)
    if missing:
        session.skip(f"NOT TESTED: the rulebooks, for which {missing} is needed")
    pytest(session, "tests/events")


def version() -> str:
    """The version in the current folder's galaxy.yml."""
    (found,) = re.findall(r"^version: (.*)$", Path("galaxy.yml").read_text(), re.MULTILINE)
    return str(found)


@command("release-changelog", "dev")
def release_changelog(session: nox.Session) -> None:
    """Release, step 1: turn the fragments into the changelog."""
    released = Path("changelogs/changelog.yaml")
    if released.exists() and f"\n  {version()}:" in released.read_text():
        session.error(f"{version()} is already released: set the next version")
    run(session, "antsibull-changelog", "release")


@command("release-tag")
def release_tag(session: nox.Session) -> None:
    """Release, step 2: commit the changelog and tag the version."""
    message = ("--message", f"Release {version()}")
    run(session, "git", "add", "--all", "CHANGELOG.md", "changelogs")
    run(session, "git", "commit", "--all", *message)
    run(session, "git", "tag", "--annotate", *message, version())


@command("release-notes", "dev")
def release_notes(session: nox.Session) -> None:
    """Write the changelog of the version to dist/release-notes.md."""
    Path("dist").mkdir(exist_ok=True)
    output = ("--output", "dist/release-notes.md", "--output-format", "md")
    run(session, "antsibull-changelog", "generate", "--only-latest", *output, version())


@command("release-publish", "build")
def release_publish(session: nox.Session) -> None:
    """Release, step 3: publish the tarball on Galaxy."""
    tag = run(session, "git", "describe", "--tags", "--exact-match", "--dirty", silent=True).strip()
    if tag != version():
        session.error(f"the commit's tag is {tag}, the version {version()}")
    session.run("ansible-galaxy", "collection", "publish", f"dist/orgops-aws-{version()}.tar.gz")


@command("release", "dev", ci=True)
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
    # Without the sessions that these need: they would put the copy in the place of this checkout.
    nox_in_copy = (sys.executable, "-m", "nox", "--no-dependencies", "--session")
    with session.chdir(work):
        for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "Before"]):
            run(session, "git", *command, env=person)
        for step in ("release-changelog", "release-tag", "release-notes", "build"):
            run(session, *nox_in_copy, step, env=person)
        left = run(session, "git", "status", "--porcelain", silent=True)
        if left:
            session.error(f"not committed: {left}")
        if run(session, "git", "tag", "--points-at", "HEAD", silent=True).split() != [REHEARSAL_VERSION]:
            session.error(f"{REHEARSAL_VERSION} is not tagged")
        if f'id="v{REHEARSAL_VERSION.replace(".", "-")}"' not in Path("CHANGELOG.md").read_text():
            session.error(f"CHANGELOG.md does not contain {REHEARSAL_VERSION}")
        # No version is released twice.
        again = run(session, *nox_in_copy, "release-changelog", success_codes=[1], silent=True)
        if "is already released" not in again:
            session.error(again)
        run(session, "antsibull-changelog", "lint-changelog-yaml", "changelogs/changelog.yaml")
        run(session, "yamllint", "--strict", ".")
        run(session, "reuse", "lint", "--lines")


@command("importer", "dev", ci=True)
def importer(session: nox.Session) -> None:
    """Galaxy's importer accepts the tarball, with the tags that certified content requires."""
    ansible = NEWEST["ansible"] if sys.version_info >= (3, 13) else OLDEST["ansible"]
    python = install(session, NOX / "importer", "galaxy-importer==0.4.44", f"ansible=={ansible}")
    work = NOX / "work" / "importer"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    run(session, "python", ".ci/build_tarball.py", work)
    (built,) = work.glob("*.tar.gz")
    (work / "galaxy-importer.cfg").write_text("[galaxy-importer]\nCHECK_REQUIRED_TAGS = True\n")
    env = {
        "GALAXY_IMPORTER_CONFIG": str(work / "galaxy-importer.cfg"),
        "PATH": os.pathsep.join([str(python.parent), os.environ["PATH"]]),
    }
    with session.chdir(work):
        run(session, python, "-m", "galaxy_importer.main", built.name, env=env)


@command("matrix")
def matrix(_session: nox.Session) -> None:
    """Print the jobs and the interpreters of the CI workflow, as outputs of a GitHub Actions step."""
    # The last interpreter, which is python3 there, can create the virtual environment that nox runs in.
    pythons = [*(version for version in VERSIONS if version != OLDEST["python"]), OLDEST["python"]]
    print(f"sessions={json.dumps(CI)}", "pythons<<END", *pythons, "END", sep="\n")
