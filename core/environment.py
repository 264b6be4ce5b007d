"""The environment variables that the app reads. Each is read where it is needed; here is what it is for."""

from typing import NamedTuple


class Variable(NamedTuple):
    """What holds if nobody sets it, and what it does."""

    default: str
    says: str


VARIABLES = {
    "COMPUTE_SECONDS": Variable("300", "A training that takes longer is stopped; from 1 to 86,400."),
    "COMPUTE_MEMORY_MB": Variable(
        "2048",
        "What a worker may allocate on top of what it holds once torch is loaded, from 64 to 1,048,576; on Linux only.",
    ),
    "COMPUTE_NICENESS": Variable(
        "10",
        "How far a long run gives way to pages and sliders, from 0 to 19: what is added to its worker's nice value.",
    ),
    "COMPUTE_URL": Variable("", "The address of a Dask scheduler, such as `dask://127.0.0.1:8786`, to send runs to."),
    "VANISHING_POINT_DATA": Variable(
        "`data/` in the project", "The folder of `learners.sqlite3` and of what has been measured anew."
    ),
    "DATABASE_URL": Variable("", "`postgresql://name:password@host/database`, to remember learners there."),
    "VANISHING_POINT_NOW": Variable(
        "", "The moment to take for the present, such as `2026-11-22T09:00:00+00:00`: for tests only."
    ),
    "BENCHMARK_URLS": Variable(
        "", "Two databases, with a blank between, that `python -m benchmarks.store` measures as well: few, and many."
    ),
}
"""By name. A test finds any other that the code reads."""
