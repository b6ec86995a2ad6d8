// The other end of a socket that is being measured, in a process of its own: reads, counts, and answers with one byte
// whenever a round is complete.

import { connect } from "node:net";

const target = process.argv[2] as string;
const round = Number(process.argv[3]);
let left = round;
const socket = connect({
	...(/^\d+$/.test(target) ? { port: Number(target) } : { path: target }),
	// One buffer for all reads: what it costs to receive is not the question.
	onread: {
		buffer: Buffer.alloc(65_536),
		callback(length) {
			left -= length;
			if (left === 0) {
				left = round;
				socket.write("!");
			}
			return true;
		},
	},
});
