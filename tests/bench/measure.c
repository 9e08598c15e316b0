/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * measure FILE WORD COMMAND...: appends "WORD SECONDS KILOBYTES" to FILE: the processor's time that the command took (user
 * and system), and its most memory. What it prints goes through a pipe to nowhere: grep stops at the first match if it
 * sees /dev/null. Its status is not looked at.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	static char bytes[65536];
	struct rusage usage;
	int status;

	if (argc < 4)
		return 2;
	int ends[2];

	if (pipe(ends))
		return 1;
	pid_t child = fork();

	if (!child) {
		int nothing = open("/dev/null", O_RDWR);

		dup2(nothing, STDIN_FILENO);
		dup2(ends[1], STDOUT_FILENO);
		dup2(nothing, STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		execvp(argv[3], argv + 3);
		_exit(127);
	}
	close(ends[1]);
	while (read(ends[0], bytes, sizeof(bytes)) > 0)
		;
	if (child < 0 || wait4(child, &status, 0, &usage) < 0)
		return 1;
	FILE *out = fopen(argv[1], "a");

	if (!out)
		return 1;
	fprintf(out, "%s %.6f %ld\n", argv[2],
		usage.ru_utime.tv_sec + usage.ru_stime.tv_sec +
			(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
		usage.ru_maxrss);
	return fclose(out) || (WIFEXITED(status) && WEXITSTATUS(status) == 127);
}
