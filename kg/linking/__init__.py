"""From a named thing in a paper to a concept of the catalog, or to none, with the reasons."""
