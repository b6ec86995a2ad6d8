import {
	openSync,
	readdirSync,
	readFileSync,
	readSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { closing, isOpen, pair, passing } from "./fds.ts";

const utf8 = new TextEncoder();

/** A file with a text, open. */
function fileOf(text: string): number {
	const path = join(
		tmpdir(),
		`framewright-fds-${process.pid}-${Math.random()}`,
	);
	writeFileSync(path, text);
	const fd = openSync(path, "r");
	rmSync(path);
	closing(fd);
	return fd;
}

function read(fd: number): string {
	const buffer = Buffer.alloc(100);
	return buffer.toString("latin1", 0, readSync(fd, buffer, 0, 100, 0));
}

/** Whether programs that are started would get it: O_CLOEXEC is 02000000. */
function isInherited(fd: number): boolean {
	const [, flags = ""] =
		/^flags:\s+(\d+)$/m.exec(
			readFileSync(`/proc/self/fdinfo/${fd}`, "latin1"),
		) ?? [];
	return (Number.parseInt(flags, 8) & 0o2000000) === 0;
}

describe.skipIf(passing === undefined)("Two sockets of ours", () => {
	test("bytes and descriptors arrive together, in order, duplicated, closed on exec", async () => {
		const [a, b] = await pair();
		const first = fileOf("first");
		const second = fileOf("second");
		await a.sink.write({ bytes: utf8.encode("one"), fds: [first, second] });
		const packet = await b.source.read();
		expect(Buffer.from(packet?.bytes ?? []).toString()).toBe("one");
		const [x = -1, y = -1] = packet?.fds.splice(0) ?? [];
		closing(x, y);
		expect([read(x), read(y)]).toEqual(["first", "second"]);
		expect([x, y].map(isInherited)).toEqual([false, false]);
		expect(x).not.toBe(first);
		expect(isOpen(first)).toBe(true);
		await b.sink.write({ bytes: utf8.encode("back"), fds: [] });
		expect(await a.source.read()).toMatchObject({ fds: [] });
	});

	test("descriptors never come earlier than the bytes that they were sent with", async () => {
		const [a, b] = await pair();
		const fd = fileOf("x");
		for (const fds of [[], [fd], [], [fd, fd], [fd]])
			await a.sink.write({ bytes: utf8.encode("12345678"), fds });
		const ends: [number, number][] = [];
		for (let length = 0; length < 40; ) {
			const packet = await b.source.read();
			length += packet?.bytes.length ?? 0;
			const fds = packet?.fds.splice(0) ?? [];
			closing(...fds);
			if (fds.length > 0) ends.push([length, fds.length]);
		}
		expect(ends).toEqual([
			[16, 1],
			[32, 2],
			[40, 1],
		]);
	});

	test("a megabyte waits for its reader, and arrives whole, its descriptor with its first byte", async () => {
		const [a, b] = await pair();
		const bytes = new Uint8Array(1 << 20).map((_, i) => i * 7);
		let isWritten = false;
		const written = a.sink.write({ bytes, fds: [fileOf("x")] }).then(() => {
			isWritten = true;
		});
		await new Promise((resolve) => setTimeout(resolve, 20));
		expect(isWritten).toBe(false);
		const parts: Uint8Array[] = [];
		const counts: number[] = [];
		for (let length = 0; length < bytes.length; ) {
			const packet = await b.source.read();
			parts.push(packet?.bytes ?? new Uint8Array());
			length += packet?.bytes.length ?? 0;
			const fds = packet?.fds.splice(0) ?? [];
			closing(...fds);
			counts.push(fds.length);
		}
		await written;
		expect(Buffer.compare(Buffer.concat(parts), bytes)).toBe(0);
		expect([counts[0], counts.slice(1).some((count) => count > 0)]).toEqual([
			1,
			false,
		]);
	});

	test("what nobody takes is closed: at the end, and when reading is cancelled", async () => {
		for (const how of ["end", "cancel"] as const) {
			const [a, b] = await pair();
			await a.sink.write({ bytes: utf8.encode("x"), fds: [fileOf("x")] });
			const { fds = [] } = (await b.source.read()) ?? {};
			const [fd = -1] = fds;
			expect(isOpen(fd)).toBe(true);
			if (how === "end") {
				await a.sink.end();
				expect(await b.source.read()).toBeUndefined();
			} else b.source.cancel(undefined);
			expect([isOpen(fd), fds]).toEqual([false, []]);
		}
	});

	test("a packet that cannot be sent throws at once, and the next one goes out", async () => {
		const [a, b] = await pair();
		const fd = fileOf("x");
		const bytes = utf8.encode("x");
		expect(() => a.sink.write({ bytes, fds: Array(254).fill(fd) })).toThrow(
			"253 descriptors can be sent at once at most, not 254",
		);
		expect(() => a.sink.write({ bytes: new Uint8Array(), fds: [fd] })).toThrow(
			"of which there are none",
		);
		expect(() => a.sink.write({ bytes, fds: [9999] })).toThrow(
			expect.objectContaining({ code: "EBADF", syscall: "sendmsg" }),
		);
		await a.sink.write({ bytes, fds: Array(253).fill(fd) });
		const packet = await b.source.read();
		const fds = packet?.fds.splice(0) ?? [];
		closing(...fds);
		expect(fds).toHaveLength(253);
	});

	test("either direction ends alone", async () => {
		const [a, b] = await pair();
		await a.sink.end();
		expect(await b.source.read()).toBeUndefined();
		await b.sink.write({ bytes: utf8.encode("still"), fds: [] });
		expect(await a.source.read()).toMatchObject({ fds: [] });
		await b.sink.end();
		expect(await a.source.read()).toBeUndefined();
	});

	test("writing to who has gone rejects, as sockets do", async () => {
		const [a, b] = await pair();
		b.source.cancel(undefined);
		b.sink.abort(undefined);
		const write = async () => {
			await a.sink.write({ bytes: utf8.encode("x"), fds: [] });
		};
		await expect(write()).rejects.toMatchObject({ code: "EPIPE" });
	});

	test("connections that are over leave no descriptor behind", async () => {
		const before = openCount();
		for (let i = 0; i < 30; i++) {
			const [a, b] = await pair();
			const reading = b.source.read();
			await a.sink.write({ bytes: utf8.encode("x"), fds: [] });
			await reading;
			for (const end of [a, b]) {
				end.source.cancel(undefined);
				end.sink.abort(undefined);
			}
		}
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(openCount() - before).toBeLessThan(10);
	});
});

function openCount(): number {
	return readdirSync("/proc/self/fd").length;
}
