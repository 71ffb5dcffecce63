/**
 * `npm run mutants -- [PATHS] [--within SECONDS] [--at-least SCORE] [--one-in NUMBER] [--from NUMBER]`: what becomes of our tests when the source is wrong in one place after another.
 *
 * A room is done in shares of a few files; each is written down in `.mutants`, so that a run that was broken off goes on where it
 * was, and only what changed since is tried anew. `--within` begins no further share after so many seconds. `--one-in 10` tries each
 * tenth mutant of a room at one go: a score of four hundred of them is good to some four points. `--from 3` begins with another one, so
 * that tests are not judged by the mutants they were written for.
 * Printed at the end: each mutant that no test noticed, and the score of each room; it ends with 1 where a score is less than `--at-least`.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { join, resolve } from 'node:path';
import { installWhenNeeded, repository, requireNode } from './prepare.mjs';
import { filesOf, rooms } from './mutants/rooms.mjs';

requireNode();
await installWhenNeeded();
process.chdir(repository);

/** Source of one share, where its room says nothing else: what is done in a few minutes. */
const usualShareBytes = 20_000;

const wanted = [...process.argv.slice(2)];
const option = (name, otherwise) => {
  const at = wanted.indexOf(name);
  return at === -1 ? otherwise : Number(wanted.splice(at, 2)[1]);
};
const endAt = Date.now() + option('--within', Number.POSITIVE_INFINITY) * 1_000;
const least = option('--at-least', 0);
const oneIn = option('--one-in', 1);
const first = option('--from', 0) % oneIn;
const resultsOf = ({ name }) => join('.mutants', `${name}${oneIn === 1 ? '' : `.one-in-${oneIn}-from-${first}`}.json`);

const isWanted = (file) =>
  wanted.length === 0 || wanted.some((path) => file === path || file.startsWith(join(path, '/')));

const sharesOf = (files, shareBytes = usualShareBytes) =>
  files.reduce(
    (shares, file) => {
      const last = shares.at(-1);
      const { size } = statSync(file);
      if (last.bytes > 0 && last.bytes + size > shareBytes) shares.push({ files: [file], bytes: size });
      else shares[shares.length - 1] = { files: [...last.files, file], bytes: last.bytes + size };
      return shares;
    },
    [{ files: [], bytes: 0 }],
  );

/** Others who use the machine come first. */
const hunt = (room, files) =>
  new Promise((end) => {
    const stryker = spawn(
      process.execPath,
      [
        join('node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js'),
        'run',
        'scripts/mutants/stryker.config.mjs',
      ],
      {
        stdio: 'inherit',
        env: {
          ...process.env,
          MUTANTS_ROOM: room.name,
          MUTANTS_PATHS: files.join('\n'),
          MUTANTS_ONE_IN: oneIn,
          MUTANTS_FROM: first,
          MUTANTS_RESULTS: resultsOf(room),
          MUTANTS_DURATIONS: resolve('.mutants', `${room.name}.durations.json`),
        },
      },
    );
    setPriority(stryker.pid, Math.max(getPriority(), 10));
    process.once('SIGTERM', () => stryker.kill('SIGTERM'));
    stryker.on('exit', (code) => end(code ?? 1));
  });

const places = { Survived: 'no test fails', NoCoverage: 'no test comes by' };

const tell = (room, files) => {
  const { name } = room;
  const report = resultsOf(room);
  if (!existsSync(report)) return 0;
  const all = Object.entries(JSON.parse(readFileSync(report, 'utf8')).files)
    .filter(([file]) => files.includes(file))
    .flatMap(([file, { mutants }]) => mutants.map((mutant) => ({ file, ...mutant })))
    .filter(({ id }) => Number(id) % oneIn === first)
    .toSorted(
      (one, other) => one.file.localeCompare(other.file) || one.location.start.line - other.location.start.line,
    );
  const number = (...states) => all.filter(({ status }) => states.includes(status)).length;
  const [killed, survived] = [number('Killed', 'Timeout'), number('Survived', 'NoCoverage')];
  for (const { file, location, status, mutatorName, replacement = '' } of all)
    if (places[status] !== undefined)
      console.log(
        `${file}:${location.start.line}:${location.start.column} ${mutatorName} → ${replacement.replace(/\s+/g, ' ').slice(0, 100)} (${places[status]})`,
      );
  const score = killed + survived === 0 ? 100 : (100 * killed) / (killed + survived);
  console.log(
    `${name}: ${killed + survived} mutants, ${killed} killed, ${survived} survived, score ${score.toFixed(1)} % (${number('Ignored')} in sentences and in what is read only once are left out)`,
  );
  return score;
};

const told = [];
let failed = 0;
for (const room of rooms) {
  const files = filesOf(room).filter(isWanted);
  if (files.length === 0) continue;
  for (const share of sharesOf(files, oneIn === 1 ? room.shareBytes : Number.POSITIVE_INFINITY)) {
    if (Date.now() > endAt) break;
    failed ||= await hunt(room, share.files);
  }
  told.push([room, files]);
}
if (told.length === 0) {
  console.error(
    `No file of ${rooms.map(({ sources }) => sources.join(', ')).join(', ')} is below ${wanted.join(', ')}.`,
  );
  process.exit(1);
}
for (const [room, files] of told) if (tell(room, files) < least) failed ||= 1;
process.exit(failed);
