"""What goes on in other threads and processes: nobody knows when, and nothing of it is recorded."""

from pikku.inspector.rules.table import Table, names

THREADS = Table(
    code="PKU813",
    reason="{name} executes again at every replay what no step records, at a time of its own",
    step="Compute",
    calls=names(
        """
        asyncio: to_thread run_coroutine_threadsafe
        asyncio.AbstractEventLoop: run_in_executor
        anyio.to_thread: run_sync
        anyio.to_process: run_sync
        asgiref.sync: sync_to_async
        threading: Thread Timer
        _thread: start_new_thread
        multiprocessing: Process Pool
        multiprocessing.pool: Pool ThreadPool
        concurrent.futures: ThreadPoolExecutor ProcessPoolExecutor InterpreterPoolExecutor
        concurrent.futures.thread: ThreadPoolExecutor
        concurrent.futures.process: ProcessPoolExecutor
        joblib: Parallel
        """
    ),
)
