// The tables and the schedule, held to naive models of themselves under random sequences of commands.

import { ExactId, type Id, idKey } from "@framewright/json-rpc";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CallTable, type Response, type TableCall } from "../src/call-table.ts";
import {
	ReplyBatch,
	RequestTable,
	type TableRequest,
} from "../src/request-table.ts";
import { type Order, Schedule } from "../src/schedule.ts";

const numRuns = Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000) / 10;
const maxCommands = 60;

describe("calls in flight", () => {
	class Call implements TableCall {
		id = 0;
		batch: Set<this> | undefined = undefined;
		/** How often the table has given it back. */
		settled = 0;
	}

	interface Model {
		/** Every call ever made, and the number of its batch. */
		readonly calls: { readonly call: Call; readonly batch: number }[];
		/** The ids of those in flight. */
		readonly open: Set<number>;
		batches: number;
	}

	type Command = fc.Command<Model, CallTable<Call>>;

	function take(model: Model, id: unknown): Call | undefined {
		if (typeof id !== "number" || !model.open.delete(id)) return undefined;
		return model.calls.find(({ call }) => call.id === id)?.call;
	}

	const batchOf = (model: Model, call: Call): number =>
		model.calls.find((entry) => entry.call === call)?.batch ?? 0;

	const inBatch = (model: Model, batch: number): Call[] =>
		model.calls
			.filter((entry) => entry.batch === batch && model.open.has(entry.call.id))
			.map(({ call }) => call);

	const response = (id: Id): Response => ({
		kind: "success",
		id,
		result: null,
	});

	const command = (
		name: string,
		run: (model: Model, table: CallTable<Call>) => void,
	): Command => ({
		check: () => true,
		run(model, table) {
			run(model, table);
			expect(table.size).toBe(model.open.size);
			for (const { call } of model.calls) {
				expect(table.has(call)).toBe(model.open.has(call.id));
				expect(call.settled).toBe(model.open.has(call.id) ? 0 : 1);
			}
		},
		toString: () => name,
	});

	const openOne = fc.constant(
		command("open()", (model, table) => {
			const call = new Call();
			expect(table.nextId).toBe(model.calls.length + 1);
			table.open(call);
			model.calls.push({ call, batch: 0 });
			model.open.add(call.id);
		}),
	);

	const openBatch = fc.integer({ min: 0, max: 4 }).map((size) =>
		command(`openBatch(${size})`, (model, table) => {
			const calls = Array.from({ length: size }, () => new Call());
			for (const call of calls) table.open(call);
			table.openBatch(calls);
			model.batches += 1;
			for (const call of calls) {
				model.calls.push({ call, batch: model.batches });
				model.open.add(call.id);
			}
		}),
	);

	// Mostly ids that are or were in flight.
	const id: fc.Arbitrary<Id> = fc.oneof(
		{ weight: 8, arbitrary: fc.integer({ min: 0, max: 20 }) },
		fc.constantFrom<Id>("1", "2", "", "toString", "__proto__", -1, 0.5),
		fc.constantFrom(new ExactId("1.0"), new ExactId("9007199254740993")),
	);

	const answer = id.map((id) =>
		command(`answer(${idKey(id)})`, (model, table) => {
			const expected = take(model, id);
			const call = table.answer(response(id));
			expect(call).toBe(expected);
			if (call !== undefined) call.settled += 1;
		}),
	);

	const answerBatch = fc.array(id, { maxLength: 6 }).map((ids) =>
		command(`answerBatch(${ids.map(idKey)})`, (model, table) => {
			const expected = ids.map((id) => take(model, id));
			const answered = expected.filter((call) => call !== undefined);
			const batches = new Set(answered.map((call) => batchOf(model, call)));
			batches.delete(0);
			const missing = [...batches].flatMap((batch) => inBatch(model, batch));
			for (const { id } of missing) model.open.delete(id);
			const result = table.answerBatch(ids.map(response));
			expect(result.answered.map(({ call }) => call)).toEqual(answered);
			expect(result.answered.map(({ response }) => response.id)).toEqual(
				answered.map(({ id }) => id),
			);
			expect(new Set(result.missing)).toEqual(new Set(missing));
			expect(result.missing).toHaveLength(missing.length);
			expect(result.unknown.map(({ id }) => id)).toEqual(
				ids.filter((_, i) => expected[i] === undefined),
			);
			for (const { call } of result.answered) call.settled += 1;
			for (const call of result.missing) call.settled += 1;
		}),
	);

	const close = fc.nat(30).map((nth) =>
		command(`close(${nth})`, (model, table) => {
			const call = model.calls[nth]?.call ?? new Call();
			const wasOpen = model.open.delete(call.id);
			expect(table.close(call)).toBe(wasOpen);
			if (wasOpen) call.settled += 1;
		}),
	);

	const answerUnread = fc.constant(
		command("answerUnread()", (model, table) => {
			const batches = new Set(
				model.calls
					.filter(({ call, batch }) => batch > 0 && model.open.has(call.id))
					.map(({ batch }) => batch),
			);
			const [batch] = batches;
			const all = model.calls
				.map(({ call }) => call)
				.filter(({ id }) => model.open.has(id));
			const expected =
				batches.size === 1
					? inBatch(model, batch ?? 0)
					: batches.size === 0 && all.length === 1
						? all
						: [];
			const calls = table.answerUnread();
			expect(calls).toEqual(expected);
			for (const call of calls) {
				model.open.delete(call.id);
				call.settled += 1;
			}
		}),
	);

	const clear = fc.constant(
		command("clear()", (model, table) => {
			const calls = table.clear();
			expect(calls.map(({ id }) => id)).toEqual([...model.open]);
			model.open.clear();
			for (const call of calls) call.settled += 1;
		}),
	);

	test("are given back once each, to whom they belong", () => {
		const commands = fc.commands(
			[
				openOne,
				openOne,
				openBatch,
				answer,
				answer,
				answerBatch,
				close,
				answerUnread,
				clear,
			],
			{ maxCommands },
		);
		fc.assert(
			fc.property(commands, (commands) => {
				const model: Model = { calls: [], open: new Set(), batches: 0 };
				const real = new CallTable<Call>(false);
				fc.modelRun(() => ({ model, real }), commands);
				for (const call of real.clear()) call.settled += 1;
				for (const { call } of model.calls) expect(call.settled).toBe(1);
				expect(real.size).toBe(0);
				expect(real.answerUnread()).toEqual([]);
			}),
			{ numRuns },
		);
	});
});

