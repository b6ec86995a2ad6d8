/* Encodes and decodes messages with GLib as often as it is told; see dbus-programs.ts for the lines that it reads. */
#include <gio/gio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
	char name[64];
	guchar *wire;
	gsize length;
	GDBusMessage *message;
} Case;

static Case cases[16];
static int case_count;
static gsize sum; /* So that nothing is left out for want of use. */

/* Reads all values, strings in place as programs in C do. */
static void visit(GVariant *value) {
	switch (g_variant_classify(value)) {
	case G_VARIANT_CLASS_STRING:
	case G_VARIANT_CLASS_OBJECT_PATH:
	case G_VARIANT_CLASS_SIGNATURE:
		sum += (guchar)g_variant_get_string(value, NULL)[0];
		break;
	case G_VARIANT_CLASS_ARRAY:
		if (g_variant_is_of_type(value, G_VARIANT_TYPE_BYTESTRING)) {
			gsize length;
			g_variant_get_fixed_array(value, &length, 1);
			sum += length;
			break;
		}
		/* fall through */
	case G_VARIANT_CLASS_VARIANT:
	case G_VARIANT_CLASS_TUPLE:
	case G_VARIANT_CLASS_DICT_ENTRY: {
		GVariantIter iter;
		GVariant *child;
		g_variant_iter_init(&iter, value);
		while ((child = g_variant_iter_next_value(&iter)) != NULL) {
			visit(child);
			g_variant_unref(child);
		}
		break;
	}
	default:
		sum += *(const guchar *)g_variant_get_data(value);
	}
}

/* A value made anew, as a program makes one that it sends. */
static GVariant *copy(GVariant *value) {
	switch (g_variant_classify(value)) {
	case G_VARIANT_CLASS_STRING: return g_variant_new_string(g_variant_get_string(value, NULL));
	case G_VARIANT_CLASS_OBJECT_PATH: return g_variant_new_object_path(g_variant_get_string(value, NULL));
	case G_VARIANT_CLASS_BYTE: return g_variant_new_byte(g_variant_get_byte(value));
	case G_VARIANT_CLASS_BOOLEAN: return g_variant_new_boolean(g_variant_get_boolean(value));
	case G_VARIANT_CLASS_INT16: return g_variant_new_int16(g_variant_get_int16(value));
	case G_VARIANT_CLASS_UINT16: return g_variant_new_uint16(g_variant_get_uint16(value));
	case G_VARIANT_CLASS_INT32: return g_variant_new_int32(g_variant_get_int32(value));
	case G_VARIANT_CLASS_UINT32: return g_variant_new_uint32(g_variant_get_uint32(value));
	case G_VARIANT_CLASS_INT64: return g_variant_new_int64(g_variant_get_int64(value));
	case G_VARIANT_CLASS_UINT64: return g_variant_new_uint64(g_variant_get_uint64(value));
	case G_VARIANT_CLASS_DOUBLE: return g_variant_new_double(g_variant_get_double(value));
	case G_VARIANT_CLASS_ARRAY:
		if (g_variant_is_of_type(value, G_VARIANT_TYPE_BYTESTRING)) {
			gsize length;
			gconstpointer bytes = g_variant_get_fixed_array(value, &length, 1);
			return g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, bytes, length, 1);
		}
		/* fall through */
	case G_VARIANT_CLASS_VARIANT:
	case G_VARIANT_CLASS_TUPLE:
	case G_VARIANT_CLASS_DICT_ENTRY: {
		GVariantBuilder builder;
		GVariantIter iter;
		GVariant *child;
		g_variant_builder_init(&builder, g_variant_get_type(value));
		g_variant_iter_init(&iter, value);
		while ((child = g_variant_iter_next_value(&iter)) != NULL) {
			g_variant_builder_add_value(&builder, copy(child));
			g_variant_unref(child);
		}
		return g_variant_builder_end(&builder);
	}
	default: return g_variant_ref(value);
	}
}

static gsize encode(const Case *one) {
	gsize length;
	guchar *wire;
	GVariant *body = g_dbus_message_get_body(one->message);
	GDBusMessage *message = g_dbus_message_new();
	guchar *fields = g_dbus_message_get_header_fields(one->message);
	int i;
	g_dbus_message_set_message_type(message, g_dbus_message_get_message_type(one->message));
	g_dbus_message_set_serial(message, g_dbus_message_get_serial(one->message));
	for (i = 0; fields[i] != 0; i++)
		if (fields[i] != G_DBUS_MESSAGE_HEADER_FIELD_SIGNATURE)
			g_dbus_message_set_header(message, fields[i], g_dbus_message_get_header(one->message, fields[i]));
	g_free(fields);
	if (body != NULL) g_dbus_message_set_body(message, copy(body));
	wire = g_dbus_message_to_blob(message, &length, G_DBUS_CAPABILITY_FLAGS_NONE, NULL);
	if (wire == NULL) exit(1);
	g_free(wire);
	g_object_unref(message);
	return length;
}

static gsize decode(const Case *one) {
	GDBusMessage *message = g_dbus_message_new_from_blob(one->wire, one->length, G_DBUS_CAPABILITY_FLAGS_NONE, NULL);
	GVariant *body;
	if (message == NULL) return 0;
	body = g_dbus_message_get_body(message);
	if (body != NULL) visit(body);
	g_object_unref(message);
	return one->length;
}

static void load(const char *name, const char *hex) {
	Case *one = &cases[case_count++];
	gsize i;
	strncpy(one->name, name, sizeof one->name - 1);
	one->length = strlen(hex) / 2;
	one->wire = malloc(one->length);
	for (i = 0; i < one->length; i++) {
		unsigned byte;
		sscanf(hex + 2 * i, "%2x", &byte);
		one->wire[i] = (guchar)byte;
	}
	one->message = g_dbus_message_new_from_blob(one->wire, one->length, G_DBUS_CAPABILITY_FLAGS_NONE, NULL);
	if (one->message == NULL) exit(1);
}

int main(void) {
	char *line = NULL;
	size_t room = 0;
	while (getline(&line, &room, stdin) > 0) {
		char *verb = strtok(line, " \n"), *name = strtok(NULL, " \n"), *rest = strtok(NULL, " \n");
		gsize bytes = 0;
		long times;
		int i = 0;
		if (verb == NULL || name == NULL || rest == NULL) return 1;
		if (strcmp(verb, "load") == 0)
			load(name, rest);
		else {
			while (i < case_count && strcmp(cases[i].name, name) != 0) i++;
			if (i == case_count) return 1;
			for (times = atol(rest); times > 0; times--)
				bytes += strcmp(verb, "encode") == 0 ? encode(&cases[i]) : decode(&cases[i]);
		}
		printf("%lu\n", (unsigned long)bytes);
		fflush(stdout);
	}
	return sum == 1;
}
