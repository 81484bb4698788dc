// A peer as the benches drive it: node peer.mjs <graphile-worker|pg-boss> <command>, which is one of
//   setup | enqueue N | crons TASKS SCHEDULE | sleepjob SECONDS | work CONCURRENCY TASKS SCHEDULE
//
// PGURL is the database, OUT the folder of the ledger, TUNED=1 the settings its documentation recommends for throughput.
import { openSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const [peer, command, ...words] = process.argv.slice(2)
const { PGURL: url, OUT: out, TUNED } = process.env
const tuned = TUNED === '1'
const ledger = openSync(join(out, `w${process.pid}.log`), 'a')
const now = () => (performance.timeOrigin + performance.now()) / 1000
const line = (...words) => writeSync(ledger, words.join(' ') + '\n')
const batches = (count) => Array.from({ length: Math.ceil(count / 1000) }, (_, batch) =>
  Array.from({ length: Math.min(1000, count - batch * 1000) }, (_, n) => batch * 1000 + n))
const named = (tasks) => Array.from({ length: tasks }, (_, n) => `task-${n}`)
const long = async (seconds) => {
  line('s', 'start', now())
  await new Promise((ended) => setTimeout(ended, seconds * 1000))
  line('s', 'end', now())
}
const endWith = (stop) => process.on('SIGTERM', () => stop().catch(() => {}).finally(() => process.exit(0)))

const peers = {
  async 'graphile-worker'() {
    const { Logger, makeWorkerUtils, parseCronItems, run, runMigrations } = await import('graphile-worker')
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
      // A worker brings its own.
      crons() {},
      async sleepjob(seconds) {
        const utils = await makeWorkerUtils(options)
        await utils.addJob('long', { seconds })
        await utils.release()
      },
      async work(concurrency, tasks, schedule) {
        const crons = named(tasks).map((name) => ({ task: 'cron', match: schedule, identifier: name, payload: { name } }))
        const worker = { localQueue: { size: 100 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 }
        const runner = await run({
          ...options,
          concurrency,
          maxPoolSize: tuned ? concurrency + 2 : 10,
          noHandleSignals: true,
          preset: tuned ? { worker } : {},
          parsedCronItems: parseCronItems(crons),
          taskList: {
            noop: async ({ n }) => line('n', n, now()),
            cron: async ({ name, _cron }) => line('c', name, new Date(_cron.ts).getTime() / 1000, now()),
            long: async ({ seconds }) => long(seconds),
          },
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
        for (const queue of ['noop', 'cron', 'long']) await boss.createQueue(queue)
        await boss.stop({ graceful: false })
      },
      async enqueue(count) {
        const boss = await start(quiet)
        for (const batch of batches(count)) await boss.insert('noop', batch.map((n) => ({ data: { n } })))
        await boss.stop({ graceful: false })
      },
      async crons(tasks, schedule) {
        const boss = await start(quiet)
        for (const name of named(tasks)) await boss.schedule('cron', schedule, { name }, { key: name })
        await boss.stop({ graceful: false })
      },
      async sleepjob(seconds) {
        const boss = await start(quiet)
        await boss.send('long', { seconds })
        await boss.stop({ graceful: false })
      },
      async work(concurrency) {
        const boss = await start(tuned ? { cronMonitorIntervalSeconds: 1, cronWorkerIntervalSeconds: 1 } : {})
        // Without tuning, each of its pollers takes one job every two seconds.
        const options = tuned
          ? { localConcurrency: Math.min(concurrency, 4), batchSize: 100, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 }
          : { localConcurrency: concurrency }
        await boss.work('noop', options, async (jobs) => jobs.forEach((job) => line('n', job.data.n, now())))
        // It does not tell which slot.
        await boss.work('cron', options, async (jobs) => jobs.forEach((job) => line('c', job.data.name, 0, now())))
        await boss.work('long', {}, async ([job]) => long(job.data.seconds))
        endWith(() => boss.stop({ graceful: false }))
        await new Promise(() => {})
      },
    }
  },
}

const commands = await peers[peer]()
const number = (word) => Number.isNaN(Number(word)) ? word : Number(word)
await commands[command](...words.map(number))
if (command !== 'work') process.exit(0)
