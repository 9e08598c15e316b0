/*
 * scheduler: loads the sched_ext scheduler of scheduler.bpf.c, which refuses to move a process between cgroups, says so,
 * and unloads it when its standard input ends.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "workload.h"

static const char usage[] = "Usage: scheduler OBJECT PID ERRNO\n";

/* What the program has as constants; libbpf before 1.3 knows the section by its name alone. */
static int set_constants(struct bpf_object *object, int pid, int error)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, ".rodata");
	int values[] = { pid, error };

	if (!map || bpf_map__value_size(map) != sizeof(values))
		return complain("the object has no constants");
	return bpf_map__set_initial_value(map, values, sizeof(values)) ?
		       complain("cannot set the constants") :
		       0;
}

static int load(const char *path, int pid, int error)
{
	struct bpf_object *object = bpf_object__open_file(path, NULL);

	if (!object || set_constants(object, pid, error))
		return complain("cannot open '%s'", path);
	if (bpf_object__load(object))
		return complain("cannot load '%s'", path);
	struct bpf_map *map = bpf_object__find_map_by_name(object, "refuse");
	struct bpf_link *link = map ? bpf_map__attach_struct_ops(map) : NULL;

	if (!link)
		return complain("the kernel does not take the scheduler");
	puts("loaded");
	fflush(stdout);
	char c;

	while (read(STDIN_FILENO, &c, 1) > 0)
		;
	bpf_link__destroy(link);
	bpf_object__close(object);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fputs(usage, stderr);
		return 2;
	}
	stop_with_parent();
	return load(argv[1], count_arg(argv[2]), count_arg(argv[3])) ? 1 : 0;
}
