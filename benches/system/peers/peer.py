"""A peer as the benches drive it: peer.py <procrastinate|pgqueuer> <command>, the commands being those of peer.mjs.

PGURL is the database, OUT the folder of the ledger, TUNED=1 the settings its documentation recommends for throughput.
"""

import asyncio
import os
import signal
import sys
import time

peer, command, *arguments = sys.argv[1:]
url, tuned = os.environ["PGURL"], os.environ.get("TUNED") == "1"
ledger = os.open(os.path.join(os.environ["OUT"], f"w{os.getpid()}.log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)


def line(*words):
    os.write(ledger, (" ".join(map(str, words)) + "\n").encode())


def batches(count):
    return [range(first, min(count, first + 1000)) for first in range(0, count, 1000)]


async def long(seconds):
    line("s", "start", time.time())
    await asyncio.sleep(seconds)
    line("s", "end", time.time())


def work_of(words):
    concurrency, tasks, schedule = int(words[0]), int(words[1]), words[2]
    return concurrency, [f"task-{n}" for n in range(tasks)], schedule


async def procrastinate():
    import procrastinate as library

    concurrency, crons, schedule = work_of(arguments) if command == "work" else (1, [], "")
    # It keeps four at the least.
    size = max(4, concurrency + 2) if tuned else 10
    app = library.App(connector=library.PsycopgConnector(conninfo=url, max_size=size))

    @app.task(name="noop")
    async def noop(n):
        line("n", n, time.time())

    @app.task(name="long")
    async def lasting(seconds):
        await long(seconds)

    def cron(name):
        @app.periodic(cron=schedule)
        @app.task(name=name, lock=name, queueing_lock=name)
        async def run(timestamp):
            line("c", name, timestamp, time.time())

    for name in crons:
        cron(name)
    # Its documentation leaves it to a task of the user to find what a dead worker left.
    @app.periodic(cron="*/10 * * * * *")
    @app.task(name="stalled", queueing_lock="stalled", pass_context=True)
    async def stalled(context, timestamp):
        for job in await app.job_manager.get_stalled_jobs():
            await app.job_manager.retry_job(job)

    async with app.open_async():
        match command:
            case "setup":
                await app.schema_manager.apply_schema_async()
            case "enqueue":
                for batch in batches(int(arguments[0])):
                    await noop.batch_defer_async(*[{"n": n} for n in batch])
            case "sleepjob":
                await lasting.defer_async(seconds=float(arguments[0]))
            case "work":
                await app.run_worker_async(concurrency=concurrency, shutdown_graceful_timeout=2)


async def pgqueuer():
    import asyncpg
    import pgqueuer as library
    from pgqueuer.db import AsyncpgDriver

    # A host before the folder of the socket would count.
    address = url.replace("@localhost/", "@/")

    if command != "work":
        connection = await asyncpg.connect(address)
        queries = library.Queries(AsyncpgDriver(connection))
        match command:
            case "setup":
                await queries.install()
            case "enqueue":
                for batch in batches(int(arguments[0])):
                    await queries.enqueue(["noop"] * len(batch), [str(n).encode() for n in batch], [0] * len(batch))
            case "sleepjob":
                await queries.enqueue("long", arguments[0].encode())
        await connection.close()
        return
    concurrency, crons, schedule = work_of(arguments)
    if tuned:
        worker = library.PgQueuer.from_asyncpg_pool(await asyncpg.create_pool(address, min_size=2, max_size=concurrency))
    else:
        worker = library.PgQueuer.from_asyncpg_connection(await asyncpg.connect(address))

    @worker.entrypoint("noop")
    async def noop(job):
        line("n", job.payload.decode(), time.time())

    @worker.entrypoint("long")
    async def lasting(job):
        await long(float(job.payload))

    def cron(name):
        @worker.schedule(name, schedule)
        async def run(_):
            # It does not tell which slot.
            line("c", name, 0, time.time())

    for name in crons:
        cron(name)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, worker.shutdown.set)
    await worker.run(batch_size=100 if tuned else 10, max_concurrent_tasks=400 if tuned else None)


asyncio.run({"procrastinate": procrastinate, "pgqueuer": pgqueuer}[peer]())
