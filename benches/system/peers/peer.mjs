// A peer as the benches drive it: node peer.mjs <graphile-worker|pg-boss> <setup|enqueue N|work CONCURRENCY>
//
// PGURL is the database, OUT the folder of the ledger, TUNED=1 the settings its documentation recommends for throughput.
import { openSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const [peer, command, argument] = process.argv.slice(2)
const { PGURL: url, OUT: out, TUNED } = process.env
const tuned = TUNED === '1'
const ledger = openSync(join(out, `w${process.pid}.log`), 'a')
const now = () => (performance.timeOrigin + performance.now()) / 1000
const line = (...words) => writeSync(ledger, words.join(' ') + '\n')
const batches = (count) => Array.from({ length: Math.ceil(count / 1000) }, (_, batch) =>
  Array.from({ length: Math.min(1000, count - batch * 1000) }, (_, n) => batch * 1000 + n))
const endWith = (stop) => process.on('SIGTERM', () => stop().catch(() => {}).finally(() => process.exit(0)))

const peers = {
  async 'graphile-worker'() {
    const { Logger, makeWorkerUtils, run, runMigrations } = await import('graphile-worker')
    const logger = new Logger(() => (level, message) => { if (level === 'error') console.error(message) })
    const options = { connectionString: url, logger }
    return {
      setup: () => runMigrations(options),
      async enqueue(count) {
        const utils = await makeWorkerUtils(options)
        for (const batch of batches(count)) {
          await utils.addJobs(batch.map((n) => ({ identifier: 'noop', payload: { n } })))
        }
        await utils.release()
      },
      async work(concurrency) {
        const worker = { localQueue: { size: 100 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 }
        const runner = await run({
          ...options,
          concurrency,
          maxPoolSize: tuned ? concurrency + 2 : 10,
          noHandleSignals: true,
          preset: tuned ? { worker } : {},
          taskList: { noop: async ({ n }) => line('n', n, now()) },
        })
        endWith(() => runner.stop())
        await runner.promise
      },
    }
  },
  async 'pg-boss'() {
    const { PgBoss } = await import('pg-boss')
    const start = async (options = {}) => {
      const boss = new PgBoss({ connectionString: url, max: tuned ? 24 : 10, ...options })
      boss.on('error', (error) => console.error(String(error)))
      await boss.start()
      return boss
    }
    const quiet = { schedule: false, supervise: false }
    return {
      async setup() {
        const boss = await start(quiet)
        await boss.createQueue('noop')
        await boss.stop({ graceful: false })
      },
      async enqueue(count) {
        const boss = await start(quiet)
        for (const batch of batches(count)) await boss.insert('noop', batch.map((n) => ({ data: { n } })))
        await boss.stop({ graceful: false })
      },
      async work(concurrency) {
        const boss = await start()
        // Without tuning, each of its pollers takes one job every two seconds.
        const options = tuned
          ? { localConcurrency: Math.min(concurrency, 4), batchSize: 100, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 }
          : { localConcurrency: concurrency }
        await boss.work('noop', options, async (jobs) => jobs.forEach((job) => line('n', job.data.n, now())))
        endWith(() => boss.stop({ graceful: false }))
        await new Promise(() => {})
      },
    }
  },
}

const commands = await peers[peer]()
await commands[command](Number(argument))
if (command !== 'work') process.exit(0)
