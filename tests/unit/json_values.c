/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/json_values.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "output/json_stream.h"
#include "test.h"

static bool is(json_t *it, const char *text)
{
	char *dump = json_dumps(it, JSON_ENCODE_ANY | JSON_COMPACT);
	bool same = dump && !strcmp(dump, text);

	free(dump);
	json_decref(it);
	return same;
}

static bool is_written(const char *s, const char *text)
{
	char *bytes = NULL;
	size_t size;
	FILE *out = open_memstream(&bytes, &size);
	json_t *it = json_plain(s);

	json_write(out, it, JSON_ENCODE_ANY);
	fclose(out);
	json_decref(it);
	bool same = !strcmp(bytes, text);

	free(bytes);
	return same;
}

static bool names_are(const char *list, const char *text)
{
	struct json_stream stream = { 0 };

	js_names(&stream, list);
	bool same = stream.len == strlen(text) && !memcmp(stream.text, text, stream.len);

	json_stream_fini(&stream);
	return same;
}

static void *no_memory(size_t size)
{
	(void)size;
	return NULL;
}

/* Static: what the end leaves is no leak. */
static json_t *value;

static void set_without_memory(void)
{
	value = json_object();
	json_set_alloc_funcs(no_memory, free);
	json_set(value, "key", json_integer(1));
}

static void append_without_memory(void)
{
	value = json_array();
	json_set_alloc_funcs(no_memory, free);
	json_append(value, json_integer(1));
}

/* How a child ends that does this: its status, or -1 if a signal ended it. */
static int status_of(void (*what)(void))
{
	int status;
	pid_t child = fork();

	if (!child) {
		dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
		what();
		_exit(0);
	}
	return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(void)
{
	CHECK(is(json_number(7), "7"));
	CHECK(is(json_number(UINT64_MAX), "\"18446744073709551615\""));
	CHECK(is(json_plain("a\xff\xc3\xa4"), "\"a\\\\xff\xc3\xa4\""));
	CHECK(is(json_plain(NULL), "null"));
	CHECK(is(json_logged("a\\n\\377"), "\"a\\n\\\\xff\""));
	CHECK(names_are("cpu,cpuacct", "[\"cpu\",\"cpuacct\"]"));
	CHECK(names_are("", "[]"));
	CHECK(names_are(NULL, "[]"));
	CHECK(is_written("a\x7f\x1b\"\xc3\xa4~", "\"a\\u007f\\u001B\\\"\xc3\xa4~\""));
	CHECK(is_written("\xc2\x9b\xe2\x80\xae\xe2\x80\x8bx", "\"\\u009b\\u202e\\u200bx\""));
	CHECK(is_written("\xf3\xa0\x81\x81\xf0\x9f\x98\x80", "\"\\udb40\\udc41\xf0\x9f\x98\x80\""));
	CHECK(status_of(set_without_memory) == 4);
	CHECK(status_of(append_without_memory) == 4);
	return TEST_END();
}
