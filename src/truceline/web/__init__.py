"""The workbench in a browser: one mission opened on a desk, read and weighed over loopback.

    query -> Window -> Desk (one edition, never changed) -> pages, layers, API; judgements -> Room -> the next Desk

What is filtered is what is exported: pages, map, API and files take the same `Window`. What is sealed is in no desk.
"""
