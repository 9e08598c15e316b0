/* Refusals because of the text, whatever the task; and odd texts that are accepted. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "maker.h"

static int make_bad_text(struct stage *stage)
{
	static const char *const texts[] = {
		"\n", "abc", "1 2", "1\n2\n", "-1", "089", "2147483648", "0x", " ", "+", "1,2",
		"99999999999999999999999", "12abc", "0b11", "-0x1", "1.0",
	};
	struct truth_note note = refusal(EINVAL, "bad_pid_text", 0, 0);

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		truth_write(stage->truth, stage_any_file(stage), texts[i], strlen(texts[i]), &note);
	return 0;
}

/* Not one byte: 5.10 and later take it for done. */
static int make_empty(struct stage *stage)
{
	struct truth_note note = { 0 };

	truth_write(stage->truth, stage_any_file(stage), "", 0, &note);
	return 0;
}

static int make_odd_text(struct stage *stage)
{
	static const char *const formats[] = {
		"%d\n", "+%d", " %d ", "\t%d\n\n", "0x%x", "0X%X", "0%o", "%010o",
	};
	char text[4096];

	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		int length = snprintf(text, sizeof(text), formats[i], stage->idle);
		stage_move_idle(stage, stage_any(stage), text, length);
	}
	int length = snprintf(text, sizeof(text), "%d", stage->idle);
	/* With the NUL at its end; then as much as a write may have. */
	stage_move_idle(stage, stage_any(stage), text, length + 1);
	memset(text + length, ' ', sizeof(text) - length);
	stage_move_idle(stage, stage_any(stage), text, sizeof(text));
	return 0;
}

static int make_too_long(struct stage *stage)
{
	struct truth_note note = refusal(E2BIG, "write_too_long", 0, 0);
	char text[8192];
	int length = snprintf(text, sizeof(text), "%d", stage->idle);

	memset(text + length, ' ', sizeof(text) - length);
	truth_write(stage->truth, stage_any_file(stage), text, 4097, &note);
	truth_write(stage->truth, stage_any_file(stage), text, sizeof(text), &note);
	return 0;
}

/* Not through write(), of which the compiler knows that it reads. */
static void write_from(struct stage *stage, const struct truth_file *file, void *memory,
		       const struct truth_note *note)
{
	struct truth_line *line = truth_begin(stage->truth, file, NULL, 0, note);

	truth_end(stage->truth, line, syscall(SYS_write, file->fd, memory, 3));
}

static int make_bad_buffer(struct stage *stage)
{
	struct truth_note note = refusal(EFAULT, "bad_buffer", 0, 0);
	static void *closed;

	if (!closed)
		closed = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	write_from(stage, stage_any_file(stage), NULL, &note);
	write_from(stage, stage_any_file(stage), (void *)8, &note);
	write_from(stage, stage_any_file(stage), closed, &note);
	return 0;
}

/* ---- refused before any cgroup code ---- */

static int make_vfs(struct stage *stage)
{
	struct truth_note note = refusal(EINVAL, "vfs", stage->idle, 0);
	const struct truth_file *file = stage_any_file(stage);
	char text[16];
	int length = snprintf(text, sizeof(text), "%d", stage->idle);
	struct iovec negative[2] = { { text, length }, { text, (size_t)-1 } };
	static struct iovec many[IOV_MAX + 1];

	struct truth_line *line = truth_begin(stage->truth, file, text, length, &note);
	truth_end(stage->truth, line, pwrite(file->fd, text, length, -1));
	line = truth_begin(stage->truth, file, text, length, &note);
	truth_end(stage->truth, line, pwritev(file->fd, negative, 1, -1));
	line = truth_begin(stage->truth, file, text, length, &note);
	truth_end(stage->truth, line, writev(file->fd, negative, 2));
	line = truth_begin(stage->truth, file, text, length, &note);
	truth_end(stage->truth, line, writev(file->fd, many, IOV_MAX + 1));
	return 0;
}

const struct maker makers_text[] = {
	{ "bad_pid_text", NULL, ON_BOTH, NULL, make_bad_text, ALL, false },
	{ "-", "empty", ON_BOTH, NULL, make_empty, ALL, false },
	{ "-", "odd text", ON_BOTH, NULL, make_odd_text, ALL, false },
	{ "write_too_long", NULL, ON_BOTH, NULL, make_too_long, ALL, false },
	{ "bad_buffer", NULL, ON_BOTH, NULL, make_bad_buffer, ALL, false },
	{ "vfs", NULL, ON_BOTH, NULL, make_vfs, ALL, true },
	{ 0 },
};
