/* Says of each message on standard input, a u32 length in the machine's order before each, whether libdbus takes it:
 * one byte each on standard output, '1' or '0'. */
#include <dbus/dbus.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(void) {
	uint32_t length;
	while (fread(&length, sizeof length, 1, stdin) == 1) {
		char *bytes = malloc(length ? length : 1);
		if (bytes == NULL || fread(bytes, 1, length, stdin) != length)
			return 1;
		/* Whatever lies behind the first message would be left over in silence. */
		int whole = dbus_message_demarshal_bytes_needed(bytes, (int)length) == (int)length;
		DBusMessage *message = whole ? dbus_message_demarshal(bytes, (int)length, NULL) : NULL;
		putchar(message != NULL ? '1' : '0');
		if (message != NULL)
			dbus_message_unref(message);
		free(bytes);
	}
	return 0;
}
