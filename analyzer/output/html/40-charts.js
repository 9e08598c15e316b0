/* ---- charts ---- */

/* 1, 2 or 5 times a power of ten, at most `most` of them in `span`. */
const niceStep = (span, most) => {
	const rough = span / most, power = 10 ** Math.floor(Math.log10(rough));
	const step = [1, 2, 5, 10].find((k) => k * power >= rough);

	return step * power;
};

const CLOCK_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200,
	86400, 172800, 604800, 2592000, 31536000].map((s) => s * 1e9);

const timeStep = (span, most) => span / most < 1e9 ? niceStep(span, most) :
	CLOCK_STEPS.find((step) => span / step <= most) || niceStep(span, most);

/* What a tick says: so many digits that two of them differ. */
const tickText = (log, x, step) => {
	const at = log.moment(x);

	if (!log.axis.isWall)
		return `${(Number(at) / 1e9).toFixed(step < 1e9 ? Math.min(9, Math.ceil(-Math.log10(step / 1e9))) : 0)} s`;
	const parts = utcParts(at);

	if (!parts)
		return "";
	if (step >= 864e11)
		return parts.date;
	if (step >= 60e9)
		return parts.time.slice(0, 5);
	return step >= 1e9 ? parts.time :
		`${parts.time}.${parts.fraction.slice(0, Math.min(9, Math.ceil(-Math.log10(step / 1e9))))}`;
};

const ticksOf = (log, [from, to], most) => {
	const step = timeStep(to - from, most), ticks = [];
	/* Whole steps of the clock, not of the log. */
	const offset = Number(log.axis.zero % BigInt(Math.max(1, Math.round(step))));

	for (let x = Math.ceil((from + offset) / step) * step - offset; x <= to && ticks.length < 50; x += step)
		ticks.push({ x, text: tickText(log, x, step) });
	return ticks;
};

const rangeOf = (log) => {
	let from = Infinity, to = -Infinity;

	for (const x of log.x) {
		from = x < from ? x : from;
		to = x > to ? x : to;
	}
	if (from > to)
		return null;
	const margin = Math.max((to - from) * 0.02, 1e6);

	return [from - margin, to + margin];
};

const COLOURS = 6;

/* Counts by place and colour. */
const binsOf = (log, rows, [from, to], size) => {
	const bins = Array.from({ length: size }, () => new Array(COLOURS).fill(0));
	const sums = new Array(size).fill(0);

	for (const row of rows) {
		const x = log.x[row];

		if (!(x >= from && x <= to))
			continue;
		const bin = Math.min(size - 1, Math.floor((x - from) / (to - from) * size));

		bins[bin][log.colours.get(log.cause[row])]++;
		sums[bin]++;
	}
	return { bins, most: Math.max(1, ...sums), sums };
};

/* Refusals over time. onWindow([from, to] or null): another part of it is asked for. */
class TimeChart {
	constructor(log, onWindow) {
		this.log = log;
		this.onWindow = onWindow;
		this.whole = rangeOf(log);
		this.note = el("p", { class: "note", id: "time-note" });
		this.svg = svg("svg", { class: "chart", role: "img", height: 150, "aria-labelledby": "time-note" });
		this.buttons = [
			this.button("Closer", "Zoom in", () => this.zoom(0.5)),
			this.button("Wider", "Zoom out", () => this.zoom(2)),
			this.button("All", "The whole time", () => this.onWindow(null)),
		];
		this.box = el("div", {
			class: "time", tabindex: 0, role: "group",
			"aria-label": "Refusals over time. Plus and minus zoom, arrow keys move, 0 shows all.",
			onkeydown: (event) => this.key(event),
			onpointerdown: (event) => this.grab(event),
		}, this.svg);
		this.element = el("div", {}, this.box, el("div", { class: "under" }, this.note,
			el("div", { class: "buttons" }, this.buttons)));
	}

	button(text, title, onclick) {
		return el("button", { type: "button", class: "small", title, onclick }, text);
	}

	get shown() {
		return this.filter.window || this.whole;
	}

	set(window) {
		const [from, to] = window;

		/* Nothing is closer than a microsecond. */
		if (to - from < 1e3)
			return;
		this.onWindow(from <= this.whole[0] && to >= this.whole[1] ? null :
			[Math.max(from, this.whole[0]), Math.min(to, this.whole[1])]);
	}

	zoom(factor) {
		const [from, to] = this.shown, middle = (from + to) / 2, half = (to - from) / 2 * factor;

		this.set([middle - half, middle + half]);
	}

	move(share) {
		const [from, to] = this.shown, by = (to - from) * share;
		const allowed = Math.max(this.whole[0] - from, Math.min(this.whole[1] - to, by));

		this.set([from + allowed, to + allowed]);
	}

