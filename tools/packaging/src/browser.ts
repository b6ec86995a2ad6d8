import { type Browser, chromium } from "playwright-core";
import { findProgram } from "./runtimes.ts";

/** Starts Chromium without a window, with `more` arguments. Rejects when there is none on PATH. */
export async function startChromium(
	more: readonly string[] = [],
): Promise<Browser> {
	const executablePath = findProgram(
		"chromium",
		"chromium-browser",
		"google-chrome",
	);
	if (executablePath === undefined)
		throw new Error(
			"No chromium on PATH. To install it on Debian or Ubuntu: apt-get install chromium",
		);
	return chromium.launch({
		executablePath,
		args: [
			"--no-sandbox",
			"--disable-gpu",
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
			"--disable-quic",
			"--no-first-run",
			...more,
		],
	});
}

/** Loads a module in an empty page of its own. Rejects with what the module throws. */
export async function runInPage(browser: Browser, code: string): Promise<void> {
	const page = await browser.newPage();
	try {
		// The name counts as secure, as https does, and every request to it is answered here.
		await page.route("http://localhost/*", (route) =>
			route.request().url().endsWith(".js")
				? route.fulfill({ contentType: "text/javascript", body: code })
				: route.fulfill({ contentType: "text/html", body: "<!doctype html>" }),
		);
		await page.goto("http://localhost/");
		await page.evaluate(`import("/module.js").then(() => {})`);
	} finally {
		await page.close();
	}
}
