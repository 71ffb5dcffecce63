/** The least that a command about a log can cost: Node, LevelDB, and every entry fetched and parsed once. */
import { Level } from 'level';
import { logPaths } from '../../src/store/level/logDirectory.ts';

const level = new Level(logPaths(process.argv[2] ?? '').database);
const texts = level.sublevel('entries').values({ gte: '', ...{ highWaterMarkBytes: 1024 * 1024 } });
let entries = 0;
for (let some = await texts.nextv(1_024); some.length > 0; some = await texts.nextv(1_024)) {
  for (const text of some) JSON.parse(text);
  entries += some.length;
}
await level.close();
console.log(entries);