	key(event) {
		const actions = {
			"+": () => this.zoom(0.5), "=": () => this.zoom(0.5), "-": () => this.zoom(2),
			ArrowLeft: () => this.move(-0.25), ArrowRight: () => this.move(0.25),
			0: () => this.onWindow(null), Escape: () => this.onWindow(null),
		};

		if (!actions[event.key] || event.ctrlKey || event.metaKey || event.altKey)
			return;
		event.preventDefault();
		actions[event.key]();
	}

	/* ---- dragging ---- */

	grab(event) {
		if (event.button || !this.whole)
			return;
		const box = this.svg.getBoundingClientRect();
		const at = (e) => Math.max(0, Math.min(box.width, e.clientX - box.left));
		const start = at(event), mark = svg("rect", { class: "brush", y: 0, height: 126 });
		const move = (e) => {
			mark.setAttribute("x", Math.min(start, at(e)));
			mark.setAttribute("width", Math.abs(at(e) - start));
		};
		const end = (e) => {
			this.box.removeEventListener("pointermove", move);
			this.box.removeEventListener("pointerup", end);
			this.box.removeEventListener("pointercancel", end);
			mark.remove();
			if (e.type === "pointerup" && Math.abs(at(e) - start) > 4)
				this.set([this.xAt(Math.min(start, at(e))), this.xAt(Math.max(start, at(e)))]);
		};

		this.svg.append(mark);
		this.box.setPointerCapture(event.pointerId);
		this.box.addEventListener("pointermove", move);
		this.box.addEventListener("pointerup", end);
		this.box.addEventListener("pointercancel", end);
	}

	xAt(pixel) {
		const [from, to] = this.shown;

		return from + pixel / this.width * (to - from);
	}

	/* ---- drawing ---- */

	draw(filter) {
		this.filter = filter;
		this.svg.replaceChildren();
		if (!this.whole) {
			this.note.textContent = "The log does not say when anything was refused.";
			return;
		}
		this.width = Math.max(200, this.box.clientWidth);
		this.svg.setAttribute("viewBox", `0 0 ${this.width} 150`);
		this.svg.setAttribute("width", this.width);
		const size = Math.max(20, Math.floor(this.width / 5));
		const counted = binsOf(this.log, filter.rows("time"), this.shown, size);

		this.drawScale(counted.most);
		this.drawBars(counted, size);
		this.drawTicks();
		this.say(counted, size);
		this.buttons[2].disabled = this.buttons[1].disabled = !filter.window;
	}

	drawScale(most) {
		this.svg.append(svg("line", { class: "grid", x1: 0, x2: this.width, y1: 16.5, y2: 16.5 }),
			svg("text", { class: "tick", x: 0, y: 11 }, count(most)),
			svg("line", { class: "axis", x1: 0, x2: this.width, y1: 126.5, y2: 126.5 }));
	}

	drawBars({ bins, most }, size) {
		const step = this.width / size, wide = Math.max(1.5, step - 1);

		bins.forEach((bin, i) => {
			let y = 126;

			bin.forEach((n, colour) => {
				if (!n)
					return;
				const height = Math.max(1.5, n / most * 110);

				y -= height;
				this.svg.append(svg("rect", { class: `c${colour}`, x: i * step, y, width: wide, height }));
			});
		});
	}

	drawTicks() {
		const [from, to] = this.shown;

		for (const tick of ticksOf(this.log, this.shown, Math.max(2, Math.floor(this.width / 130)))) {
			const x = (tick.x - from) / (to - from) * this.width;

			if (x < 24 || x > this.width - 36)
				continue;
			this.svg.append(svg("line", { class: "axis", x1: x, x2: x, y1: 126, y2: 131 }),
				svg("text", { class: "tick", x, y: 145, "text-anchor": "middle" }, tick.text));
		}
	}

	say({ sums, most }, size) {
		const [from, to] = this.shown, shown = sums.reduce((a, b) => a + b, 0);
		const clock = (x) => this.log.axis.isWall ? utc(this.log.moment(x)) : monotonic(this.log.moment(x));

		this.note.textContent = `${plural(shown, "refusal", "refusals")} in ${duration(to - from)}, from ` +
			`${clock(from)} to ${clock(to)}; at most ${count(most)} in ${duration((to - from) / size)}. ` +
			"Drag over the chart to look closer.";
	}
}

/* ---- bars that are buttons ---- */

const SHOWN_FIRST = 6, SHOWN_ALL = 200;

class FacetChart {
	constructor(log, facet, onChange) {
		this.log = log;
		this.facet = facet;
		this.onChange = onChange;
		this.isOpen = false;
		this.list = el("ul", { class: "bars" });
		this.more = el("button", { type: "button", class: "small", onclick: () => this.toggle() });
		this.element = el("section", { class: "card", "aria-label": `Refusals by ${FACETS[facet].title}` },
			el("h3", {}, FACETS[facet].title), this.list, this.more);
	}

	toggle() {
		this.isOpen = !this.isOpen;
		this.draw(this.filter);
	}

