/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/json_parts.h"

#include "facts/kernel.h"

json_t *json_cause(const struct cause *cause)
{
	json_t *o = json_object(), *errnos = json_array(), *advice = json_array();
	json_t *doors = json_array(), *functions = json_array();

	for (size_t i = 0; i < CAUSE_ERRNOS && cause->errnos[i]; i++)
		json_append(errnos, json_string(kernel_errno_name(cause->errnos[i])));
	for (size_t i = 0; i < CAUSE_FUNCTIONS && cause->functions[i]; i++)
		json_append(functions, json_string(cause->functions[i]));
	for (unsigned int door = 1; door & DOORS_ALL; door <<= 1)
		if (cause->doors & door)
			json_append(doors, json_string(door_name(door)));
	for (size_t i = 0; i < CAUSE_ADVICE && cause->advice[i]; i++)
		json_append(advice, json_string(cause->advice[i]));
	json_set(o, "id", json_string(cause->id));
	json_set(o, "title", json_string(cause->title));
	json_set(o, "errnos", errnos);
	json_set(o, "kernels", json_string(cause->kernel_words));
	json_set(o, "persistence", json_string(persistence_name(cause->persistence)));
	json_set(o, "lasts", json_string(cause->lasts));
	json_set(o, "proof", json_string(cause->proof));
	json_set(o, "doors", doors);
	json_set(o, "functions", functions);
	json_set(o, "advice", advice);
	json_set(o, "clone_advice",
		 json_plain(cause->advice_at.doors & DOOR_CLONE ? cause->advice_at.text : NULL));
	return o;
}