describe("requests to be answered", () => {
	interface Request extends TableRequest {
		readonly nth: number;
	}

	interface Model {
		/** All requests ever taken in, their keys by idKey, and whether they are still to be answered. */
		readonly requests: { request: Request; key: string; open: boolean }[];
		/** The numbers of the answers in each batch, and whether it was read to its end. */
		readonly batches: Map<
			ReplyBatch,
			{ answers: number[]; read: boolean; sent: boolean }
		>;
		current: ReplyBatch | undefined;
	}

	type Command = fc.Command<Model, RequestTable<Request>>;

	const id = fc.constantFrom<Id>(
		1,
		"1",
		new ExactId("1.0"),
		new ExactId("1e0"),
		new ExactId('"\\u0031"'),
		2,
		null,
		"null",
		"",
		0,
		-0,
		'"1',
		"__proto__",
	);
	const key = (id: Id): string => (Object.is(id, -0) ? "0" : idKey(id));

	const open = id.map(
		(id): Command => ({
			check: () => true,
			run(model, table) {
				const batch = model.current;
				const request: Request = {
					id,
					key: "",
					batch,
					nth: model.requests.length,
				};
				const isFree = !model.requests.some(
					(entry) => entry.open && entry.key === key(id),
				);
				expect(table.open(request)).toBe(isFree);
				if (isFree) model.requests.push({ request, key: key(id), open: true });
			},
			toString: () => `open(${idKey(id)})`,
		}),
	);

	const answer = fc.tuple(fc.nat(30), fc.boolean()).map(
		([nth, isSilent]): Command => ({
			check: (model) => nth < model.requests.length,
			run(model, table) {
				const entry = model.requests[nth];
				if (entry === undefined) return;
				const { request, open } = entry;
				expect(table.has(request)).toBe(open);
				const response: Response = {
					kind: "success",
					id: request.id,
					result: nth,
				};
				const reply = table.answer(request, isSilent ? undefined : response);
				entry.open = false;
				if (!open) expect(reply).toBeUndefined();
				else if (request.batch === undefined)
					expect(reply).toBe(isSilent ? undefined : response);
				else {
					if (!isSilent) model.batches.get(request.batch)?.answers.push(nth);
					expectBatch(model, request.batch, reply);
				}
			},
			toString: () => `answer(${nth}${isSilent ? ", silently" : ""})`,
		}),
	);

	/** Holds what is to be sent to the model: the whole batch at the right moment, and otherwise nothing. */
	function expectBatch(model: Model, batch: ReplyBatch, reply: unknown): void {
		const state = model.batches.get(batch);
		const isDone =
			state?.read === true &&
			state.answers.length > 0 &&
			!model.requests.some(
				({ request, open }) => open && request.batch === batch,
			);
		if (state === undefined || !isDone) {
			expect(reply).toBeUndefined();
			return;
		}
		expect(state.sent).toBe(false);
		state.sent = true;
		expect(reply).toMatchObject({
			kind: "batch",
			items: state.answers.map((result) => ({ result })),
		});
	}

	const beginBatch = fc.constant<Command>({
		check: (model) => model.current === undefined,
		run(model) {
			model.current = new ReplyBatch();
			model.batches.set(model.current, {
				answers: [],
				read: false,
				sent: false,
			});
		},
		toString: () => "beginBatch()",
	});

	const endBatch = fc.constant<Command>({
		check: (model) => model.current !== undefined,
		run(model) {
			const batch = model.current;
			const state = batch && model.batches.get(batch);
			if (batch === undefined || state === undefined) return;
			model.current = undefined;
			state.read = true;
			batch.isRead = true;
			expectBatch(model, batch, batch.whenComplete());
		},
		toString: () => "endBatch()",
	});

	const find = id.map(
		(id): Command => ({
			check: () => true,
			run(model, table) {
				const same = model.requests.find(
					(entry) => entry.open && entry.key === key(id),
				);
				// By value only where no request has the very id.
				const alike = model.requests.find(
					({ open, request }) =>
						open &&
						request.id instanceof ExactId &&
						Number(request.id.token) === id,
				);
				expect(table.find(id)).toBe((same ?? alike)?.request);
			},
			toString: () => `find(${idKey(id)})`,
		}),
	);

	test("are answered once each, batches as a whole", () => {
		const commands = fc.commands(
			[open, open, open, answer, answer, answer, beginBatch, endBatch, find],
			{ maxCommands },
		);
		fc.assert(
			fc.property(commands, fc.boolean(), (commands, isCleared) => {
				const model: Model = {
					requests: [],
					batches: new Map(),
					current: undefined,
				};
				const real = new RequestTable<Request>();
				fc.modelRun(() => ({ model, real }), commands);
				const left = model.requests.filter(({ open }) => open);
				expect(real.size).toBe(left.length);
				if (isCleared) {
					real.clear();
					for (const { request } of left)
						expect(real.answer(request, undefined)).toBeUndefined();
				}
				for (const { request } of left) real.answer(request, undefined);
				expect(real.size).toBe(0);
			}),
			{ numRuns },
		);
	});
});

