/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "service/feed.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/util.h"
#include "service/child.h"
#include "service/records.h"
#include "service/say.h"

#define ROOM	  (1u << 20)
#define SECOND	  1000000000ull
#define PAUSE_MAX (60 * SECOND)
#define LAST_NS	  (60 * SECOND) /* an analyzer may take so long to say all when its log has ended */

void feed_init(struct feed *feed, char **argv)
{
	*feed = (struct feed){ .argv = argv, .fd = -1, .pause = SECOND };
	if (argv)
		feed->buffer = xcalloc(1, ROOM);
}

void feed_fini(struct feed *feed)
{
	free(feed->buffer);
}

int feed_pending(const struct feed *feed)
{
	return feed->fd >= 0 && feed->end > feed->begin;
}

static void close_pipe(struct feed *feed)
{
	if (feed->fd >= 0)
		close(feed->fd);
	feed->fd = -1;
	feed->begin = feed->end = 0;
}

/* What waits here for a reader that is gone. */
static void drop_buffer(struct feed *feed, uint64_t now)
{
	if (feed->end > feed->begin) {
		missed_add(&feed->missed, feed->buffer + feed->begin, feed->end - feed->begin, now);
		missed_add(&feed->all, feed->buffer + feed->begin, feed->end - feed->begin, now);
	}
	close_pipe(feed);
}

void feed_flush(struct feed *feed, uint64_t now)
{
	while (feed_pending(feed)) {
		ssize_t n = write(feed->fd, feed->buffer + feed->begin, feed->end - feed->begin);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0) {
			drop_buffer(feed, now);
			return;
		}
		feed->begin += n;
	}
	if (feed->begin == feed->end)
		feed->begin = feed->end = 0;
}

static bool append(struct feed *feed, const char *text, size_t len)
{
	if (feed->fd < 0 && !feed->renewed_at)
		return false;
	if (len > ROOM - feed->end && feed->begin) {
		memmove(feed->buffer, feed->buffer + feed->begin, feed->end - feed->begin);
		feed->end -= feed->begin;
		feed->begin = 0;
	}
	if (len > ROOM - feed->end)
		return false;
	memcpy(feed->buffer + feed->end, text, len);
	feed->end += len;
	feed->taken += len;
	return true;
}

/* Before what comes after a gap, the gap. */
static bool tell_missed(struct feed *feed, size_t room, uint64_t now)
{
	char record[RECORDS_MAX];

	if (!feed->missed.since)
		return true;
	if (ROOM - (feed->end - feed->begin) < room + RECORDS_MAX)
		return false;
	records_unkept(record, now, &feed->missed);
	if (!append(feed, record, strlen(record)))
		return false;
	say(SAY_WARNING,
	    "the analyzer was too slow: it did not get %llu records with %llu refusals, which are "
	    "in the log",
	    (unsigned long long)feed->missed.records, (unsigned long long)feed->missed.refusals);
	feed->missed = (struct missed){ 0 };
	return true;
}

void feed_put(struct feed *feed, const char *text, size_t len, uint64_t now)
{
	if (!feed->argv)
		return;
	if (!tell_missed(feed, len, now) || !append(feed, text, len)) {
		missed_add(&feed->missed, text, len, now);
		missed_add(&feed->all, text, len, now);
	}
	feed_flush(feed, now);
}

static int start(struct feed *feed)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return -1;
	feed->pid = child_start(feed->argv, &(struct child_io){ ends[0], -1, 0 });
	close(ends[0]);
	if (feed->pid < 0) {
		feed->pid = 0;
		close(ends[1]);
		return -1;
	}
	fcntl(ends[1], F_SETFL, O_NONBLOCK);
	feed->fd = ends[1];
	return 0;
}

static void begin_log(struct feed *feed, struct tally *tally, uint64_t now)
{
	size_t len;
	/* To the first one, nothing is lost. */
	bool first = !feed->restarts && !feed->all.since && !feed->renewed_at;
	char *text = tally_preamble(tally, first ? 1 : 2, &feed->missed, now, &len);

	feed->taken = 0;
	append(feed, text, len);
	free(text);
	feed->missed = (struct missed){ 0 };
}

void feed_keep_up(struct feed *feed, struct tally *tally, uint64_t now)
{
	if (feed->pid && feed->renewed_at && now - feed->renewed_at > LAST_NS)
		kill(feed->pid, SIGKILL);
	if (!feed->argv || feed->pid || now < feed->next_start)
		return;
	feed->next_start = now + feed->pause;
	if (start(feed))
		return;
	feed->started = now;
	/* What waits for this one has its beginning already. */
	if (!feed->renewed_at)
		begin_log(feed, tally, now);
	feed->renewed_at = 0;
	feed_flush(feed, now);
}

bool feed_is_due(const struct feed *feed, uint64_t limit)
{
	return feed->fd >= 0 && feed->taken >= limit;
}

void feed_renew(struct feed *feed, struct tally *tally, const char *continued, uint64_t now)
{
	feed_put(feed, continued, strlen(continued), now);
	/* It is behind: another time. */
	if (feed_pending(feed) || feed->fd < 0)
		return;
	close_pipe(feed);
	feed->renewed_at = now;
	begin_log(feed, tally, now);
}

void feed_ended(struct feed *feed, int status, uint64_t now)
{
	if (feed->renewed_at) {
		feed->pid = 0;
		feed->next_start = now;
		return;
	}
	/* One that lived for a while may come back at once. */
	feed->pause = now - feed->started > PAUSE_MAX ? SECOND : 2 * feed->pause;
	if (feed->pause > PAUSE_MAX)
		feed->pause = PAUSE_MAX;
	feed->next_start = now + feed->pause;
	feed->pid = 0;
	feed->restarts++;
	drop_buffer(feed, now);
	say(SAY_WARNING,
	    "the analyzer ended (%s) and is started again in %llu s; the log has what it did not "
	    "report",
	    child_fate(status), (unsigned long long)(feed->pause / SECOND));
}

/* What waits for the next one still gets it. */
static void start_next(struct feed *feed, int seconds)
{
	if (feed->pid)
		child_wait(feed->pid, seconds);
	feed->pid = 0;
	feed->renewed_at = 0;
	if (start(feed))
		say(SAY_WARNING, "the next analyzer cannot be started");
}

void feed_finish(struct feed *feed, int seconds)
{
	if (feed->renewed_at)
		start_next(feed, seconds);
	for (int i = 0; i < seconds * 10 && feed_pending(feed); i++) {
		poll(&(struct pollfd){ .fd = feed->fd, .events = POLLOUT }, 1, 100);
		feed_flush(feed, 0);
	}
	if (feed->end > feed->begin) {
		drop_buffer(feed, 1);
		say(SAY_WARNING,
		    "the analyzer did not get %llu records with %llu refusals, which are in the "
		    "log",
		    (unsigned long long)feed->missed.records,
		    (unsigned long long)feed->missed.refusals);
	}
	close_pipe(feed);
	if (!feed->pid)
		return;
	int status = child_wait(feed->pid, seconds);

	feed->pid = 0;
	/* Up to 3 it says what it found. */
	if (!WIFEXITED(status) || WEXITSTATUS(status) > 3)
		say(SAY_INFO, "the analyzer: %s", child_fate(status));
}
