/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/cause.h"

#include <errno.h>
#include <string.h>

#include "base/list.h"
#include "base/text.h"
#include "facts/kernel.h"
#include "facts/kernel_path.h"
#include "facts/runtimes.h"

#define SAY(...) arena_printf(arena, __VA_ARGS__)

bool cause_is_unexplained(const struct cause *cause)
{
	return cause == causes[cause_count - 1];
}

size_t cause_index(const struct cause *cause)
{
	size_t i = 0;

	while (causes[i] != cause)
		i++;
	return i;
}

rule *cause_rule(const struct cause *cause, const struct finding *f)
{
	if (f->premise.door == DOOR_CLONE)
		return cause->rules.clone;
	return log_is_afterwards(f->attach->log) ? cause->rules.afterwards :
						   cause->rules.on_the_way;
}

bool cause_answers(const struct cause *cause, int64_t answer, enum door door)
{
	if (cause->errno_at.doors & door && -cause->errno_at.number == answer)
		return true;
	for (size_t i = 0; i < CAUSE_ERRNOS; i++)
		if (cause->errnos[i] && -cause->errnos[i] == answer)
			return true;
	return !cause->errnos[0];
}

/* ---- kernels ---- */

static bool is_end(const struct kernel_range *range)
{
	return !range->cgroup && !range->since && !range->before;
}

static bool is_within(const struct kernel_range *range, uint32_t version)
{
	return version >= range->since && (!range->before || version < range->before);
}

bool cause_has_kernel(const struct cause *cause, uint32_t version)
{
	const struct kernel_range *range = cause->kernels;

	if (!version || is_end(range))
		return version;
	for (size_t i = 0; i < CAUSE_RANGES && !is_end(&range[i]); i++)
		if (is_within(&range[i], version))
			return true;
	return false;
}

uint32_t cause_removed(const struct cause *cause, uint32_t version)
{
	uint32_t removed = 0;

	for (size_t i = 0; i < CAUSE_RANGES && !is_end(&cause->kernels[i]); i++) {
		const struct kernel_range *range = &cause->kernels[i];

		if (!range->before || version < range->before)
			return 0;
		removed = range->before > removed ? range->before : removed;
	}
	return removed;
}

static const struct {
	enum config config;
	const char *name;
} configs[] = {
	{ CONFIG_RT_GROUP_SCHED, "RT_GROUP_SCHED" },
	{ CONFIG_SCHED_CLASS_EXT, "SCHED_CLASS_EXT" },
};

/* 0, 1; -1 if it is not known. */
static int configured(const struct premise *p, enum config config)
{
	return config == CONFIG_RT_GROUP_SCHED ? p->rt_group_sched : p->sched_class_ext;
}

/* A distribution's kernel that is configured with it has it, whatever the version. */
static bool is_configured(const struct cause *cause, const struct premise *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(configs); i++)
		if (cause->needs & configs[i].config && configured(p, configs[i].config) != 1)
			return false;
	return cause->needs;
}

static const char *by_kernel(const struct cause *cause, const struct premise *p,
			     struct arena *arena)
{
	uint32_t added = 0, removed = 0;
	bool mine = false, foreign = false;
	size_t i;

	if (is_configured(cause, p))
		return NULL;
	for (i = 0; i < CAUSE_RANGES && !is_end(&cause->kernels[i]); i++) {
		const struct kernel_range *range = &cause->kernels[i];

		if (range->cgroup && p->cgroup && range->cgroup != p->cgroup) {
			foreign = true;
			continue;
		}
		if (!p->version || is_within(range, p->version))
			return NULL;
		mine = true;
		if (p->version >= range->since)
			removed = range->before > removed ? range->before : removed;
		else if (!added || range->since < added)
			added = range->since;
	}
	if (!i)
		return NULL;
	if (!mine)
		return SAY("cgroup v%u has no such rule", p->cgroup);
	const char *where = foreign ? SAY(" on cgroup v%u", p->cgroup) : "";

	if (added && removed)
		return SAY("kernel %s does not have this check%s (%s)", p->release, where,
			   cause->kernel_words);
	if (added)
		return SAY("kernel %s does not have this check%s yet (added in %u.%u)", p->release,
			   where, KERNEL_MAJOR(added), KERNEL_MINOR(added));
	return SAY("kernel %s no longer has this check%s (removed in %u.%u)", p->release, where,
		   KERNEL_MAJOR(removed), KERNEL_MINOR(removed));
}

