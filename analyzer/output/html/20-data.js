/* ---- what the log has ---- */

const bytesOf = (base64) => {
	if (Uint8Array.fromBase64)
		return Uint8Array.fromBase64(base64);
	const binary = atob(base64), bytes = new Uint8Array(binary.length);

	for (let i = 0; i < binary.length; i++)
		bytes[i] = binary.charCodeAt(i);
	return bytes;
};

const unpack = async (base64) => {
	const bytes = bytesOf(base64);
	const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));

	return new Response(stream).json();
};

/* Objects that differ in numbers alone; docs/html.md has the format. */
const MARK = "\x7f", TIME_MIN = 1e9, TAIL = 9;

const fillIn = (pieces, next, ids) => {
	const text = [], numbers = [];
	let time = 0;

	pieces.forEach((piece, i) => {
		if (i % 2 === 0) {
			text.push(piece);
			return;
		}
		const isStored = piece === "" || piece === "t" || piece === "i" || piece === "p";
		const value = !isStored ? numbers[Number(piece)] : next() + (piece === "t" ? time : 0);

		if (piece === "" && value >= TIME_MIN && !time)
			time = value;
		numbers.push(value);
		text.push(piece === "i" ? ids[value] : piece === "p" ? pad(value, TAIL) : value);
	});
	return JSON.parse(text.join(""));
};

const readPart = (part) => {
	const shapes = part.shapes.map((shape) => ({
		pieces: shape.text.split(MARK), columns: shape.columns, row: 0,
		last: new Array(shape.columns.length).fill(0),
	}));

	return part.rows.map((n) => {
		const shape = shapes[n], row = shape.row++;
		let column = 0;

		return fillIn(shape.pieces, () => {
			shape.last[column] += shape.columns[column][row];
			return shape.last[column++];
		}, part.ids);
	});
};

const sums = (differences) => {
	const values = new Float64Array(differences.length);
	let last = 0;

	differences.forEach((difference, i) => {
		last += difference === null ? 0 : difference;
		values[i] = difference === null ? NaN : last;
	});
	return values;
};

/* Of each log: where it begins on the page's axis. That is the wall clock if all logs know it. */
const layLogs = (logs) => {
	const isWall = logs.every((log) => log.wall0 !== null);
	const starts = logs.map((log) => BigInt((isWall ? log.wall0 : log.mono0) || 0));
	const zero = starts.reduce((a, b) => (b < a ? b : a), starts[0] || 0n);

	return { isWall, zero, starts: starts.map((start) => Number(start - zero)) };
};

const placesOf = (numbers) => {
	const places = new Map();

	numbers.forEach((number, i) => places.set(number, i));
	return places;
};

class Log {
	constructor(summary, index) {
		Object.assign(this, summary);
		this.names = index.names;
		this.causes = index.causes;
		this.files = index.logs;
		this.parts = index.parts;
		this.read = new Map();
		this.takeColumns(index);
		this.takeIncidents(index.incidents);
		this.axis = layLogs(index.logs);
		this.x = Float64Array.from(this.t, (t, i) => t + this.axis.starts[this.log[i]]);
		this.ids = sums(index.id);
		this.count = this.ids.length;
		this.colours = this.colourCauses();
	}

	takeColumns(index) {
		for (const key of ["log", "cause", "confidence", "errno", "function", "comm", "container",
			"cgroup", "creator", "incident", "try"])
			this[key] = Int32Array.from(index[key]);
		this.t = sums(index.t);
	}

	takeIncidents(incidents) {
		const places = placesOf(incidents.number);

		this.incidents = incidents;
		this.incident = this.incident.map((number) => places.has(number) ? places.get(number) : -1);
	}

	/* The five that are met most often have a colour of their own; the same in every chart. */
	colourCauses() {
		const counts = new Map();

		this.cause.forEach((cause) => counts.set(cause, (counts.get(cause) || 0) + 1));
		const order = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([cause]) => cause);

		return new Map(order.map((cause, i) => [cause, Math.min(i, 5)]));
	}

	nameOf(n) {
		return n === 1 ? "(more names than are kept)" : this.names[n];
	}

	wall(row) {
		const { wall0 } = this.files[this.log[row]];

		return wall0 === null || Number.isNaN(this.t[row]) ? null : BigInt(wall0) + BigInt(this.t[row]);
	}

	mono(row) {
		if (Number.isNaN(this.t[row]))
			return null;
		return BigInt(this.files[this.log[row]].mono0 || 0) + BigInt(this.t[row]);
	}

	/* A moment of the axis. */
	moment(x) {
		return this.axis.zero + BigInt(Math.round(x));
	}

	partOf(row) {
		let low = 0, high = this.parts.length - 1;

		while (low < high) {
			const middle = (low + high + 1) >> 1;

			if (this.parts[middle] <= row)
				low = middle;
			else
				high = middle - 1;
		}
		return low;
	}

	/* The refusal in full. A few parts stay unpacked. */
	async refusal(row) {
		const n = this.partOf(row);

		if (!this.read.has(n)) {
			await whenParsed;
			const element = document.getElementsByClassName("part")[n];

			this.read.set(n, unpack(element.textContent).then(readPart));
			if (this.read.size > 8)
				this.read.delete(this.read.keys().next().value);
		}
		return (await this.read.get(n))[row - this.parts[n]];
	}

	/* The rows of its other tries, in order. */
	triesOf(row) {
		const incident = this.incident[row], rows = [];

		if (incident < 0)
			return [row];
		const total = this.incidents.refused[incident];

		for (let i = row; i >= 0 && rows.length < total; i--)
			if (this.incident[i] === incident)
				rows.unshift(i);
		for (let i = row + 1; i < this.count && rows.length < total; i++)
			if (this.incident[i] === incident)
				rows.push(i);
		return rows;
	}
}

/* The parts stand behind the script. */
const whenParsed = new Promise((resolve) => {
	if (document.readyState === "loading")
		document.addEventListener("DOMContentLoaded", resolve, { once: true });
	else
		resolve();
});

const OUTCOME = { unknown: 0, succeeded: 1, gaveUp: 2 };
const FLAG = { fallback: 1, inVain: 2, hidden: 4, error: 8 };

/* What became of a refusal, in a few words. */
const outcomeOf = (log, row) => {
	const i = log.incident[row];

	if (i < 0)
		return { short: "", long: "What became of it is not in the log.", kind: "unknown" };
	const { tries, outcome, cost, flags } = log.incidents;
	const took = cost[i] < 0 ? "" : ` after ${duration(cost[i])}`;
	const place = tries[i] > 1 ? `Try ${log.try[row]} of ${tries[i]}: ` : "";
	const fallback = flags[i] & FLAG.fallback ? " The last of them were for another cgroup." : "";

	if (outcome[i] === OUTCOME.succeeded)
		return { short: "succeeded", kind: "good",
			long: `${place}the last one succeeded${took}${flags[i] & FLAG.hidden ?
				", and the others were not reported" : ""}.${fallback}` };
	if (outcome[i] === OUTCOME.unknown)
		return { short: "", kind: "unknown",
			long: `${place || "It was refused; "}what came of it in the end is not in the log.${fallback}` };
	if (tries[i] === 1)
		return { short: "failed", kind: "bad", long: "It was not tried again: the attach failed." };
	return { short: "gave up", kind: "bad",
		long: `${place}the writer gave up${took}${flags[i] & FLAG.inVain ?
			": in vain, since the cause is permanent" : ""}.${fallback}` };
};

const placeName = (log, row) => log.nameOf(log.container[row]) || log.nameOf(log.cgroup[row]) || null;
