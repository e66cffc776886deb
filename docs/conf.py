"""How the pages are built: `make docs`.  Nothing is fetched, neither when they are made nor when they are read."""

import logging
import os
import shutil
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE))

project = "quotelens"
author = "The quotelens authors"
project_copyright = "2026, The quotelens authors"
release = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

extensions = ["myst_nb", "sphinx.ext.autodoc", "docstrings"]
exclude_patterns = ["README.md"]
myst_enable_extensions = ["colon_fence", "deflist"]
smartquotes = False  # marks are our trade
myst_heading_anchors = 3

# Code of our own pages runs, and an error stops the build; notebooks have been run, and are shown as they are.
nb_execution_mode = "cache"
nb_execution_cache_path = str(ROOT / "build" / "docs" / "cache")
nb_execution_excludepatterns = ["notebooks/*"]
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True

# A profile of their own for the kernels, so that nobody's settings get into the pages.
profile = ROOT / "build" / "docs" / "ipython" / "profile_default"
profile.mkdir(parents=True, exist_ok=True)
(profile / "ipython_kernel_config.py").write_text("c.IPKernelApp.log_level = 40\n", encoding="utf-8")
os.environ["IPYTHONDIR"] = str(profile.parent)

logging.getLogger("traitlets").setLevel(logging.WARNING)  # which page runs

autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
maximum_signature_line_length = 88
add_module_names = False
suppress_warnings = ["ref.python"]

html_theme = "furo"
html_title = f"quotelens {release}"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_copy_source = False
html_show_sphinx = False

# The notebooks stand beside this folder, and Sphinx looks inside it.
shutil.rmtree(HERE / "notebooks", ignore_errors=True)
shutil.copytree(ROOT / "notebooks", HERE / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
