"""How the models that ship were made: see README.md. Not part of the package."""
