"""Splink on an observation table, as a peer of bench_fuse_speed.py: needs splink, pandas and pyarrow, in an environment of its own.

    PYTHON benchmarks/peer_splink.py TABLE.csv CLUSTERS.csv

Blocks on day and tenth of a degree; compares distance, time, kind and dead; fits without labels; prints the seconds.
"""

from __future__ import annotations

import sys
import time

import pandas as pd
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on


def main(table: str, clusters: str) -> None:
    """Link the table and write unique_id, cluster_id."""
    begin = time.perf_counter()
    told = pd.read_csv(table).rename(columns={"id": "unique_id", "lat_deg": "lat", "lon_deg": "lon"})
    moment = pd.to_datetime(told["start"], utc=True)
    told["t"] = moment.dt.as_unit("s").astype("int64")
    told["day"] = told["t"] // 86_400
    told["column"], told["line"] = (told["lon"] * 10).astype(int), (told["lat"] * 10).astype(int)
    times = [
        {"sql_condition": "t_l is null or t_r is null", "label_for_charts": "unknown", "is_null_level": True},
        *({"sql_condition": f"abs(t_l - t_r) <= {s}", "label_for_charts": f"{s} s"} for s in (900, 7200)),
        {"sql_condition": "ELSE", "label_for_charts": "further"},
    ]
    comparisons = [
        cl.DistanceInKMAtThresholds("lat", "lon", [1, 3, 8]), cl.ExactMatch("kind"), cl.ExactMatch("killed_min"),
        cl.CustomComparison(output_column_name="t", comparison_levels=times),
    ]  # fmt: skip
    near = block_on("day", "column", "line")
    settings = SettingsCreator(
        link_type="dedupe_only", blocking_rules_to_generate_predictions=[near], comparisons=comparisons
    )
    linker = Linker(DuckDBAPI().register(told), settings)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    linker.training.estimate_parameters_using_expectation_maximisation(near)
    pairs = linker.inference.predict(threshold_match_probability=0.5)
    made = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, 0.5).as_pandas_dataframe()
    made[["unique_id", "cluster_id"]].to_csv(clusters, index=False)
    print(time.perf_counter() - begin)


main(*sys.argv[1:3])
