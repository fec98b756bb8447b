// Times `@objectstack/service-package` on its real engine: a kernel with ObjectQL and the SQL
// driver on a SQLite file, durable as ours is (WAL, synchronous=FULL).
//
//     PEER_MODULES=…/node_modules node registry.mjs FILE PACKAGES     prints JSON, in microseconds

import { createRequire } from 'node:module';

const require = createRequire(`${process.env.PEER_MODULES}/`);
const [file, packages] = [process.argv[2], Number(process.argv[3])];
const answer = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true; // the kernel is talkative

const { ObjectKernel } = require('@objectstack/core');
const { ObjectQLPlugin } = require('@objectstack/objectql');
const { DriverPlugin } = require('@objectstack/runtime');
const { SqlDriver } = require('@objectstack/driver-sql');
const { PackageServicePlugin } = require('@objectstack/service-package');

const driver = new SqlDriver({
  client: 'better-sqlite3', connection: { filename: file }, useNullAsDefault: true,
});
const kernel = new ObjectKernel({ logger: { level: 'silent' } });
await kernel.use(new ObjectQLPlugin());
await kernel.use(new DriverPlugin(driver));
await kernel.use(new PackageServicePlugin());
await kernel.bootstrap();
const knex = driver.getKnex();
await knex.raw('PRAGMA synchronous = FULL');
const service = kernel.getService('package');

const manifest = (id, version) => ({ id, version, name: `Package ${id}`, namespace: 'bench', type: 'app' });
const metadata = {
  objects: [0, 1, 2].map((it) => ({
    name: `bench_object_${it}`, label: `Object ${it}`,
    fields: { name: { type: 'text', label: 'Name', required: true } },
  })),
};

await knex.transaction(async (tx) => {
  for (let it = 0; it < packages; it++) {
    const at = new Date(1.7e12 + it * 1000).toISOString().replace('T', ' ').slice(0, 19);
    const row = [`p${it}`, '1.0.0', JSON.stringify(manifest(`p${it}`, '1.0.0')), JSON.stringify(metadata)];
    await tx.raw('INSERT INTO sys_packages VALUES (?, ?, ?, ?, ?, ?, ?)', [...row, '0'.repeat(64), at, at]);
  }
});

let number = 0;
const publish = () => service.publish({ manifest: manifest('published', `1.0.${number++}`), metadata });
let at = 0;
const id = () => `p${(at = (at + 7919) % packages)}`;

async function time(count, work) {
  const started = process.hrtime.bigint();
  for (let it = 0; it < count; it++) await work();
  return Number(process.hrtime.bigint() - started) / 1000 / count;
}

const together = async () => {
  await Promise.all(Array.from({ length: 16 }, () => time(20, publish)));
};
const found = async (record) => { if (!(await record)) throw new Error('not found'); };

await time(500, () => found(service.get(id()))); // warm
const result = {
  publish: await time(100, publish),
  publish16: (await time(1, together)) / 320,
  latest: await time(20000, () => found(service.get(id()))),
  pinned: await time(20000, () => found(service.get(id(), '1.0.0'))),
  list: await time(10, async () => { if ((await service.list()).length < packages) throw new Error('short'); }),
};
answer(JSON.stringify(result), () => process.exit(0));