	draw(filter) {
		const counts = filter.counts(this.facet), most = Math.max(1, ...counts.slice(0, 1).map(([, n]) => n));
		const shown = counts.slice(0, this.isOpen ? SHOWN_ALL : SHOWN_FIRST);

		this.filter = filter;
		/* With one value there is nothing to choose, but it is told. */
		this.list.replaceChildren(...shown.map(([value, n]) => this.row(value, n, most)));
		this.more.hidden = counts.length <= SHOWN_FIRST;
		this.more.textContent = this.isOpen ? "Fewer" :
			`${count(Math.min(counts.length, SHOWN_ALL) - SHOWN_FIRST)} more`;
		this.more.setAttribute("aria-expanded", String(this.isOpen));
	}

	row(value, n, most) {
		const chosen = this.filter.chosen[this.facet], label = this.filter.label(this.facet, value);
		const colour = this.facet === "cause" ? `c${this.log.colours.get(value)}` : "plain";
		const bar = el("span", { class: `bar ${colour}` });

		bar.style.width = `${n / most * 100}%`;
		return el("li", {}, el("button", {
			type: "button", class: "bar-button", "aria-pressed": String(chosen.has(value)),
			title: this.facet === "cause" ? this.log.causes[value].title : clean(label),
			onclick: () => {
				if (!chosen.delete(value))
					chosen.add(value);
				this.onChange(this.facet, value);
			},
		}, el("span", { class: "bar-label" }, name(label)), el("span", { class: "bar-count" }, count(n)),
		el("span", { class: "bar-track" }, bar)));
	}
}

/* ---- tries, and what they cost ---- */

const COSTS = [[1e6, "< 1"], [1e7, "1–10"], [5e7, "10–50"], [1e8, "50–100"], [2e8, "100–200"], [1e9, "0.2–1 s"], [Infinity, "> 1 s"]];

class RetryChart {
	constructor(log) {
		this.log = log;
		this.tries = el("div", { class: "columns" });
		this.costs = el("div", { class: "columns" });
		this.note = el("p", { class: "note" });
		this.element = el("section", { class: "card wide", "aria-label": "Tries and what they cost" },
			el("h3", {}, "Tries of an attach, and the time that retries took"),
			el("div", { class: "pair" },
				el("figure", {}, this.tries, el("figcaption", {}, "tries until it succeeded or was given up")),
				el("figure", {}, this.costs, el("figcaption", {}, "ms from the first try to the last, if tried again"))),
			el("ul", { class: "legend" },
				["succeeded in the end", "failed in the end", "outcome not in the log"].map((text, i) =>
					el("li", {}, el("span", { class: `swatch o${[1, 2, 0][i]}`, "aria-hidden": "true" }), text))),
			this.note);
	}

	draw(rows) {
		const { incidents } = this.log, seen = new Set();
		const tries = new Map(), costs = COSTS.map(() => [0, 0, 0]);
		let total = 0;

		for (const row of rows)
			if (this.log.incident[row] >= 0)
				seen.add(this.log.incident[row]);
		for (const i of seen) {
			const n = Math.min(incidents.tries[i], 10), outcome = incidents.outcome[i];

			if (!tries.has(n))
				tries.set(n, [0, 0, 0]);
			tries.get(n)[outcome]++;
			if (incidents.tries[i] < 2 || incidents.cost[i] < 0)
				continue;
			costs[COSTS.findIndex(([below]) => incidents.cost[i] < below)][outcome]++;
			total += incidents.cost[i];
		}
		const most = Math.max(0, ...tries.keys());

		this.columns(this.tries, Array.from({ length: most }, (_, k) =>
			[k + 1 === 10 ? "10+" : String(k + 1), tries.get(k + 1) || [0, 0, 0]]));
		this.columns(this.costs, COSTS.map(([, label], k) => [label, costs[k]]));
		this.note.textContent = seen.size ? `${plural(seen.size, "attach", "attaches")}; those that were ` +
			`tried again took ${duration(total)} in all.` : "The log does not join these refusals to attaches.";
	}

	columns(to, columns) {
		const most = Math.max(1, ...columns.map(([, counts]) => counts.reduce((a, b) => a + b, 0)));

		to.replaceChildren(...columns.map(([label, counts]) => {
			const sum = counts.reduce((a, b) => a + b, 0);
			const words = `${label}: ${count(sum)} (${count(counts[1])} succeeded, ${count(counts[2])} failed)`;

			return el("div", { class: "column", role: "img", "aria-label": words, title: words },
				el("span", { class: "column-count" }, sum ? count(sum) : ""),
				el("span", { class: "stack" }, [0, 2, 1].map((outcome) => {
					const part = el("span", { class: `o${outcome}` });

					part.style.height = `${counts[outcome] / most * 100}%`;
					return part;
				})),
				el("span", { class: "column-label" }, label));
		}));
	}
}
