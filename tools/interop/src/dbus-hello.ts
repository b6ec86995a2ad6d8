/** Calls org.freedesktop.DBus.Hello: a little-endian header of fields, and no body. */
export function helloCall(): Buffer {
	const field = (code: number, type: string, text: string): Buffer => {
		const length = 4 + 4 + text.length + 1;
		const bytes = Buffer.alloc(Math.ceil(length / 8) * 8);
		bytes.writeUInt8(code, 0);
		bytes.write(`\x01${type}\0`, 1, "latin1");
		bytes.writeUInt32LE(text.length, 4);
		bytes.write(text, 8, "latin1");
		return bytes;
	};
	const fields = Buffer.concat([
		field(1, "o", "/org/freedesktop/DBus"),
		field(6, "s", "org.freedesktop.DBus"),
		field(2, "s", "org.freedesktop.DBus"),
		field(3, "s", "Hello"),
	]);
	const start = Buffer.alloc(16);
	start.write("l\x01\0\x01", "latin1");
	start.writeUInt32LE(1, 8);
	// The last field's padding belongs to the header, not to the array: 8 + "Hello" and its NUL are 14.
	start.writeUInt32LE(fields.length - 2, 12);
	return Buffer.concat([start, fields]);
}
