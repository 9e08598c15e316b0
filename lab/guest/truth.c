#include "truth.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "workload.h"

struct truth_line {
	long long before;
	long long after;
	const struct truth_file *file;
	pid_t tid;
	pid_t tgid;
	pid_t wrote;
	pid_t target;
	pid_t culprit;
	int error;
};

int truth_file_init(struct truth_file *file, const char *dir, const char *name)
{
	char *real = realpath(dir, NULL);

	if (!real)
		return complain("cannot find '%s': %s", dir, strerror(errno));
	int length = snprintf(file->path, sizeof(file->path), "%s/%s", real, name);
	free(real);
	if (length >= (int)sizeof(file->path) || strpbrk(file->path, "\"\n"))
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

void truth_init(struct truth *truth, const char *path)
{
	*truth = (struct truth){ .path = path };
}

static struct truth_line *new_line(struct truth *truth)
{
	if (truth->count == truth->capacity) {
		truth->capacity = truth->capacity ? 2 * truth->capacity : 16384;
		truth->lines = realloc(truth->lines,
				       truth->capacity * sizeof(*truth->lines));
		if (!truth->lines)
			abort();
	}
	return &truth->lines[truth->count++];
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int truth_write(struct truth *truth, const struct truth_file *file, pid_t pid,
		pid_t target, pid_t culprit)
{
	struct truth_line *line = new_line(truth);
	char text[16];
	int length = snprintf(text, sizeof(text), "%d", pid);

	*line = (struct truth_line){
		.file = file, .tid = gettid(), .tgid = getpid(),
		.wrote = pid, .target = target, .culprit = culprit,
	};
	line->before = now();
	line->error = write(file->fd, text, length) < 0 ? errno : 0;
	line->after = now();

	truth->accepted += line->error == 0;
	truth->einval += line->error == EINVAL;
	return line->error;
}

static void print_line(FILE *out, const struct truth_line *line)
{
	fprintf(out, "write tid=%d tgid=%d wrote=\"%d\" file=\"%s\" path=\"%s\" errno=%d "
		"before=%lld after=%lld target=%d culprit=%d\n",
		line->tid, line->tgid, line->wrote, line->file->name, line->file->path,
		line->error, line->before, line->after, line->target, line->culprit);
}

static int save(const struct truth *truth)
{
	FILE *out = fopen(truth->path, "w");

	if (!out)
		return complain("cannot write '%s': %s", truth->path, strerror(errno));
	for (long i = 0; i < truth->count; i++)
		print_line(out, &truth->lines[i]);
	int bad = ferror(out);
	if (fclose(out) || bad)
		return complain("cannot write '%s'", truth->path);
	return 0;
}

int truth_fini(struct truth *truth)
{
	int result = truth->path ? save(truth) : 0;

	free(truth->lines);
	return result;
}
