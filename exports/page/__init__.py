"""The interactive page: what it shows (`exports.page.data`), and its template, style sheet and script."""
