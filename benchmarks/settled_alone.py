"""One settlement in a process that does nothing else: its seconds and its peak memory, on standard output."""

import sys
import time
from pathlib import Path

from benchmarks.peak_memory import peak_bytes
from benchmarks.scale import settled
from benchmarks.stored_records import StoredRecords

if __name__ == "__main__":
    contract, store, memory_mb = sys.argv[1:]
    began = time.perf_counter()
    settled(StoredRecords(Path(contract), Path(store), 0, 0), memory_mb=int(memory_mb))
    print(time.perf_counter() - began, peak_bytes())
