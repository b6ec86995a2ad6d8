// Rings between the threads of a page, in Chromium.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startChromium } from "../../packaging/src/browser.ts";
import { describeProgram } from "../src/program.ts";
import { type RingPages, serveRingPages } from "../src/ring-pages.ts";

describeProgram(
	"chromium",
	"apt-get install chromium",
	() => {
		let browser: Browser;
		let pages: RingPages;
		let page: Page;

		async function open(url: string): Promise<Page> {
			const opened = await browser.newPage();
			await opened.goto(url);
			await opened.waitForFunction("globalThis.page !== undefined");
			return opened;
		}

		beforeAll(async () => {
			pages = await serveRingPages();
			browser = await startChromium([
				"--autoplay-policy=no-user-gesture-required",
			]);
			page = await open(pages.isolated);
		}, 60_000);

		afterAll(async () => {
			await browser?.close();
			pages?.close();
		});

		test("the page is cross-origin isolated", async () => {
			expect(await page.evaluate("page.isolated()")).toBe(true);
		});

		test.each([
			["the page to a worker", "toWorker"],
			["a worker to the page", "fromWorker"],
			["a worker to another", "betweenWorkers"],
		])("messages go from %s, each as it was written", async (_, name) => {
			const count = 5000;
			expect(await page.evaluate(`page.${name}(${count})`)).toEqual({
				count,
				wrong: 0,
				end: 7,
			});
		});

		test("the death of a worker ends the page's wait", async () => {
			expect(await page.evaluate("page.death()")).toBe(-2);
		});

		test("an AudioWorklet plays what a worker writes, without an underrun", async () => {
			const seconds = 3;
			const played = await page.evaluate(`page.audio(${seconds * 1000})`);
			expect(played).toMatchObject({
				state: "running",
				underruns: 0,
				wrong: 0,
			});
			// 375 blocks of 128 samples are a second at 48 kHz.
			expect((played as { blocks: number }).blocks).toBeGreaterThan(
				0.5 * seconds * 375,
			);
		});

		test("a peer of JSON-RPC calls one in a worker, and learns of its death", async () => {
			const { sum, end } = (await page.evaluate("page.calls(500)")) as {
				sum: number;
				end: string;
			};
			expect(sum).toBe((500 * 501) / 2);
			expect(end).toMatch(/has died/);
		});

		test("a page without the headers gets an error that names them", async () => {
			const bare = await open(pages.bare);
			expect(await bare.evaluate("page.isolated()")).toBe(false);
			expect(await bare.evaluate("page.refusal()")).toMatch(
				/no SharedArrayBuffer.*Cross-Origin-Opener-Policy: same-origin.*Cross-Origin-Embedder-Policy: require-corp/,
			);
			await bare.close();
		});
	},
	"chromium-browser",
	"google-chrome",
);
