"""The generated types, as mypy and pyright see them: what is right passes, what is wrong is refused, in any project."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.codegen.sample import MYPY_CACHE, make_project


@pytest.fixture(scope="module", params=[0, 494], ids=["6 functions", "500 functions"])
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("types")
    manifest = make_project(folder, more=request.param)
    assert len(manifest.functions) == 6 + request.param
    return folder


def wrong_lines(file: Path) -> set[tuple[str, int]]:
    lines = file.read_text("utf-8").splitlines()
    return {(file.name, number) for number, line in enumerate(lines, 1) if line.endswith("# wrong")}


def test_mypy_strict_refuses_exactly_what_is_wrong(project: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file=",
        f"--cache-dir={MYPY_CACHE}",
        "use.py",
        "shop",
    ]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    found = {
        (Path(file).name, int(line)) for file, line in re.findall(r"^(\S+?):(\d+): error", done.stdout, re.MULTILINE)
    }
    assert found == wrong_lines(project / "use.py"), done.stdout + done.stderr


def test_pyright_strict_refuses_exactly_what_is_wrong(project: Path) -> None:
    settings = {"typeCheckingMode": "strict", "include": ["use.py", "shop"], "reportUnusedClass": False}
    (project / "pyrightconfig.json").write_text(json.dumps(settings), "utf-8")
    pyright = Path(sys.executable).parent / "basedpyright"
    command = [str(pyright), "--outputjson", "--pythonpath", sys.executable]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    errors = [each for each in json.loads(done.stdout)["generalDiagnostics"] if each["severity"] == "error"]
    found = {(Path(each["file"]).name, each["range"]["start"]["line"] + 1) for each in errors}
    assert found == wrong_lines(project / "use.py"), "\n".join(f"{each['file']}: {each['message']}" for each in errors)