static const char *by_config(const struct cause *cause, const struct premise *p,
			     struct arena *arena)
{
	for (size_t i = 0; i < ARRAY_SIZE(configs); i++) {
		int is = configured(p, configs[i].config);

		if (cause->needs & configs[i].config && !is)
			return SAY("%s is not configured", configs[i].name);
		if (cause->excludes & configs[i].config && is == 1)
			return SAY("%s is configured, and a kernel with it does not have this "
				   "check",
				   configs[i].name);
	}
	return NULL;
}

/* ---- everything else that a premise tells ---- */

static const char *by_door(const struct cause *cause, const struct premise *p)
{
	if (cause->doors & p->door)
		return NULL;
	if (p->door == DOOR_KERNEL)
		return "nothing was written: the kernel moved it on its own";
	if (p->door == DOOR_SUBTREE_CONTROL && cause->stage == STAGE_LOOKUP)
		return "no number is written to cgroup.subtree_control";
	return p->door == DOOR_SUBTREE_CONTROL ?
		       "the kernel does not check this on a write to cgroup.subtree_control" :
		       "the kernel does not check this on this way into a cgroup";
}

static const char *by_call(const struct cause *cause, const struct premise *p)
{
	unsigned int calls = p->calls ? p->calls : CALL_WRITE;

	if (calls & (cause->calls ? cause->calls : CALL_WRITE))
		return NULL;
	return calls == CALL_OPEN ? "the file could not be opened, so nothing was written" :
				    "the file was open: it is the write that was refused";
}

static const char *by_controller(const struct cause *cause, const struct premise *p,
				 struct arena *arena)
{
	if (!cause->controller || p->cgroup != 1 || !p->controllers ||
	    list_has(p->controllers, cause->controller))
		return NULL;
	return SAY("the %s controller is not on this hierarchy (%s)", cause->controller,
		   *p->controllers ? p->controllers : "no controllers");
}

static const char *by_file(const struct cause *cause, const struct premise *p, struct arena *arena)
{
	if (p->door != DOOR_WRITE || !p->file || !cause->files[0])
		return NULL;
	for (size_t i = 0; i < CAUSE_FILES && cause->files[i]; i++)
		if (!strcmp(p->file, cause->files[i]))
			return NULL;
	return SAY("the kernel checks this only on a write to %s%s%s", cause->files[0],
		   cause->files[1] ? " or " : "", cause->files[1] ? cause->files[1] : "");
}

/* A function passes on what it called: only what is not below it cannot have been the refusal. */
static const char *by_function(const struct cause *cause, const struct premise *p,
			       struct arena *arena)
{
	if (!p->function || cause->any_stage)
		return NULL;
	for (size_t i = 0; i < CAUSE_FUNCTIONS && cause->functions[i]; i++)
		if (kernel_path_calls(p->function, cause->functions[i]))
			return NULL;
	for (size_t i = 0; i < CAUSE_PASSES && cause->passes[i]; i++)
		if (kernel_path_calls(p->function, cause->passes[i]))
			return NULL;
	return SAY("the trace shows that %s() returned %lld", p->function, (long long)p->returned);
}

const char *cause_impossible(const struct cause *cause, const struct premise *p,
			     struct arena *arena)
{
	const char *why = by_door(cause, p);

	why = why ? why : by_call(cause, p);
	why = why ? why : by_function(cause, p, arena);
	why = why ? why : by_kernel(cause, p, arena);
	why = why ? why : by_config(cause, p, arena);
	why = why ? why : by_controller(cause, p, arena);
	why = why ? why : by_file(cause, p, arena);
	return why || !cause->impossible ? why : cause->impossible(p, arena);
}

static const char *condition(const struct cause *cause, const struct premise *p,
			     struct arena *arena)
{
	const char *hooked = cause->possible ? cause->possible(p, arena) : NULL;

	if (hooked)
		return hooked;
	for (size_t i = 0; i < ARRAY_SIZE(configs); i++)
		if (cause->needs & configs[i].config && configured(p, configs[i].config) < 0)
			return SAY("if the kernel is configured with %s", configs[i].name);
	return NULL;
}

