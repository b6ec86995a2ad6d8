export { createFan, createRing, markDead, type RingOptions } from "./create.ts";
export { FanIn } from "./fan-in.ts";
export { FanOut } from "./fan-out.ts";
export {
	DIED,
	type ElementArray,
	type ElementKind,
	ENDED,
	type FanDirection,
	OPEN,
	type RingKind,
} from "./layout.ts";
export { MessageConsumer } from "./message-consumer.ts";
export { MessageProducer } from "./message-producer.ts";
export { StreamConsumer } from "./stream-consumer.ts";
export { StreamProducer } from "./stream-producer.ts";
export {
	type Waiter,
	type WaitResult,
	waitAsync,
	waitBlocking,
	waitSpinning,
} from "./wait.ts";
