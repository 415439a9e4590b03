"""Plays the fault scenarios and tells what was violated: `python -m tests.faults [f1 f3 …] [--seeds N]`."""

import argparse
import sys
import time

from rich.console import Console

from tests.faults.scenario import load, play, scenarios, stage, title_of

console = Console(highlight=False)


def main() -> int:
    """0 when nothing was violated."""
    known = scenarios()
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *known], help="scenarios; all when none is named")
    parser.add_argument("--seeds", type=int, default=1, help="how often each is played, with other random numbers")
    parser.add_argument("--first-seed", type=int, default=1)
    arguments = parser.parse_args()
    failed = False
    for name in arguments.names or known:
        scenario = load(known[name])
        console.print(f"[bold]{name.upper()}[/]  {title_of(scenario).partition(': ')[2]}")
        with stage(name) as on:
            for seed in range(arguments.first_seed, arguments.first_seed + arguments.seeds):
                began = time.perf_counter()
                result = play(scenario, on, seed)
                mark = "[red]✗[/]" if result.violations else "[green]✓[/]"
                console.print(f"  {mark} {result} ({time.perf_counter() - began:.0f} s)", soft_wrap=True)
                for violation in result.violations:
                    console.print(f"      {violation}", style="red", markup=False, soft_wrap=True)
                failed = failed or bool(result.violations)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
