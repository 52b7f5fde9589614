"""The demo's reports as a section of docs/results.md.

for scene in kampala banepa; do
    tilewise demo --scene "scenes/$scene" --exit --report "build/scenes/$scene.json"
done
python -m benchmarks.scenes build/scenes/*.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from service.demo.table import markdown_table


def section(report: dict[str, Any]) -> str:
    """One scene: what it is, its table, and the check against its own labels."""
    tiles, settings = report["tiles"], report["settings"]
    pool, audit = (sum(tiles[role].values()) for role in ("pool", "audit"))
    checks = ", ".join(
        f"round {row['round']}: {row['truth_iou_all_pool']:.3f}"
        for row in report["rounds"]
        if row["truth_iou_all_pool"] is not None
    )
    return "\n".join(
        [
            f"### {report['scene']}",
            "",
            f"{pool} tiles in the pool, {audit} in the audit set; "
            f"{settings['policy']['batch_size']} tiles a round, chosen by "
            f"`{settings['acquisition']}`; {settings['mappers']} simulated mappers, "
            f"error rate {settings['mapper_error_rate']:g}.",
            "",
            markdown_table(report),
            "",
            f"Independent check (IoU of the promoted checkpoint's outlines with the scene's own "
            f"labels over all pool tiles, trained ones included): {checks or 'none'}.",
            "",
        ]
    )


def machine_line(report: dict[str, Any]) -> str:
    """What all of it ran on."""
    machine, versions = report["machine"], report["versions"]
    return (
        f"Machine: {machine['cores']} cores of {machine['cpu']}, {machine['memory_gb']:.0f} GB; "
        f"Python {versions['python']}, torch {versions['torch']}, segmentation-models-pytorch "
        f"{versions['segmentation-models-pytorch']}."
    )


def main() -> None:
    """Print the section of every report named on the command line."""
    reports = [json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:]]
    print("\n".join(section(report) for report in reports))
    if reports:
        print(machine_line(reports[0]))


if __name__ == "__main__":
    main()
