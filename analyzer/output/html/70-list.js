/* ---- the list of refusals: only what is in sight is in the page ---- */

const ROW = 56, HEIGHT_MAX = 12e6; /* browsers give up somewhere above */

class List {
	constructor(log, onSelect) {
		this.log = log;
		this.onSelect = onSelect;
		this.rows = new Int32Array(0);
		this.room = el("div", { class: "room", role: "presentation" });
		this.element = el("div", {
			class: "list", tabindex: 0, role: "listbox", "aria-label": "Refusals", id: "list",
			onscroll: () => this.draw(), onkeydown: (event) => this.key(event),
		}, this.room);
	}

	set(rows) {
		this.rows = rows;
		this.height = Math.min(rows.length * ROW, HEIGHT_MAX);
		this.room.style.height = `${this.height}px`;
		this.element.style.setProperty("--rows", Math.min(rows.length, 100));
		this.draw();
	}

	/* Beyond HEIGHT_MAX a pixel of the bar is more than a pixel of the list. */
	get top() {
		const seen = this.element.clientHeight, all = this.rows.length * ROW;

		return this.height <= seen ? 0 : this.element.scrollTop / (this.height - seen) * (all - seen);
	}

	select(row, isKept) {
		this.selected = row;
		const place = this.rows.indexOf(row);

		if (place >= 0 && !isKept)
			this.scrollTo(place);
		this.draw();
	}

	scrollTo(place) {
		const seen = this.element.clientHeight, all = this.rows.length * ROW, top = this.top;
		let wanted = top;

		if (place * ROW < top)
			wanted = place * ROW;
		else if ((place + 1) * ROW > top + seen)
			wanted = (place + 1) * ROW - seen;
		if (wanted !== top && all > seen)
			this.element.scrollTop = wanted / (all - seen) * (this.height - seen);
	}

	/* The refusal that is so many further. */
	step(by) {
		if (!this.rows.length)
			return;
		const place = this.rows.indexOf(this.selected);

		this.onSelect(this.rows[Math.max(0, Math.min(this.rows.length - 1, place < 0 ? 0 : place + by))]);
	}

	key(event) {
		const page = Math.max(1, Math.floor(this.element.clientHeight / ROW) - 1);
		const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };

		if (!(event.key in steps) || event.ctrlKey || event.metaKey || event.altKey)
			return;
		event.preventDefault();
		this.step(steps[event.key]);
	}

	draw() {
		const seen = this.element.clientHeight, top = this.top, first = Math.max(0, Math.floor(top / ROW) - 4);
		const last = Math.min(this.rows.length, Math.ceil((top + seen) / ROW) + 4);
		const shift = this.element.scrollTop - top, items = [];

		for (let place = first; place < last; place++)
			items.push(this.item(this.rows[place], place, place * ROW + shift));
		this.room.replaceChildren(...items);
		if (this.room.querySelector("[aria-selected=true]"))
			this.element.setAttribute("aria-activedescendant", "selected-item");
		else
			this.element.removeAttribute("aria-activedescendant");
	}

	clock(row) {
		const wall = this.log.wall(row), mono = this.log.mono(row), at = wall === null ? null : utcParts(wall);

		return at ? `${at.time}.${at.fraction.slice(0, 3)}` : mono === null ? "" : `${(Number(mono) / 1e9).toFixed(3)} s`;
	}

	item(row, place, top) {
		const { log } = this, isSelected = row === this.selected, outcome = outcomeOf(log, row);
		const i = log.incident[row], tries = i >= 0 && log.incidents.tries[i] > 1 ? `${log.try[row]}/${log.incidents.tries[i]} ` : "";
		const item = el("div", {
			class: "item", role: "option", "aria-selected": String(isSelected), id: isSelected ? "selected-item" : null,
			"aria-posinset": place + 1, "aria-setsize": this.rows.length, onclick: () => this.onSelect(row, true),
		}, el("span", { class: `swatch c${log.colours.get(log.cause[row])}`, "aria-hidden": "true" }),
		el("span", { class: "first" }, el("span", { class: "item-cause" }, log.causes[log.cause[row]].id),
			el("span", { class: "item-errno" }, log.nameOf(log.errno[row]) || ""),
			el("span", { class: "item-id" }, `#${log.ids[row]}`)),
		el("span", { class: "second" }, el("span", { class: "item-time" }, this.clock(row)),
			el("span", { class: "item-place" }, name(log.nameOf(log.comm[row]) || "?"), " → ", name(placeName(log, row) || "?")),
			el("span", { class: `item-outcome ${outcome.kind}` }, `${tries}${outcome.short}`)));

		item.style.transform = `translateY(${top}px)`;
		return item;
	}
}
