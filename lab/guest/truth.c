#include "truth.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "workload.h"

enum { MAX_TEXT = 64, MAX_PATH = 128, MAX_LINES = 1000000 };

struct truth_line {
	long long before;
	long long after;
	struct truth_note note;
	pid_t tid;
	pid_t tgid;
	int error;
	unsigned char length;
	char text[MAX_TEXT];
	const char *file;
	char path[MAX_PATH];
};

struct truth_shared {
	atomic_long count;
	atomic_long accepted;
	atomic_long einval;
	atomic_long refused;
	atomic_long surprises;
	struct truth_line lines[MAX_LINES];	/* only what is used takes memory */
};

/* Of this process, in the initial pid namespace. */
static pid_t own_tid, own_tgid;

int truth_file_init(struct truth_file *file, const char *dir, const char *name)
{
	char *real = realpath(dir, NULL);

	if (!real)
		return complain("cannot find '%s': %s", dir, strerror(errno));
	int length = snprintf(file->path, sizeof(file->path), "%s/%s", real, name);
	free(real);
	if (length >= MAX_PATH || strpbrk(file->path, "\"\n "))
		return complain("cannot record the path of '%s'", dir);

	file->name = name;
	file->fd = open(file->path, O_WRONLY | O_CLOEXEC);
	if (file->fd < 0)
		return complain("cannot open '%s': %s", file->path, strerror(errno));
	return 0;
}

void truth_file_fini(struct truth_file *file)
{
	close(file->fd);
}

void truth_enter(void)
{
	char link[64] = "";

	/* /proc is the initial namespace's, wherever the process itself lives. */
	if (readlink("/proc/thread-self", link, sizeof(link) - 1) < 0 ||
	    sscanf(link, "%d/task/%d", &own_tgid, &own_tid) != 2) {
		complain("cannot read /proc/thread-self");
		_exit(1);
	}
}

void truth_init(struct truth *truth, const char *path)
{
	truth->path = path;
	truth->shared = mmap(NULL, sizeof(*truth->shared), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (truth->shared == MAP_FAILED) {
		complain("cannot map memory: %s", strerror(errno));
		_exit(1);
	}
	truth_enter();
}

long truth_count(const struct truth *truth)
{
	return atomic_load(&truth->shared->count);
}

long truth_accepted(const struct truth *truth)
{
	return atomic_load(&truth->shared->accepted);
}

long truth_refused(const struct truth *truth)
{
	return atomic_load(&truth->shared->refused);
}

long truth_einval(const struct truth *truth)
{
	return atomic_load(&truth->shared->einval);
}

long truth_surprises(const struct truth *truth)
{
	return atomic_load(&truth->shared->surprises);
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

struct truth_line *truth_begin(struct truth *truth, const struct truth_file *file,
			       const void *text, size_t length, const struct truth_note *note)
{
	long number = atomic_fetch_add(&truth->shared->count, 1);

	if (number >= MAX_LINES) {
		complain("more than %d writes", MAX_LINES);
		_exit(1);
	}
	struct truth_line *line = &truth->shared->lines[number];
	*line = (struct truth_line){
		.note = *note, .tid = own_tid, .tgid = own_tgid, .file = file->name,
	};
	if (text) {
		line->length = length < MAX_TEXT ? length : MAX_TEXT;
		memcpy(line->text, text, line->length);
	}
	strcpy(line->path, file->path);
	line->before = now();
	return line;
}

static void be_surprised(struct truth *truth, const struct truth_line *line)
{
	atomic_fetch_add(&truth->shared->surprises, 1);
	complain("%s: '%.*s' to %s: '%s', not '%s'", line->note.cause ? line->note.cause : "-",
		 line->length, line->text, line->path, strerror(line->error),
		 strerror(line->note.expected));
}

int truth_end(struct truth *truth, struct truth_line *line, ssize_t result)
{
	int error = result < 0 ? errno : 0;

	line->after = now();
	line->error = error;
	atomic_fetch_add(&truth->shared->accepted, error == 0);
	atomic_fetch_add(&truth->shared->refused, error != 0);
	atomic_fetch_add(&truth->shared->einval, error == EINVAL);
	if (error != line->note.expected && line->note.expected >= 0)
		be_surprised(truth, line);
	return error;
}

int truth_write(struct truth *truth, const struct truth_file *file, const void *text,
		size_t length, const struct truth_note *note)
{
	struct truth_line *line = truth_begin(truth, file, text, length, note);

	return truth_end(truth, line, write(file->fd, text, length));
}

int truth_write_pid(struct truth *truth, const struct truth_file *file, pid_t pid,
		    const struct truth_note *note)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%d", pid);

	return truth_write(truth, file, text, length, note);
}

static void print_text(FILE *out, const char *text, int length)
{
	for (int i = 0; i < length; i++) {
		unsigned char byte = text[i];

		if (byte <= ' ' || byte > '~' || strchr("\"\\=", byte))
			fprintf(out, "\\%03o", byte);
		else
			fputc(byte, out);
	}
}

static const char *cause_of(const struct truth_line *line)
{
	if (!line->error || !line->note.cause)
		return "-";
	return line->error == line->note.expected || line->note.expected < 0 ? line->note.cause : "surprise";
}

static void print_line(FILE *out, const struct truth_line *line)
{
	fprintf(out, "write tid=%d tgid=%d wrote=\"", line->tid, line->tgid);
	print_text(out, line->text, line->length);
	fprintf(out,
		"\" file=\"%s\" path=\"%s\" errno=%d before=%lld after=%lld "
		"target=%d blocking=%d cause=%s no_effect=%s\n",
		line->file, line->path, line->error, line->before, line->after, line->note.target,
		line->error ? line->note.blocking : 0, cause_of(line),
		line->note.no_effect && !line->error ? line->note.no_effect : "-");
}

static int save(const struct truth *truth)
{
	FILE *out = fopen(truth->path, "w");

	if (!out)
		return complain("cannot write '%s': %s", truth->path, strerror(errno));
	for (long i = 0; i < truth_count(truth); i++)
		/* A writer that was killed leaves its last line unfinished. */
		if (truth->shared->lines[i].after)
			print_line(out, &truth->shared->lines[i]);
	int bad = ferror(out);
	if (fclose(out) || bad)
		return complain("cannot write '%s'", truth->path);
	return 0;
}

int truth_fini(struct truth *truth)
{
	int result = truth->path ? save(truth) : 0;

	munmap(truth->shared, sizeof(*truth->shared));
	return result;
}