describe("the schedule", () => {
	interface Model {
		next: number;
		running: { nth: number; order: Order }[];
		waiting: { nth: number; order: Order }[];
		readonly concurrency: number;
	}

	type Command = fc.Command<Model, Schedule<number>>;

	function startable(model: Model): boolean {
		const [first] = model.waiting;
		if (first === undefined) return false;
		if (model.running.some(({ order }) => order === "serial")) return false;
		return first.order === "serial"
			? model.running.length === 0
			: model.running.length < model.concurrency;
	}

	const holds = (model: Model, real: Schedule<number>): void => {
		expect(real.running).toBe(model.running.length);
		expect(real.waiting).toBe(model.waiting.length);
	};

	const add = fc.constantFrom<Order>("concurrent", "concurrent", "serial").map(
		(order): Command => ({
			check: () => true,
			run(model, real) {
				const item = { nth: model.next++, order };
				model.waiting.push(item);
				const starts = model.waiting.length === 1 && startable(model);
				if (starts) model.running.push(...model.waiting.splice(0));
				expect(real.add(item.nth, order)).toBe(starts);
				holds(model, real);
			},
			toString: () => `add(${order})`,
		}),
	);

	const end = fc.nat(100).map(
		(nth): Command => ({
			check: (model) => model.running.length > 0,
			run(model, real) {
				const [ended] = model.running.splice(nth % model.running.length, 1);
				if (ended !== undefined) real.end(ended.nth);
				holds(model, real);
			},
			toString: () => `end(${nth})`,
		}),
	);

	const next = fc.constant<Command>({
		check: () => true,
		run(model, real) {
			const item = startable(model) ? model.waiting.shift() : undefined;
			if (item !== undefined) model.running.push(item);
			expect(real.next()).toBe(item?.nth);
			holds(model, real);
		},
		toString: () => "next()",
	});

	test("starts what came first, as many at once as allowed, serial ones alone", () => {
		const commands = fc.commands([add, add, end, next, next], { maxCommands });
		fc.assert(
			fc.property(
				commands,
				fc.integer({ min: 1, max: 4 }),
				(commands, concurrency) => {
					const model: Model = {
						next: 0,
						running: [],
						waiting: [],
						concurrency,
					};
					const real = new Schedule<number>(concurrency);
					fc.modelRun(() => ({ model, real }), commands);
					const left = [...model.running, ...model.waiting];
					expect(real.clear()).toEqual(left.map(({ nth }) => nth));
					expect([real.running, real.waiting]).toEqual([0, 0]);
				},
			),
			{ numRuns },
		);
	});

	test("takes 200,000 items in and out in linear time", () => {
		const schedule = new Schedule<number>(1);
		const items = 200_000;
		for (let i = 0; i < items; i++) schedule.add(i, "concurrent");
		const start = performance.now();
		let next: number | undefined = 0;
		for (let i = 0; next === i; i++) {
			schedule.end(i);
			next = schedule.next();
		}
		// A queue that moved all of it for each would take 20 seconds.
		expect(performance.now() - start).toBeLessThan(3000);
		expect([schedule.running, schedule.waiting]).toEqual([0, 0]);
	});
});
