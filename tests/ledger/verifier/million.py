"""How long a million entries take: ``python -m tests.ledger.verifier.million [COUNT] [--page]``, with the page in Chromium."""

from __future__ import annotations

import argparse
import io
import resource
import shutil
import tempfile
import time
from contextlib import redirect_stdout
from pathlib import Path

from playwright.sync_api import sync_playwright

from engine.ledger.verifier import verify_reeve_log
from tests.ledger.verifier.making import make_export


def by_file(folder: Path) -> bool:
    with redirect_stdout(io.StringIO()):
        return verify_reeve_log.main([str(folder)]) == 0


def by_page(folder: Path) -> bool:
    """Without the time that it takes to start the browser and to hand it the names of the files."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        page.goto((folder / "verify.html").as_uri())
        page.set_input_files("#folder", folder)
        started = time.perf_counter()
        page.click("#go")
        page.wait_for_selector("#result:not([hidden])", timeout=1_000_000)
        print(f"  of that in the page: {time.perf_counter() - started:.1f} s")
        done = page.locator("#answer").text_content() == "Verified: everything holds"
        browser.close()
        return done


def main() -> None:
    """Make them, verify them, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--page", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = make_export({"2026": options.count})
        log.write(folder, [])
        del log
        size = sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())
        print(f"{options.count:,} entries, {size / 1e6:.0f} MB")
        for verify in (by_file, by_page) if options.page else (by_file,):
            wall, processor = time.perf_counter(), time.process_time()
            holds = verify(folder)
            wall, processor = time.perf_counter() - wall, time.process_time() - processor
            print(f"{verify.__name__}: holds {holds}, {wall:.1f} s, of the processor {processor:.1f} s")
        print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB, with the making")


if __name__ == "__main__":
    main()
