"""The contract as a Python client sees it: `proto/` compiled on the spot, with nothing from the server but those files."""

import importlib
import importlib.resources
import pathlib
import sys
import types

from grpc_tools import protoc

PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"


def compile_into(folder):
    """Compiles every file and returns one namespace with all messages, enum values and service stubs."""
    files = sorted(PROTO.glob("tandem/v1/*.proto"))
    assert files, f"no contract in {PROTO}"
    well_known = importlib.resources.files("grpc_tools") / "_proto"
    failed = protoc.main(
        ["protoc", f"-I{PROTO}", f"-I{well_known}", f"--python_out={folder}", f"--grpc_python_out={folder}"]
        + [str(file) for file in files]
    )
    assert not failed, "protoc refused the contract"
    sys.path.insert(0, str(folder))
    contract = types.SimpleNamespace()
    for file in files:
        for kind in ("pb2", "pb2_grpc"):
            module = importlib.import_module(f"tandem.v1.{file.stem}_{kind}")
            names = {name: value for name, value in vars(module).items() if not name.startswith("_")}
            vars(contract).update(names)
    return contract
