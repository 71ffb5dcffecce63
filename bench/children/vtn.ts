/** A VTN over real HTTP in a process of its own, so that neither its time nor its memory counts as the VEN's. */
import { createVtn } from '../../src/vtn/vtn.ts';
import type { VtnOptions } from '../../src/vtn/settings.ts';
import { startVtnServer, type VtnServerOptions } from '../../src/vtn/http/vtnServer.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as Omit<VtnOptions, 'clock'>;
const listening = JSON.parse(process.argv[3] ?? '{}') as VtnServerOptions;
const aheadMs = Number(process.argv[4] ?? 0);
const server = await startVtnServer(createVtn({ clock: { now: () => Date.now() + aheadMs }, ...options }), listening);
process.send?.(server.url);
process.on('disconnect', () => process.exit());
