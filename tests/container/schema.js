// SPDX-License-Identifier: GPL-2.0-or-later
// schema FILE: of the JSON array of Kubernetes objects in FILE, what their schemas do not permit. An unknown key is
// permitted by the schemas; the compiler of TypeScript finds it, because it knows all keys of a type.
"use strict";
const fs = require("fs");
const path = require("path");
const ts = require("typescript");

const folder = process.argv[3];
const objects = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const lines = [];

objects.forEach((object, i) => {
	const name = `${object.kind} ${object.metadata && object.metadata.name}`;
	const module = `kubernetes-models/${object.apiVersion}/${object.kind}`;
	let model;
	try {
		model = require(module)[object.kind];
	} catch (e) {
		console.log(`${name}: ${object.apiVersion} has no such kind`);
		return;
	}
	try {
		new model(object).validate();
	} catch (e) {
		console.log(`${name}: ${e.message}`);
	}
	lines.push(`import type { I${object.kind} as Kind${i} } from "${module}";`);
	lines.push(`export const object${i}: Kind${i} = ${JSON.stringify(object, null, 1)};`);
});

// Beside the packages, so that the compiler finds them.
const file = path.join(folder, `objects-${process.pid}.ts`);
fs.writeFileSync(file, lines.join("\n"));
try {
	const program = ts.createProgram([file], { noEmit: true, strict: true, skipLibCheck: true, types: [] });
	for (const problem of ts.getPreEmitDiagnostics(program))
		console.log(ts.flattenDiagnosticMessageText(problem.messageText, "\n"));
} finally {
	fs.unlinkSync(file);
}
