"""Reports of runs: one HTML file that needs no network, Markdown, CSV."""
