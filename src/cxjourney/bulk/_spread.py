"""The same replay on Spark and on Dask: customers stay together, and each part is one frame."""
