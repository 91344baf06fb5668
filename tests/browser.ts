import { type Browser, chromium, type Page } from "playwright-core";

/** Where Debian, and others, put the browser. */
const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const executable = places.find((path) => {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
});

/** Registers a test with a page of a real browser; without one (`apt-get install chromium`) it is skipped. */
export function pageTest(name: string, run: (page: Page) => Promise<void>): void {
  Deno.test({
    name,
    ignore: executable === undefined,
    // The browser's pipes are the library's.
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      const browser: Browser = await chromium.launch({ executablePath: executable, args: ["--no-sandbox"] });
      try {
        await run(await browser.newPage());
      } finally {
        await browser.close();
      }
    },
  });
}
