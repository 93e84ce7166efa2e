// BullMQ for Node, in a process of its own: `add` adds a job, `work` executes one and says what it was.
const { Queue, Worker } = require("bullmq");

const [verb, url, prefix, name, data] = process.argv.slice(2);
const address = new URL(url);
const connection = { maxRetriesPerRequest: null };
if (address.protocol === "unix:") {
  connection.path = address.pathname;
  connection.db = Number(address.searchParams.get("db") ?? 0);
} else {
  connection.url = url;
}

async function add() {
  const queue = new Queue(name, { connection, prefix });
  await queue.add("job", JSON.parse(data), { attempts: 3, backoff: { type: "exponential", delay: 10 } });
  await queue.close();
}

async function work() {
  const worker = new Worker(name, async (job) => job.data, { connection, prefix });
  worker.on("completed", async (job) => {
    console.log(JSON.stringify({ id: job.id, data: job.data, options: job.opts }));
    await worker.close();
  });
}

({ add, work })[verb]();
