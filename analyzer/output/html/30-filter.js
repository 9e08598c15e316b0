/* ---- which refusals are shown ---- */

/* Of each: its column, and the words about it. */
const FACETS = {
	cause: { column: "cause", title: "Cause", none: "" },
	container: { column: "container", title: "Container or unit", none: "none" },
	cgroup: { column: "cgroup", title: "Cgroup", none: "not known" },
	program: { column: "comm", title: "Program that wrote", none: "not known" },
};

class Filter {
	constructor(log) {
		this.log = log;
		this.chosen = Object.fromEntries(Object.keys(FACETS).map((facet) => [facet, new Set()]));
		this.window = null; /* [from, to] on the axis */
	}

	label(facet, value) {
		if (facet === "cause")
			return this.log.causes[value].id;
		return this.log.nameOf(value) || FACETS[facet].none;
	}

	isEmpty() {
		return !this.window && Object.values(this.chosen).every((set) => !set.size);
	}

	clear() {
		this.window = null;
		for (const set of Object.values(this.chosen))
			set.clear();
	}

	/* The rows that fit all but what is named in `but`. */
	rows(but) {
		const sets = Object.entries(this.chosen).filter(([facet, set]) => facet !== but && set.size)
			.map(([facet, set]) => [this.log[FACETS[facet].column], set]);
		const window = but === "time" ? null : this.window;
		const found = new Int32Array(this.log.count);
		let n = 0;

		if (!sets.length && !window)
			return found.map((_, i) => i);

		for (let i = 0; i < this.log.count; i++)
			if (sets.every(([column, set]) => set.has(column[i])) &&
			    (!window || (this.log.x[i] >= window[0] && this.log.x[i] <= window[1])))
				found[n++] = i;
		return found.subarray(0, n);
	}

	/* [value, how many], the most first. */
	counts(facet) {
		const column = this.log[FACETS[facet].column], counts = new Map();

		for (const row of this.rows(facet))
			counts.set(column[row], (counts.get(column[row]) || 0) + 1);
		for (const value of this.chosen[facet])
			if (!counts.has(value))
				counts.set(value, 0);
		return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
	}

	/* ---- as an address ---- */

	write(params) {
		for (const [facet, set] of Object.entries(this.chosen))
			for (const value of set)
				params.append(facet, value === 0 && facet !== "cause" ? "" : this.label(facet, value));
		if (this.window) {
			params.set("from", String(this.window[0] / 1e9));
			params.set("to", String(this.window[1] / 1e9));
		}
	}

	/* What the log does not have is passed over. */
	read(params) {
		this.clear();
		for (const [facet, set] of Object.entries(this.chosen))
			for (const text of params.getAll(facet)) {
				const value = this.valueOf(facet, text);

				if (value >= 0)
					set.add(value);
			}
		const from = parseFloat(params.get("from")) * 1e9, to = parseFloat(params.get("to")) * 1e9;

		if (to > from)
			this.window = [from, to];
	}

	valueOf(facet, text) {
		if (facet === "cause")
			return this.log.causes.findIndex((cause) => cause.id === text);
		return text === "" ? 0 : this.log.names.indexOf(text);
	}
}

/* ---- refusals that are alike ---- */

/* As the text report joins them: of each refusal, the number of its group. */
const groupNumbers = (log) => {
	const numbers = new Int32Array(log.count), known = new Map();

	for (let i = 0; i < log.count; i++) {
		const place = log.container[i] ? -log.container[i] : log.cgroup[i];
		const key = [log.cause[i], log.errno[i], log.function[i], log.comm[i], place, log.creator[i]].join();

		if (!known.has(key))
			known.set(key, known.size);
		numbers[i] = known.get(key);
	}
	return numbers;
};

const groupsOf = (log, rows) => {
	const groups = [];

	log.groups ??= groupNumbers(log);
	for (const row of rows) {
		const group = groups[log.groups[row]] ??= { first: row, last: row, example: row, count: 0, hidden: 0, proven: 0 };

		group.count++;
		group.last = row;
		group.proven += log.confidence[row] === 2;
		group.hidden += log.incident[row] >= 0 &&
			log.incidents.outcome[log.incident[row]] === OUTCOME.succeeded;
		if (log.confidence[row] >= log.confidence[group.example])
			group.example = row;
	}
	return groups.filter(Boolean).sort((a, b) => b.count - a.count || a.first - b.first);
};
