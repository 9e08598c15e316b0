// SPDX-License-Identifier: GPL-2.0-or-later
// dockerfile FILE: what dockerfile-utils has against it.
"use strict";
const fs = require("fs");
const { validate } = require("dockerfile-utils");

for (const problem of validate(fs.readFileSync(process.argv[2], "utf8")))
	console.log(`line ${problem.range.start.line + 1}: ${problem.message}`);
