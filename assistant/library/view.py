"""What readers see at one version: the visible documents, and those that a filter leaves."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.datatypes import Filter
from assistant.library.catalog import Catalog, CatalogState
from assistant.library.filters import FilterKey, filter_key, matching

__all__ = ["View", "Views"]

_KEPT_FILTERS = 16


class View(NamedTuple):
    """A version of the library and the keys of the documents that may be found, ascending."""

    state: CatalogState
    documents: NDArray[np.int64]


class Views:
    """Gives the present view; what it knows is thrown away when the version changes."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._guard = threading.Lock()
        self._view: View | None = None
        self._filtered: OrderedDict[FilterKey, NDArray[np.int64]] = OrderedDict()

    def now(self, filter: Filter | None = None) -> View:
        """Look at the library as it is now."""
        with self._guard, self._catalog.reading() as connection:
            state = self._catalog.state(connection)
            if self._view is None or self._view.state != state:
                self._view = View(state, self._catalog.visible(connection))
                self._filtered.clear()
            if not filter:
                return self._view
            key = filter_key(filter)
            if key not in self._filtered:
                found = matching(connection, filter, self._view.documents)
                if filter.document:  # its aliases may change without a new version
                    return View(state, found)
                self._filtered[key] = found
                if len(self._filtered) > _KEPT_FILTERS:
                    self._filtered.popitem(last=False)
            return View(state, self._filtered[key])
