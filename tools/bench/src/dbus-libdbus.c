/* Encodes and decodes messages with libdbus as often as it is told; see dbus-programs.ts for the lines that it reads. */
#include <dbus/dbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A value in memory, as a binding of another language would have it. */
typedef struct Value {
	int type;
	DBusBasicValue basic;
	char *signature; /* Of what is in an array or a variant. */
	struct Value *children;
	int count;
	unsigned char *bytes; /* Of an ay. */
	int length;
} Value;

typedef struct {
	char name[64];
	char *wire;
	int length;
	DBusMessage *message;
	Value *values;
	int count;
} Case;

static Case cases[16];
static int case_count;
static unsigned long sum; /* So that nothing is left out for want of use. */

static Value *read_all(DBusMessageIter *iter, int *count);

static void read_value(DBusMessageIter *iter, Value *value) {
	DBusMessageIter inner;
	memset(value, 0, sizeof *value);
	value->type = dbus_message_iter_get_arg_type(iter);
	if (dbus_type_is_basic(value->type)) {
		dbus_message_iter_get_basic(iter, &value->basic);
		if (value->type == DBUS_TYPE_STRING || value->type == DBUS_TYPE_OBJECT_PATH || value->type == DBUS_TYPE_SIGNATURE)
			value->basic.str = strdup(value->basic.str);
		return;
	}
	dbus_message_iter_recurse(iter, &inner);
	if (value->type == DBUS_TYPE_ARRAY && dbus_message_iter_get_element_type(iter) == DBUS_TYPE_BYTE) {
		unsigned char *bytes;
		dbus_message_iter_get_fixed_array(&inner, &bytes, &value->length);
		value->bytes = malloc(value->length + 1);
		memcpy(value->bytes, bytes, value->length);
		return;
	}
	if (value->type == DBUS_TYPE_ARRAY || value->type == DBUS_TYPE_VARIANT)
		value->signature = dbus_message_iter_get_signature(&inner);
	value->children = read_all(&inner, &value->count);
}

static Value *read_all(DBusMessageIter *iter, int *count) {
	Value *values = NULL;
	*count = 0;
	while (dbus_message_iter_get_arg_type(iter) != DBUS_TYPE_INVALID) {
		values = realloc(values, (*count + 1) * sizeof *values);
		read_value(iter, &values[(*count)++]);
		dbus_message_iter_next(iter);
	}
	return values;
}

static void append(DBusMessageIter *iter, const Value *value) {
	DBusMessageIter inner;
	int i;
	if (dbus_type_is_basic(value->type)) {
		dbus_message_iter_append_basic(iter, value->type, &value->basic);
		return;
	}
	dbus_message_iter_open_container(iter, value->type, value->bytes != NULL ? "y" : value->signature, &inner);
	if (value->bytes != NULL)
		dbus_message_iter_append_fixed_array(&inner, DBUS_TYPE_BYTE, &value->bytes, value->length);
	for (i = 0; i < value->count; i++)
		append(&inner, &value->children[i]);
	dbus_message_iter_close_container(iter, &inner);
}

/* Reads all values, strings in place as programs in C do. */
static void visit(DBusMessageIter *iter) {
	int type;
	while ((type = dbus_message_iter_get_arg_type(iter)) != DBUS_TYPE_INVALID) {
		if (dbus_type_is_basic(type)) {
			DBusBasicValue value;
			dbus_message_iter_get_basic(iter, &value);
			sum += value.byt;
		} else {
			DBusMessageIter inner;
			dbus_message_iter_recurse(iter, &inner);
			if (type == DBUS_TYPE_ARRAY && dbus_message_iter_get_element_type(iter) == DBUS_TYPE_BYTE) {
				unsigned char *bytes;
				int length;
				dbus_message_iter_get_fixed_array(&inner, &bytes, &length);
				sum += length;
			} else
				visit(&inner);
		}
		dbus_message_iter_next(iter);
	}
}

static int encode(const Case *one, char **wire) {
	DBusMessageIter iter;
	int i, length;
	DBusMessage *message = dbus_message_new(dbus_message_get_type(one->message));
	const char *text;
	if ((text = dbus_message_get_path(one->message)) != NULL) dbus_message_set_path(message, text);
	if ((text = dbus_message_get_interface(one->message)) != NULL) dbus_message_set_interface(message, text);
	if ((text = dbus_message_get_member(one->message)) != NULL) dbus_message_set_member(message, text);
	if ((text = dbus_message_get_destination(one->message)) != NULL) dbus_message_set_destination(message, text);
	if ((text = dbus_message_get_sender(one->message)) != NULL) dbus_message_set_sender(message, text);
	if (dbus_message_get_reply_serial(one->message) != 0)
		dbus_message_set_reply_serial(message, dbus_message_get_reply_serial(one->message));
	dbus_message_set_serial(message, dbus_message_get_serial(one->message));
	dbus_message_iter_init_append(message, &iter);
	for (i = 0; i < one->count; i++)
		append(&iter, &one->values[i]);
	if (!dbus_message_marshal(message, wire, &length)) exit(1);
	dbus_message_unref(message);
	return length;
}

static int decode(const Case *one) {
	DBusMessageIter iter;
	DBusMessage *message = dbus_message_demarshal(one->wire, one->length, NULL);
	if (message == NULL) return 0;
	if (dbus_message_iter_init(message, &iter)) visit(&iter);
	dbus_message_unref(message);
	return one->length;
}

static void load(const char *name, const char *hex) {
	DBusMessageIter iter;
	Case *one = &cases[case_count++];
	int i;
	strncpy(one->name, name, sizeof one->name - 1);
	one->length = (int)strlen(hex) / 2;
	one->wire = malloc(one->length);
	for (i = 0; i < one->length; i++) {
		unsigned byte;
		sscanf(hex + 2 * i, "%2x", &byte);
		one->wire[i] = (char)byte;
	}
	one->message = dbus_message_demarshal(one->wire, one->length, NULL);
	/* A message that is none can still be refused. */
	if (one->message != NULL && dbus_message_iter_init(one->message, &iter)) one->values = read_all(&iter, &one->count);
}

int main(void) {
	char *line = NULL;
	size_t room = 0;
	while (getline(&line, &room, stdin) > 0) {
		char *verb = strtok(line, " \n"), *name = strtok(NULL, " \n"), *rest = strtok(NULL, " \n");
		long bytes = 0, times;
		int i = 0;
		if (verb == NULL || name == NULL || rest == NULL) return 1;
		if (strcmp(verb, "load") == 0)
			load(name, rest);
		else {
			while (i < case_count && strcmp(cases[i].name, name) != 0) i++;
			if (i == case_count) return 1;
			for (times = atol(rest); times > 0; times--) {
				if (strcmp(verb, "encode") == 0) {
					char *wire;
					bytes += encode(&cases[i], &wire);
					dbus_free(wire);
				} else
					bytes += decode(&cases[i]);
			}
		}
		printf("%ld\n", bytes);
		fflush(stdout);
	}
	return sum == 1;
}
