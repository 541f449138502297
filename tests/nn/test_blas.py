import threadpoolctl

from playground.nn.blas import limit_threads


def test_limit_holds_for_every_blas_of_the_process():
    before = {pool["filepath"]: pool["num_threads"] for pool in threadpoolctl.threadpool_info()}
    try:
        limit_threads(1)
        pools = [p for p in threadpoolctl.threadpool_info() if p["user_api"] == "blas"]
        assert pools
        assert all(pool["num_threads"] == 1 for pool in pools)
    finally:
        limit_threads(max(before.values()))
