// What Vercel's builder made of this repository: one function and nothing of the sources. Prints where its program lies.
//
//     node check.mjs PROJECT

import { deepStrictEqual, ok } from 'node:assert/strict'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

// The platform loads it at each cold start, so it is not to grow unseen; docs/performance.md says what it is made of.
const MOST_BYTES = 9_000_000

const project = process.argv[2]
const output = join(project, '.vercel/output')
const read = (...path) => JSON.parse(readFileSync(join(...path), 'utf8'))
const files = (folder) => readdirSync(folder, { recursive: true }).filter((name) => statSync(join(folder, name)).isFile())

const asked = read(project, 'vercel.json')
const config = read(output, 'config.json')

const functions = readdirSync(join(output, 'functions'), { recursive: true }).filter((name) => name.endsWith('.func'))
deepStrictEqual(functions, ['api/pulse.func'], 'one function, and that is the pulse')

deepStrictEqual(
  files(join(output, 'static')).sort(),
  files(join(project, asked.outputDirectory)).sort(),
  'nothing is published but what lies in public/',
)

deepStrictEqual(config.crons, asked.crons, 'the crons are those of vercel.json')

const rewrites = (config.routes ?? []).filter((route) => route.dest?.startsWith('/api/pulse'))
ok(
  rewrites.some((route) => new RegExp(route.src).test('/api/tasks/cron') && !(route.status >= 300)),
  `every path leads to the function: ${JSON.stringify(config.routes)}`,
)
// A file in public/ is looked for first; then everything else is the function's.
const redirects = (config.routes ?? []).filter((route) => route.status >= 300 && route.status < 400)
ok(
  redirects.every((route) => !new RegExp(route.src).test('/api/pulse')),
  `crons do not follow redirects: ${JSON.stringify(redirects)}`,
)

const { filePathMap, ...made } = read(output, 'functions/api/pulse.func/.vc-config.json')
deepStrictEqual(made.maxDuration, asked.functions['api/pulse.rs'].maxDuration, 'it may take as long as vercel.json says')
deepStrictEqual([made.runtime, made.runtimeLanguage], ['executable', 'rust'])
ok(made.supportsResponseStreaming, 'live events are streamed')

const program = resolve(project, filePathMap[made.handler])
const { size } = statSync(program)
ok(size < MOST_BYTES, `the function has ${size} bytes; ${MOST_BYTES} are allowed`)
console.log(program)
