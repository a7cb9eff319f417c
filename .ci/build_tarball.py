# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the collection's tarball from what git tracks, with the same bytes on every machine.

    python .ci/build_tarball.py FOLDER

ansible-galaxy lists files in the order of the file system, and adds timestamps. Here files are sorted, and
every timestamp is that of the last commit (or SOURCE_DATE_EPOCH).
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout


def copy_tracked_files(destination: Path) -> None:
    """Untracked files never become part of a release."""
    for name in git("ls-files", "-z").rstrip("\0").split("\0"):
        target = destination / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target, follow_symlinks=False)


def as_json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, indent=1).encode()


def sorted_members(archive: tarfile.TarFile) -> list[tuple[tarfile.TarInfo, bytes]]:
    """The members by name after the two manifests, in which files are sorted too."""
    contents = {
        member.name: (member, stream.read() if (stream := archive.extractfile(member)) and member.isfile() else b"")
        for member in archive.getmembers()
    }
    files_entry, files = contents.pop("FILES.json")
    manifest_entry, manifest = contents.pop("MANIFEST.json")
    listing = json.loads(files)
    listing["files"].sort(key=lambda entry: entry["name"])
    files = as_json(listing)
    collection = json.loads(manifest)
    collection["file_manifest_file"]["chksum_sha256"] = hashlib.sha256(files).hexdigest()
    rest = [contents[name] for name in sorted(contents)]
    return [(manifest_entry, as_json(collection)), (files_entry, files), *rest]


def normalize(built: Path, target: Path, time: int) -> None:
    with (
        tarfile.open(built) as archive,
        target.open("wb") as file,
        gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=time) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.USTAR_FORMAT) as normalized,
    ):
        for member, content in sorted_members(archive):
            member.mtime = time
            if member.isfile():
                member.size = len(content)
            normalized.addfile(member, io.BytesIO(content))


def build(folder: Path) -> Path:
    """Build into the folder; the tarball."""
    time = int(os.environ.get("SOURCE_DATE_EPOCH") or git("log", "-1", "--format=%ct"))
    with tempfile.TemporaryDirectory() as temporary:
        sources, output = Path(temporary) / "sources", Path(temporary) / "output"
        copy_tracked_files(sources)
        galaxy = [str(Path(sys.executable).with_name("ansible-galaxy")), "collection", "build"]
        subprocess.run([*galaxy, "--output-path", output, sources], stdout=subprocess.DEVNULL, check=True)
        (built,) = output.glob("*.tar.gz")
        folder.mkdir(parents=True, exist_ok=True)
        normalize(built, folder / built.name, time)
    return folder / built.name


if __name__ == "__main__":
    print(build(Path(sys.argv[1])))