const char *cause_possible(const struct cause *cause, const struct premise *p, struct arena *arena)
{
	const char *words = condition(cause, p, arena);

	words = words ? words : "nothing in the line rules it out";
	const char *refused = p->function ? kernel_controller_of(p->function, 1) : NULL;

	if (!cause->controller || p->cgroup == 1 ||
	    (refused && !strcmp(refused, cause->controller)))
		return words;
	return SAY("%s; the %s controller must be enabled there", words,
		   kernel_controller_on_v2(cause->controller));
}

static bool is_of_door(const struct cause *cause, const struct premise *p)
{
	if (cause->doors & p->door)
		return true;
	return p->recorded && p->door != DOOR_CLONE && cause->doors & DOOR_WRITE;
}

static bool may_be_on(const struct cause *cause, const struct premise *p)
{
	struct arena arena = { 0 };
	bool may = p->version && !by_kernel(cause, p, &arena) && !by_config(cause, p, &arena);

	arena_fini(&arena);
	return may;
}

bool cause_is_reported(const struct cause *cause, const struct premise *p, int64_t answer)
{
	return !(p->recorded && cause->only_lines) && is_of_door(cause, p) &&
	       cause_answers(cause, answer, p->door) &&
	       (cause->errnos[0] || answer == -EINVAL || may_be_on(cause, p));
}

/* ---- words ---- */

const char *cause_errnos(const struct cause *cause, struct arena *arena)
{
	struct text text;

	if (!cause->errnos[0])
		return "any";
	text_begin(&text);
	for (size_t i = 0; i < CAUSE_ERRNOS && cause->errnos[i]; i++)
		fprintf(text.out, "%s%s", i ? ", " : "", kernel_errno_name(cause->errnos[i]));
	return text_end(&text, arena);
}

const char *cause_advice(const struct cause *cause, enum door door, size_t n)
{
	if (cause->advice_at.doors & door)
		return n ? NULL : cause->advice_at.text;
	return n < CAUSE_ADVICE ? cause->advice[n] : NULL;
}

const char *cause_advice_for(const struct cause *cause, const char *who)
{
	for (size_t i = 0; i < CAUSE_FOR && cause->advice_for[i].who; i++)
		if (!strcmp(cause->advice_for[i].who, who))
			return cause->advice_for[i].text;
	return NULL;
}

enum commonness cause_commonness(const struct cause *cause, const struct premise *p)
{
	if (cause->commonness_at.doors & p->door)
		return cause->commonness_at.commonness;
	if (cause->commonness_by_shell && p->runtime &&
	    runtimes_is_shell(p->runtime, strlen(p->runtime)))
		return cause->commonness_by_shell;
	return cause->commonness;
}

const char *persistence_name(enum persistence persistence)
{
	static const char *const names[] = { "transient", "permanent", "depends" };

	return names[persistence];
}

const char *cause_fill(const char *text, const struct cause_place *places, struct arena *arena)
{
	struct text filled;

	text_begin(&filled);
	while (*text) {
		size_t plain = strcspn(text, "<"),
		       len = text[plain] ? strcspn(text + plain, ">") + 1 : 0;
		const struct cause_place *p = places;

		while (p->name && (strncmp(p->name, text + plain, len) || p->name[len]))
			p++;
		fprintf(filled.out, "%.*s%s", (int)plain, text, len && p->name ? p->value : "");
		text += plain + len;
	}
	const char *ret = text_end(&filled, arena);

	/* A sentence begins with a capital, whoever it is about. */
	return *ret == 't' ? arena_printf(arena, "T%s", ret + 1) : ret;
}

const char *cause_expand(const char *advice, struct finding *f)
{
	const struct attach *a = f->attach;
	const char *thread = "that thread";

	if (f->blocker)
		thread = arena_printf(&f->arena, "thread %d (%s)", f->blocker->r.row.pid,
				      f->blocker->r.row.comm);
	const struct cause_place places[] = {
		{ "<kernel>",
		  a->log->has_header ? a->log->header.release : "its release is not known" },
		{ "<thread>", thread },
		{ "<cgroup>", a->begun ? a->begin.dst : "the cgroup" },
		{ 0 },
	};

	return cause_fill(advice, places, &f->arena);
}
