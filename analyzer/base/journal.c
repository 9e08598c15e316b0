/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* SOCK_CLOEXEC */
#include "base/journal.h"

#include <stdlib.h>

#include "base/diag.h"
#include "base/util.h"

#ifdef WITHOUT_SYSTEMD

/* Complete, so that the rest needs no #ifdef; there is never one. */
struct journal {
	struct journal_dropped dropped;
};

struct journal *journal_open(unsigned int patience)
{
	(void)patience;
	error("--journald: this cganalyze was built without libsystemd");
	return NULL;
}

void journal_free(struct journal *j)
{
	free(j);
}

bool journal_send(struct journal *j, const struct strings *fields, uint64_t now)
{
	(void)now;
	j->dropped.failed++;
	return journal_send_always(j, fields);
}

bool journal_send_always(struct journal *j, const struct strings *fields)
{
	(void)j;
	(void)fields;
	return false;
}

#else

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>
#include <unistd.h>

/* sd_journal_sendv() has the same, and no other. */
#define SOCKET "/run/systemd/journal/socket"

/* What an entry costs, and the most that can be saved up, ns. */
#define COST   (1000000000u / JOURNAL_RATE)
#define MOST   ((uint64_t)JOURNAL_BURST * COST)

struct journal {
	struct journal_dropped dropped;
	uint64_t credit, last; /* ns */
	unsigned int patience; /* ms */
	bool is_stuck;	       /* it is not waited for again until it takes something */
};

static bool allow(struct journal *j, uint64_t now)
{
	uint64_t more = now > j->last ? now - j->last : 0;

	j->last = now;
	j->credit = more < MOST - j->credit ? j->credit + more : MOST;
	if (j->credit < COST)
		return false;
	j->credit -= COST;
	return true;
}

/* A socket that would send there, or -1 and errno. */
static int probe(void)
{
	const struct sockaddr_un to = { .sun_family = AF_UNIX, .sun_path = SOCKET };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || !connect(fd, (const struct sockaddr *)&to, sizeof(to)))
		return fd;
	int error_number = errno;

	close(fd);
	errno = error_number;
	return -1;
}

static void ring(int signo)
{
	(void)signo;
}

/*
 * libsystemd's own socket blocks, and would for as long as a journal that is stopped: a timer that rings again and again
 * makes it return EINTR.
 */
static int send_impatiently(unsigned int ms, const struct iovec *fields, int count)
{
	const struct timeval patience = { ms / 1000, ms % 1000 * 1000 };
	const struct itimerval timer = { patience, patience }, none = { 0 };
	const struct sigaction action = { .sa_handler = ring };
	struct sigaction before;

	sigaction(SIGALRM, &action, &before);
	setitimer(ITIMER_REAL, &timer, NULL);
	int ret = sd_journal_sendv(fields, count);

	setitimer(ITIMER_REAL, &none, NULL);
	sigaction(SIGALRM, &before, NULL);
	return ret;
}

/* 0, or a negative errno. */
static int try_to_send(const struct journal *j, const struct iovec *fields, int count)
{
	int fd = probe();
	struct pollfd room = { .fd = fd, .events = POLLOUT };

	/* libsystemd would not say that there is none. */
	if (fd < 0)
		return -errno;
	int ready = poll(&room, 1, j->is_stuck ? 0 : (int)j->patience);

	close(fd);
	return ready > 0 && room.revents & POLLOUT ? send_impatiently(j->patience, fields, count) :
						     -EAGAIN;
}

struct journal *journal_open(unsigned int patience)
{
	int fd = probe();

	if (fd < 0) {
		error("--journald: there is no journal: " SOCKET ": %s", strerror(errno));
		return NULL;
	}
	close(fd);
	struct journal *j = xcalloc(1, sizeof(*j));

	j->credit = MOST;
	j->patience = patience;
	return j;
}

void journal_free(struct journal *j)
{
	free(j);
}

static int send_fields(struct journal *j, const struct strings *fields)
{
	struct iovec *iov = xcalloc(fields->count, sizeof(*iov));

	for (size_t i = 0; i < fields->count; i++)
		iov[i] = (struct iovec){ (void *)fields->items[i], strlen(fields->items[i]) };
	int ret = try_to_send(j, iov, fields->count);

	free(iov);
	j->is_stuck = ret == -EAGAIN || ret == -EINTR || ret == -ENOBUFS;
	return ret;
}

bool journal_send_always(struct journal *j, const struct strings *fields)
{
	return send_fields(j, fields) >= 0;
}

bool journal_send(struct journal *j, const struct strings *fields, uint64_t now)
{
	if (!allow(j, now)) {
		j->dropped.too_many++;
		return false;
	}
	int ret = send_fields(j, fields);

	if (j->is_stuck)
		j->dropped.full++;
	else if (ret < 0)
		j->dropped.failed++;
	return ret >= 0;
}

#endif

struct journal_dropped journal_dropped(const struct journal *j)
{
	return j->dropped;
}
