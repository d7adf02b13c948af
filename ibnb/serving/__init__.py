"""JupyterLab with the notebooks that ship with the package, and what it and the dashboard have in common."""
