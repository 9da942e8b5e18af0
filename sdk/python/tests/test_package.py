"""What is installed: the right files, types, one version, no dependency."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
import unittest
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from servers import Server

import gopi_sdk

FOLDER = Path(gopi_sdk.__file__).parent
CLIENT = FOLDER / "client.py"


class Package(unittest.TestCase):
    def test_metadata(self) -> None:
        try:
            package = distribution("gopi-sdk")
        except PackageNotFoundError:
            self.skipTest("gopi-sdk is not installed")
        self.assertEqual(package.version, gopi_sdk.__version__)
        self.assertEqual(package.metadata["License-Expression"], "Apache-2.0")
        required = [r for r in package.requires or [] if "extra ==" not in r]
        self.assertEqual(required, [], "the client must need nothing")
        self.assertTrue((FOLDER / "py.typed").is_file())

    def test_the_client_imports_the_standard_library_only(self) -> None:
        if not hasattr(sys, "stdlib_module_names"):
            self.skipTest("needs Python 3.10 to know the standard library's names")
        for node in ast.walk(ast.parse(CLIENT.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                self.assertEqual(node.level, 0, "a copied file has no siblings")
                names = [node.module or ""]
            for name in names:
                self.assertIn(name.split(".")[0], sys.stdlib_module_names)

    def test_the_file_works_alone_with_an_address_filled_in(self) -> None:
        with Server() as server, tempfile.TemporaryDirectory() as folder:
            text, lines = re.subn(
                r'(?m)^DEFAULT_BASE_URL = ".*"$',
                f'DEFAULT_BASE_URL = "{server.url}"',
                CLIENT.read_text(encoding="utf-8"),
            )
            self.assertEqual(lines, 1)
            self.assertEqual(text.count("127.0.0.1:3000"), 0, "the address must stand on one line only")
            copy = Path(folder, "gopi_client.py")
            copy.write_text(text, encoding="utf-8")
            code = "import gopi_client; gopi_client.GopiClient('k', 'a').track_payment(1)"
            env = {n: v for n, v in os.environ.items() if n != "GOPI_BASE_URL"}
            subprocess.run([sys.executable, "-c", code], cwd=folder, env=env, check=True)
            self.assertEqual(len(server.requests), 1)

    def test_langchain_is_optional(self) -> None:
        code = """
import sys
sys.modules["langchain_core"] = None
sys.modules["langchain_core.callbacks"] = None
import gopi_sdk
try:
    import gopi_sdk.langchain
except ImportError as error:
    assert "pip install langchain-core" in str(error), error
else:
    raise AssertionError("imported without langchain-core")
"""
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        subprocess.run([sys.executable, "-c", code], env=env, check=True)

    def test_the_package_is_the_built_one(self) -> None:
        expected = os.environ.get("GOPI_SDK_INSTALLED_IN")
        if expected is None:
            self.skipTest("sdk/test.py says where the built package is")
        self.assertTrue(FOLDER.is_relative_to(expected), FOLDER)
        self.assertIsNotNone(importlib.util.find_spec("langchain_core"))


if __name__ == "__main__":
    unittest.main()
